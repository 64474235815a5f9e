"""The card on purges by another name: what empties a queue, or opens it, without PurgeQueue.

A change of a queue is judged on its values, so that a harmless one is no alert. What a value was before, no
record says: a retention that is short now counts, whatever it was. What cannot be read counts too.

Harmless by themselves, though prevention denies them as steps on the way, are tags and a move that is
stopped: `TagQueue`, `UntagQueue` and `CancelMessageMoveTask`.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.detection.json_text import json_or_text
from policies.detection.own_statements import OWN_LABEL, own_statements_digest
from policies.detection.rule import DETAIL_TYPE, Detection, Outcome, Rule, RuleKind, Technique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

SQS = "sqs.amazonaws.com"
KMS = "kms.amazonaws.com"

QUEUE_CALLS = frozenset(
    {"AddPermission", "DeleteQueue", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask"}
)
"""The calls to SQS that may be a purge by another name."""

KEY_CALLS = {
    "DeleteImportedKeyMaterial": "emptied",
    "DisableKey": "disabled",
    "PutKeyPolicy": "given a new policy",
    "ScheduleKeyDeletion": "to be deleted",
}
"""The calls to KMS that may make messages unreadable, and what becomes of the key."""

SHORTEST_RETENTION_SECONDS = 86_400
"""A retention below a day lets most of what waits in a queue expire before a person has noticed."""

FORM = frozenset(
    {
        "delayseconds",
        "maximummessagesize",
        "messageretentionperiod",
        "receivemessagewaittimeseconds",
        "visibilitytimeout",
    }
)
"""What every save in the console sets, changed or not, with a policy and the like that are often empty."""

SENDING = frozenset(
    {"sqs:getqueueattributes", "sqs:getqueueurl", "sqs:listdeadlettersourcequeues", "sqs:sendmessage"}
)
"""Actions that take no message away: to permit them on a condition, or in the organization, is harmless."""

_UNIQUE_ID = re.compile("A[A-Z]{3}[A-Z0-9]{12,}")
_PURGING = frozenset({"*", "purgequeue"})
_NOTHING: tuple[object, ...] = ("", None, {}, [])
_MOST_DIGITS = 12

_WARNING = "That can empty a queue, or let somebody empty it, as surely as a purge."


def _judge(call: ApiCall, estate: Estate) -> Detection | None:
    """Return what a call does to the messages of a queue, or would have done."""
    found = tuple(_JUDGES[call.called](call, estate))
    if not found:
        return None
    what, target = "; ".join(found), next(_lost_keys(call, estate), None)
    if call.outcome is Outcome.SUCCEEDED:
        return Detection(found[0], f"{what}. {_WARNING}", target)
    happened, verb = ("denied", "was denied") if call.outcome is Outcome.DENIED else ("failed", "failed")
    return Detection(
        f"{found[0]}: {happened}", f"{what}: the call for this {verb}, and nothing was changed.", target
    )


def _deleted(_call: ApiCall, _estate: Estate) -> Iterator[str]:
    yield "SQS queue deleted"


def _moved(_call: ApiCall, _estate: Estate) -> Iterator[str]:
    yield "Messages of an SQS queue moved away"


def _permitted(call: ApiCall, _estate: Estate) -> Iterator[str]:
    accounts = _items(call.parameters, "awsaccountids") or _items(call.parameters, "awsaccountid")
    actions = _items(call.parameters, "actions") or _items(call.parameters, "actionname")
    if not accounts or any(account != call.account for account in accounts):
        yield "SQS queue opened to another account"
    elif not actions or any(str(action).lower().removeprefix("sqs:") in _PURGING for action in actions):
        yield "Purge of an SQS queue permitted"


def _forbidden(call: ApiCall, _estate: Estate) -> Iterator[str]:
    labels = _items(call.parameters, "label")
    if not labels or any(str(label).startswith(OWN_LABEL) for label in labels):
        yield "Protection of an SQS queue removed"


def _key_lost(call: ApiCall, estate: Estate) -> Iterator[str]:
    """Yield what happened to a key that the inventory says queues are encrypted with, or to one unnamed."""
    is_unnamed = not keys_named(call) and any(f":{call.account}:" in key for key in estate.queue_keys)
    if is_unnamed or any(_lost_keys(call, estate)):
        yield f"{'Unnamed key' if is_unnamed else 'Key of an SQS queue'} {KEY_CALLS[call.called]}"


def keys_named(call: ApiCall) -> frozenset[str]:
    """Return the ids of the keys that a record names, each by its id or its ARN."""
    named = (*call.resource_arns, *_items(call.parameters, "keyid"))
    return frozenset(str(name).rpartition("/")[2] for name in named if name)


def _lost_keys(call: ApiCall, estate: Estate) -> Iterator[str]:
    if call.event_source == KMS:
        named = keys_named(call)
        yield from (key for key in estate.queue_keys if key.rpartition("/")[2] in named)


def _changed(call: ApiCall, estate: Estate) -> Iterator[str]:
    """Yield what counts among the attributes that were set, the most serious first."""
    attributes = _attributes(call.parameters)
    if attributes is None:
        yield "SQS queue changed in an unknown way"
        return
    protection = estate.protected_queues.get((call.queue.arn if call.queue else None) or "")
    if protection is not None and "policy" in attributes:
        statements = _statements(attributes["policy"]) or []
        if own_statements_digest(statements) != protection:
            yield "Protection of an SQS queue removed"
    if call.is_from_console and attributes.keys() >= FORM:
        # The console cannot tell us what was there before, and most queues have neither policy nor redrive.
        # Only AWS can say that it was the console: anybody can set as many attributes at once.
        attributes = {name: value for name, value in attributes.items() if value not in _NOTHING}
    for name, judge in _ATTRIBUTES.items():
        if name in attributes:
            yield from judge(attributes[name], call, estate)


def _policy(policy: object, call: ApiCall, estate: Estate) -> Iterator[str]:
    """Yield whom a policy lets in; what an explicit denial takes back again, nobody can say for sure."""
    statements = _statements(policy)
    if policy in _NOTHING or statements == []:
        yield "Policy of an SQS queue removed"
        return
    if statements is None or any(each.get("Effect") not in ("Allow", "Deny") for each in statements):
        yield "Policy of an SQS queue is unreadable"
        return
    # Most changes of a queue have no policy in them, so a cold start need not wait for what reads one.
    from policies.detection.triage.queue_policy import Access, opening_of  # noqa: PLC0415

    openings = [opening_of({"Statement": each}, call.account or "", estate) for each in statements]
    doubtful = (Access.CONDITIONAL, Access.ORGANIZATION)
    reached = [
        opening.access
        for opening in openings
        if opening.access not in doubtful or {action.lower() for action in opening.actions} - SENDING
    ]
    words = {
        Access.PUBLIC: "SQS queue opened to everybody",
        Access.OUTSIDERS: "SQS queue opened to another account",
        Access.CONDITIONAL: "SQS queue opened on a condition",
        Access.ORGANIZATION: "SQS queue opened in the organization",
    }
    yield from (words[access] for access in words if access in reached)
    if any(map(_permits_purge, statements)):
        yield "Purge of an SQS queue permitted"
    if any(map(_admits_an_id, statements)):
        yield "SQS queue opened to somebody who is named by an id alone"


def _admits_an_id(statement: dict[str, object]) -> bool:
    """Return whether a statement lets somebody in by the unique id of a user or role.

    AWS puts a name in place of an id that exists, in whatever account. So whoever sets a policy with one may
    mean anybody, though in a policy that is read such an id is of somebody who was deleted.
    """
    principal = statement.get("Principal")
    names = _listed(principal.get("AWS")) if isinstance(principal, dict) else []
    is_named = any(_UNIQUE_ID.fullmatch(str(name)) for name in names)
    actions = {str(action).lower() for action in _listed(statement.get("Action"))} or {"*"}
    return statement.get("Effect") == "Allow" and is_named and bool(actions - SENDING)


def _permits_purge(statement: dict[str, object]) -> bool:
    """Return whether a statement permits the purge by its name, to whomever.

    What an application of the account has on its queue is usually ``sqs:*``: that opens nothing.
    """
    from policies.detection.exceptions import matches_pattern  # noqa: PLC0415 - as little as what reads it

    actions = {str(action).lower() for action in _listed(statement.get("Action"))} - {"*", "sqs:*"}
    is_named = any(matches_pattern(action, "sqs:purgequeue") for action in actions)
    return is_named and statement.get("Effect") == "Allow"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value not in _NOTHING else []


def _statements(policy: object) -> list[dict[str, object]] | None:
    document = json_or_text(policy) if isinstance(policy, str) else policy
    statements = document.get("Statement") if isinstance(document, dict) else None
    listed = [statements] if isinstance(statements, dict) else statements
    is_readable = isinstance(listed, list) and all(isinstance(item, dict) for item in listed)
    return listed if is_readable else None


def _retention(value: object, _call: ApiCall, _estate: Estate) -> Iterator[str]:
    seconds = _whole_number(value)
    if seconds is None or seconds < SHORTEST_RETENTION_SECONDS:
        shown = "an unknown value" if seconds is None else f"{seconds} seconds"
        yield f"SQS retention set to {shown}"


def _redrive(value: object, _call: ApiCall, _estate: Estate) -> Iterator[str]:
    yield f"SQS queue's dead-letter queue {'removed' if value in _NOTHING else 'set'}"


def _redrive_permission(value: object, _call: ApiCall, _estate: Estate) -> Iterator[str]:
    """Yield that other queues may not send their failures here any more; by default all may."""
    permission = json_or_text(value) if isinstance(value, str) else value
    if value not in _NOTHING and permission != {"redrivePermission": "allowAll"}:
        yield "Sources of a dead-letter queue limited"


def _key(value: object, call: ApiCall, estate: Estate) -> Iterator[str]:
    """Yield that a queue has another key, unless it is one of those that the inventory names."""
    known = {*estate.queue_keys, *(key.rpartition("/")[2] for key in estate.queue_keys)}
    if value in _NOTHING or (isinstance(value, str) and value in known):
        return
    parts = str(value).split(":")
    is_foreign = len(parts) > _ARN_ACCOUNT and parts[_ARN_ACCOUNT] != call.account
    yield "SQS queue given another account's key" if is_foreign else "SQS queue given another key"


_ARN_ACCOUNT = 4

_ATTRIBUTES: dict[str, Callable[[object, ApiCall, Estate], Iterator[str]]] = {
    "policy": _policy,
    "messageretentionperiod": _retention,
    "kmsmasterkeyid": _key,
    "redrivepolicy": _redrive,
    "redriveallowpolicy": _redrive_permission,
}
"""What is asked of each attribute that matters, the most serious first."""


def _attributes(parameters: Mapping[str, object]) -> dict[str, object] | None:
    """Return the attributes that a call set by their names in lower case, or None where they are not there.

    Records have them as an object, and some as a list of names and values.
    """
    given = _lowered(parameters).get("attributes") or _lowered(parameters).get("attribute")
    if isinstance(given, list):
        pairs = [_lowered(item) for item in given if isinstance(item, dict)]
        given = {str(pair.get("name") or pair.get("key")): pair.get("value") for pair in pairs}
    # CloudTrail leaves this mark where a record was too large.
    if not isinstance(given, dict) or not given or given.get("omitted") is True:
        return None
    return _lowered(given)


def _lowered(fields: Mapping[str, object]) -> dict[str, object]:
    return {str(key).lower(): value for key, value in fields.items()}


def _items(parameters: Mapping[str, object], key: str) -> list[object]:
    """Return what is under a key in any case, be it one thing or a list."""
    value = _lowered(parameters).get(key)
    return [item for item in _listed(value) if item not in _NOTHING]


def _whole_number(value: object) -> int | None:
    text = str(value).strip()
    is_number = not isinstance(value, bool) and text.isascii() and text.isdecimal()
    return int(text) if is_number and len(text) < _MOST_DIGITS else None


_JUDGES: dict[str, Callable[[ApiCall, Estate], Iterator[str]]] = {
    "AddPermission": _permitted,
    "DeleteQueue": _deleted,
    "RemovePermission": _forbidden,
    "SetQueueAttributes": _changed,
    "StartMessageMoveTask": _moved,
    **dict.fromkeys(KEY_CALLS, _key_lost),
}

PURGE_EQUIVALENT = Rule(
    id="sqs-purge-equivalent",
    version=1,
    kind=RuleKind.PURGE_EQUIVALENT,
    name="SQS queue emptied or opened by another call than PurgeQueue",
    description=(
        "Somebody deleted a queue, shortened its retention, changed where its failures go, opened its "
        "policy, moved its messages away, or disabled its key. Each can lose messages as surely as a purge."
    ),
    calls={SQS: QUEUE_CALLS, KMS: frozenset(KEY_CALLS)},
    judge=_judge,
    risk=47,
    techniques=(
        Technique("T1485", "Data Destruction", "TA0040", "Impact"),
        Technique("T1562.008", "Disable or Modify Cloud Logs", "TA0005", "Defense Evasion"),
    ),
    references=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
    ),
    runbook="docs/runbooks/purge-equivalent.md",
    false_positives=(
        "A deployment that replaces or removes a queue of its own stack.",
        "An operator who redrives a dead-letter queue after its cause is mended.",
        "A save in the console, which sets again what a queue has already: its dead-letter queue, its key.",
    ),
    first_steps=(
        "Ask the queue's owner and the actor whether this change was planned.",
        "If nobody planned it, undo it now: set retention, policy or key back, or stop the move task.",
        "Look at what else the actor did in the hour before and after.",
    ),
    event_pattern={
        "source": ["aws.kms", "aws.sqs"],
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": [KMS, SQS], "eventName": sorted({*QUEUE_CALLS, *KEY_CALLS})},
    },
)
