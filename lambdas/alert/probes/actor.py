"""Probes of the actor: who it is, how old its credential is, whether it may, and what else it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.alert.probes.purge_history import purges_before
from lambdas.alert.triage import NotApplicableError, Probe
from policies.detection.actor import ActorKind
from policies.detection.cards.purge import EVENT_SOURCE
from policies.detection.triage import actor, actor_history
from policies.partitions import partition_of

if TYPE_CHECKING:
    from lambdas.alert.clients import Clients
    from lambdas.alert.cloudtrail_history import Attribute
    from lambdas.alert.triage import Case
    from policies.detection.triage.finding import Reading
    from policies.naming import Place

_SECONDS = 6.0

# The lookups of all probes wait for one another.
_HISTORY_SECONDS = 15.0

_MOST_PAGES = 3

_LONG_TERM_KEY = "AKIA"
_TEMPORARY_KEY = "ASIA"


def _identify(case: Case, _clients: Clients) -> Reading:
    return actor.read_identity(case.call, case.estate)


def _home(case: Case) -> Place:
    """Return where IAM answers for the actor's account, and records what was done there."""
    region = case.call.region
    home = partition_of(region).global_region if region else None
    return case.place_in(case.call.actor.account, home)


def _ask_credential(case: Case, clients: Clients) -> Reading:
    who = case.call.actor
    key = who.access_key_id or ""
    if key.startswith(_TEMPORARY_KEY):
        return actor.read_temporary_credential(case.call)
    if not key.startswith(_LONG_TERM_KEY):
        raise NotApplicableError("the record names no access key")
    if who.kind is not ActorKind.IAM_USER or who.name is None:
        raise NotApplicableError("only the keys of IAM users can be looked up")
    iam = clients.client("iam", _home(case))
    pages = iam.get_paginator("list_access_keys").paginate(UserName=who.name)
    return actor.read_credential(case.call, [key for page in pages for key in page["AccessKeyMetadata"]])


def _ask_permission(case: Case, clients: Clients) -> Reading:
    call = case.call
    if call.event_source != EVENT_SOURCE or call.event_name is None:
        raise NotApplicableError("only calls to SQS are simulated")
    if call.queue is None or call.queue.arn is None:
        raise NotApplicableError("the record does not say which queue it is")
    source = call.actor.arn if call.actor.kind is ActorKind.IAM_USER else call.actor.role_arn
    if source is None:
        raise NotApplicableError("the record names no user or role whose policies could be asked for")
    action = f"sqs:{call.event_name}"
    answer = clients.client("iam", _home(case)).simulate_principal_policy(
        PolicySourceArn=source, ActionNames=[action], ResourceArns=[call.queue.arn]
    )
    return actor.read_permission(action, answer["EvaluationResults"])


def _attribute(case: Case) -> tuple[Attribute, str]:
    """Return what the actor's calls can be looked up by: the key of its session, or else its name."""
    who = case.call.actor
    if who.access_key_id:
        return "AccessKeyId", who.access_key_id
    return "Username", _user_name(case)


def _user_name(case: Case) -> str:
    """Return what CloudTrail looks an actor up by: the session's name where there is one."""
    who = case.call.actor
    name = "root" if who.kind is ActorKind.ROOT else who.session or who.name
    if name is None:
        raise NotApplicableError("the record names nobody who could be looked up")
    return name


def _ask_iam_changes(case: Case, _clients: Clients) -> Reading:
    key, value = _attribute(case)
    home, since = _home(case), case.time - actor_history.IAM_LOOK_BACK
    regions = dict.fromkeys((home.region, case.call.region or home.region))
    histories = tuple(
        case.history.events(
            key,
            value,
            case.place_in(home.account, region),
            since=since,
            until=case.time,
            most_pages=_MOST_PAGES,
        )
        for region in regions
    )
    return actor_history.read_iam_changes(case.call, histories)


def _ask_purges(case: Case, _clients: Clients) -> Reading:
    return actor_history.read_purges(case.call, purges_before(case, case.place))


def _ask_novelty(case: Case, _clients: Clients) -> Reading:
    place = case.place_in(case.call.actor.account, case.call.region)
    past = case.history.events(
        "Username",
        _user_name(case),
        place,
        since=case.time - actor_history.NOVELTY_LOOK_BACK,
        until=case.time,
        most_pages=_MOST_PAGES,
    )
    return actor_history.read_novelty(case.call, past)


ACTOR_PROBES = (
    Probe(actor.IDENTITY, actor.IDENTITY_LABEL, _SECONDS, _identify, asks=False),
    Probe(actor.CREDENTIAL, actor.CREDENTIAL_LABEL, _SECONDS, _ask_credential),
    Probe(actor.PERMISSION, actor.PERMISSION_LABEL, _SECONDS, _ask_permission),
    Probe(actor_history.IAM_CHANGES, actor_history.IAM_CHANGES_LABEL, _HISTORY_SECONDS, _ask_iam_changes),
    Probe(actor_history.PURGES, actor_history.PURGES_LABEL, _HISTORY_SECONDS, _ask_purges),
    Probe(actor_history.NOVELTY, actor_history.NOVELTY_LABEL, _HISTORY_SECONDS, _ask_novelty),
)
"""All of them, in the order in which they are shown."""
