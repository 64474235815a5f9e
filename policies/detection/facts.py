"""What an alert says, as labelled lines: the few that matter first, then the rest.

The values are as the record gives them. Each channel makes them safe in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policies.detection.actor import Actor, ActorKind
from policies.detection.alarm import AlarmChange
from policies.detection.alert import UNKNOWN
from policies.detection.event_time import format_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.alert import Alert
    from policies.detection.record import ApiCall


class Fact(NamedTuple):
    """One line of an alert."""

    label: str
    value: str


def facts_of(alert: Alert) -> tuple[Fact, ...]:
    """Return what a reader needs first: what, when, who, where, from where, how bad."""
    subject = alert.subject
    lines = _alarm_facts(subject) if isinstance(subject, AlarmChange) else _call_facts(subject)
    risk = f"{alert.assessment.severity.upper()}, risk {alert.assessment.risk} of 99"
    factors = "".join(f"; +{factor.weight} {factor.reason}" for factor in alert.assessment.factors)
    return (*_known(lines), Fact("How bad", risk + factors))


def details_of(alert: Alert) -> tuple[Fact, ...]:
    """Return what an investigation needs next: rule, names in full, and ids."""
    return tuple(_known([*_rule_details(alert), *_subject_details(alert)]))


def _known(lines: list[tuple[str, str | None]]) -> Iterator[Fact]:
    return (Fact(label, value) for label, value in lines if value)


def _call_facts(call: ApiCall) -> list[tuple[str, str | None]]:
    return [
        ("What", f"{call.event_name or UNKNOWN}: {call.outcome}"),
        ("Queue", call.queue.name if call.queue else UNKNOWN),
        ("Where", f"account {call.account or UNKNOWN}, region {_region(call)}"),
        ("When", format_time(call.time) if call.time else UNKNOWN),
        ("Who", _who(call)),
        ("From", f"{call.source.text} ({call.source.kind})" if call.source.text else UNKNOWN),
        ("Tool", call.user_agent or UNKNOWN),
        ("Error", ": ".join(filter(None, (call.error_code, call.error_message)))),
    ]


def _region(call: ApiCall) -> str:
    return (call.queue.region if call.queue else None) or call.region or UNKNOWN


def _who(call: ApiCall) -> str:
    actor = call.actor
    remarks = [actor.label]
    if actor.account and actor.kind not in (ActorKind.ROOT, ActorKind.AWS_ACCOUNT):
        remarks.append(f"of account {actor.account}")
    if call.is_cross_account:
        remarks.append("ANOTHER ACCOUNT than the queue's")
    if actor.invoked_by and actor.kind is not ActorKind.AWS_SERVICE:
        remarks.append(f"through {actor.invoked_by}")
    if actor.mfa is not None:
        remarks.append("with MFA" if actor.mfa else "without MFA")
    return ", ".join(remarks)


def _alarm_facts(change: AlarmChange) -> list[tuple[str, str | None]]:
    return [
        ("Alarm", change.name or UNKNOWN),
        ("State", f"{change.state or UNKNOWN}, before {change.previous_state or UNKNOWN}"),
        ("Where", f"account {change.account or UNKNOWN}, region {change.region or UNKNOWN}"),
        ("When", format_time(change.time) if change.time else UNKNOWN),
        ("Reason", change.reason or UNKNOWN),
    ]


def _rule_details(alert: Alert) -> list[tuple[str, str | None]]:
    if alert.rule is None:
        return []
    techniques = ", ".join(f"{technique.id} {technique.name}" for technique in alert.rule.techniques)
    return [("Rule", f"{alert.rule.id}, version {alert.rule.version}"), ("ATT&CK", techniques)]


def _subject_details(alert: Alert) -> list[tuple[str, str | None]]:
    if isinstance(alert.subject, AlarmChange):
        return []
    call = alert.subject
    return [
        ("Queue ARN", call.queue.arn if call.queue else None),
        ("Queue URL", call.queue_url),
        *_actor_details(call.actor),
        ("Accounts", ", ".join(call.accounts)),
        ("Event id", call.ids.event),
        ("Request id", call.ids.request),
        ("Shared id", call.ids.shared),
    ]


def _actor_details(actor: Actor) -> list[tuple[str, str | None]]:
    return [
        ("Actor ARN", actor.arn),
        ("Role ARN", actor.role_arn),
        ("Principal id", actor.principal_id),
        ("Access key", actor.access_key_id),
    ]
