"""The card on tampering: what stops, blinds or redirects purge-guard itself, or the trail that it relies on.

Resources of purge-guard are known by their names, which all begin with `naming.PREFIX`. Two kinds have none
in a record. The keys of the hub are known by their ARNs, which the function is told as it starts; those of an
account's trail are not. The calls on keys come through the pattern of `purge_equivalent`, which lets all of
them through: this one has no room left in the 2,048 characters that EventBridge takes. And where a policy of
the organization is detached or deleted, the record has its id alone: where policies of ours are attached,
each such call counts, and the reader has to look.

Calls to IAM, Organizations and other services without regions are recorded in one region of the partition
only, `policies.partitions.Partition.global_region`.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from policies import naming
from policies.detection.cards.guard_calls import (
    ABOUT_A_KEY,
    ABOUT_A_POLICY,
    ABOUT_AN_ACCOUNT,
    ABOUT_THE_ACCOUNT,
    ANSWERED_WITH,
    CALLS,
    CLOUDTRAIL,
    NAMED_BY,
    ORGANIZATIONS,
    Named,
)
from policies.detection.cards.purge_equivalent import keys_named
from policies.detection.fields import text_in
from policies.detection.rule import DETAIL_TYPE, Detection, Outcome, Rule, RuleKind, Technique, bus_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

# AWS's own policies have ids such as p-FullAWSAccess.
_MANAGED_POLICY = re.compile("p-.*[A-Z]")
_POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")

# Their calls are few, and what they are about is not always named in them.
_WHOLLY_LET_THROUGH = (CLOUDTRAIL, ORGANIZATIONS)


def _paths(named: Named) -> list[str]:
    """Return the paths that the pattern has to ask for."""
    return sorted({path for source in named if source not in _WHOLLY_LET_THROUGH for path in named[source]})


_PARAMETERS, _ANSWERS = _paths(NAMED_BY), _paths(ANSWERED_WITH)

_BEGINNING = f"{naming.PREFIX}-"

# In an ARN or a path, a name follows a colon or a slash.
_OWN = re.compile(rf"(?:^|[:/])({re.escape(_BEGINNING)}.*)", re.DOTALL)
_LAST_PART = re.compile(r"[^:/]*$")


def _judge(call: ApiCall, estate: Estate) -> Detection | None:
    """Return what was done to purge-guard, or tried, if the call is about one of its resources."""
    named = tuple(_named(call))
    own = next(filter(None, map(_OWN.search, named)), None)
    is_trail = call.event_source == CLOUDTRAIL and _is_trusted_trail(named, estate)
    about = _about(call, estate)
    if not (own or is_trail or about or CLOUDTRAIL in named):
        return None
    target = own.group(1) if own else next(iter(named), about and about.target)
    thing = _PART if own and not is_trail else about.thing if about else _TRAIL
    what = f"{call.called} on {thing}"
    if call.outcome in (Outcome.PURGED, Outcome.SUCCEEDED):
        return Detection(
            "purge-guard tampered with",
            f"Somebody changed purge-guard: {what}. Until this is understood, purges may go unseen or be "
            "told late.",
            target,
        )
    happened, verb = ("denied", "was denied") if call.outcome is Outcome.DENIED else ("failed", "failed")
    return Detection(
        f"Tampering with purge-guard {happened}",
        f"Somebody tried to change purge-guard, and the call {verb}: {what}.",
        target,
    )


_PART = "one of its parts"
_TRAIL = "the trail that it relies on"


class _About(NamedTuple):
    """What a call is about that has no name of ours in its record."""

    thing: str
    target: str | None


def _about(call: ApiCall, estate: Estate) -> _About | None:
    source = call.event_source or ""
    if call.called in ABOUT_THE_ACCOUNT.get(source, ()):
        return _About("an account that it watches", call.account)
    parameters = dict(call.parameters)
    account = text_in(parameters, "accountId")
    if call.called in ABOUT_AN_ACCOUNT.get(source, ()) and (account is None or estate.knows(account)):
        return _About("an account that it watches", account)
    if call.called in ABOUT_A_POLICY.get(source, ()) and estate.has_organization_policies:
        return _about_a_policy(call, parameters)
    if call.called in ABOUT_A_KEY.get(source, ()):
        named = keys_named(call)
        lost = next((key for key in estate.own_keys if key.rpartition("/")[2] in named), None)
        if lost:
            return _About("one of its keys, without which nothing is published or remembered", lost)
    return None


def _about_a_policy(call: ApiCall, parameters: dict[str, object]) -> _About | None:
    policy, kind = text_in(parameters, "policyId"), text_in(parameters, "policyType")
    is_renamed = text_in(parameters, "name") is not None
    is_another = (
        (policy is not None and _MANAGED_POLICY.match(policy) is not None)
        or (kind is not None and kind not in _POLICY_TYPES)
        # Unless it is renamed, the answer says whose it is.
        or (call.called == "UpdatePolicy" and not is_renamed and bool(call.response))
    )
    if is_another:
        return None
    thing = "a policy of the organization that may be purge-guard's: look which one it is"
    return _About(thing, policy or kind)


def is_let_through(call: ApiCall) -> bool:
    """Return whether the pattern lets a call through, be it one that changes something that matters or not.

    A new tag on a topic arrives too, and so does whatever is denied to somebody with such a name.
    """
    if not call.is_genuine or call.event_source not in CALLS:
        return False
    asked = (text for path in _PARAMETERS for text in _texts_at(call.parameters, path))
    answered = (text for path in _ANSWERS for text in _texts_at(call.response, path))
    mentioned = (*call.resource_arns, *asked, *answered, call.error_message or "")
    return call.event_source in _WHOLLY_LET_THROUGH or any(_BEGINNING in text for text in mentioned)


def _named(call: ApiCall) -> Iterator[str]:
    """Yield what the record says the call is about: its maker by a parameter, or AWS."""
    source = call.event_source or ""
    for named, fields in ((NAMED_BY, call.parameters), (ANSWERED_WITH, call.response)):
        for path, calls in named.get(source, {}).items():
            if call.called in calls:
                yield from _texts_at(fields, path)
    yield from call.resource_arns
    if call.queue:
        yield call.queue.name
    # A denied call often has no parameters, and then only the message says what was denied.
    _, _, resource = (call.error_message or "").partition(" resource: ")
    yield from resource.split(maxsplit=1)[:1]


def _texts_at(fields: Mapping[str, object], path: str) -> list[str]:
    """Return the texts at the end of a path of keys, be they one or a list."""
    value: object = fields
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _is_trusted_trail(named: tuple[str, ...], estate: Estate) -> bool:
    """Return whether the call is about a trail that the inventory relies on, or may be."""
    if estate.trusts_any_trail or not named:
        return True
    trusted = {_trail_name(trail) for trail in estate.trails}
    return any(_trail_name(name) in trusted for name in named)


def _trail_name(trail: str) -> str:
    found = _LAST_PART.search(trail)
    return found.group() if found else trail


_OWN_NAME = [{"wildcard": f"*{_BEGINNING}*"}]


def _at(path: str) -> dict[str, object]:
    """Return the pattern of an object that names one of our own at the end of a path of keys."""
    first, _, rest = path.partition(".")
    return {first: _at(rest) if rest else _OWN_NAME}


GUARD_TAMPERED = Rule(
    id="purge-guard-tampering",
    version=1,
    kind=RuleKind.GUARD_TAMPERING,
    name="purge-guard stopped, blinded or redirected",
    description=(
        "Somebody changed a part of purge-guard, or the trail that it relies on: a rule, a target, the bus, "
        "the function, the topic, a queue, an alarm, a log, a role or a policy. Whoever purges unseen begins "
        "here."
    ),
    calls=CALLS,
    judge=_judge,
    risk=73,
    techniques=(
        Technique("T1562.001", "Disable or Modify Tools", "TA0005", "Defense Evasion"),
        Technique("T1562.008", "Disable or Modify Cloud Logs", "TA0005", "Defense Evasion"),
    ),
    references=(
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
        "https://attack.mitre.org/techniques/T1562/",
    ),
    runbook="docs/runbooks/guard-tampered.md",
    false_positives=("A deployment of purge-guard by one of its deployers, which lowers the severity.",),
    first_steps=(
        "Find out whether purge-guard was deployed just now, by whom, and from which change.",
        "If not: deploy the stack of this account again, and then treat the actor's credentials as stolen.",
        "Hunt for purges in this account since the first of these changes: alerts may be missing.",
    ),
    event_pattern={
        "source": sorted(map(bus_source, CALLS)),
        "detail-type": [DETAIL_TYPE],
        "detail": {
            # What the function makes AWS do as it runs must not wake it again: it has a log, and where a
            # trail records data events, each invocation and each entry of the ledger is an event too.
            "eventName": [{"anything-but": ["CreateLogGroup", "CreateLogStream"]}],
            "managementEvent": [{"exists": False}, True],
            "$or": [
                {"eventSource": list(_WHOLLY_LET_THROUGH)},
                {"errorMessage": _OWN_NAME},
                {"resources": {"ARN": _OWN_NAME}},
                *({"requestParameters": _at(path)} for path in _PARAMETERS),
                *({"responseElements": _at(path)} for path in _ANSWERS),
            ],
        },
    },
)
