"""What an alert says, as labelled lines: the few that matter first, then the rest.

The values are as the record gives them. Each channel makes them safe in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from policies.detection.actor import Actor, ActorKind
from policies.detection.alarm import AlarmChange
from policies.detection.alert import UNKNOWN
from policies.detection.event_time import format_time
from policies.detection.text import elided, quoted, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.alert import Alert
    from policies.detection.record import ApiCall

_LONGEST_NAME = 80


class Fact(NamedTuple):
    """One line of an alert.

    Parameters
    ----------
    label
        What it is about.
    value
        As the record gives it; a channel may cut it.
    remark
        What is to be said about it however long the value is.
    """

    label: str
    value: str
    remark: str = ""


def facts_of(alert: Alert) -> tuple[Fact, ...]:
    """Return what a reader needs first: what, when, who, where, from where, how bad."""
    subject = alert.subject
    lines = _alarm_facts(subject) if isinstance(subject, AlarmChange) else _call_facts(subject, alert.named)
    risk = f"{alert.assessment.severity.upper()}, risk {alert.assessment.risk} of 99"
    factors = "".join(f"; {factor.weight:+} {factor.reason}" for factor in alert.assessment.factors)
    return (*lines, Fact("How bad", risk + factors), *_exception_facts(alert))


def findings_of(alert: Alert) -> tuple[Fact, ...]:
    """Return what the triage has found out, or why it has not."""
    return tuple(Fact(finding.label, finding.text) for finding in alert.triage.findings)


def details_of(alert: Alert) -> tuple[Fact, ...]:
    """Return what an investigation needs next: rule, names in full, and ids."""
    lines = (*_rule_details(alert), *_subject_details(alert))
    return tuple(Fact(label, value) for label, value in lines if value)


def _exception_facts(alert: Alert) -> Iterator[Fact]:
    if alert.exception is None:
        return
    signed = alert.exception.exception
    consequence = (
        f"does not silence this: {alert.exception.reason}" if alert.exception.reason else "covers this"
    )
    yield Fact("Exception", f"{signed.id} ({signed.owner}, {signed.ticket})", f" {consequence}")


def _call_facts(call: ApiCall, named: str | None) -> Iterator[Fact]:
    yield Fact("What", call.event_name or UNKNOWN, f": {call.outcome}")
    target = named or (call.queue.name if call.queue else None)
    yield Fact("Resource" if named else "Queue", elided(quoted(target), _LONGEST_NAME) if target else UNKNOWN)
    yield Fact("Where", f"account {call.account or UNKNOWN}, region {_region(call)}")
    yield Fact("When", format_time(call.time) if call.time else UNKNOWN)
    yield Fact("Who", call.actor.label, _remarks(call))
    yield Fact("From", call.source.text or UNKNOWN, f" ({call.source.kind})" if call.source.text else "")
    yield Fact("Tool", call.user_agent or UNKNOWN)
    if call.error_code or call.error_message:
        yield Fact("Error", ": ".join(filter(None, (call.error_code, call.error_message))))


def _region(call: ApiCall) -> str:
    return (call.queue.region if call.queue else None) or call.region or UNKNOWN


def _remarks(call: ApiCall) -> str:
    """Return what is to be said about the actor, for the end of the line that names it."""
    actor = call.actor
    remarks = [""]
    if actor.account and actor.kind not in (ActorKind.ROOT, ActorKind.AWS_ACCOUNT):
        remarks.append(f"of account {actor.account}")
    if call.is_cross_account:
        remarks.append(f"ANOTHER ACCOUNT than the {'queue' if call.queue else 'trail'}'s")
    if actor.mfa is not None:
        remarks.append("with MFA" if actor.mfa else "without MFA")
    if actor.invoked_by and actor.kind is not ActorKind.AWS_SERVICE:
        remarks.append(f"through {elided(visible(actor.invoked_by), _LONGEST_NAME)}")
    return ", ".join(remarks)


def _alarm_facts(change: AlarmChange) -> Iterator[Fact]:
    yield Fact("Alarm", elided(quoted(change.name), _LONGEST_NAME) if change.name else UNKNOWN)
    yield Fact("State", f"{change.state or UNKNOWN}, before {change.previous_state or UNKNOWN}")
    yield Fact("Where", f"account {change.account or UNKNOWN}, region {change.region or UNKNOWN}")
    yield Fact("When", format_time(change.time) if change.time else UNKNOWN)
    yield Fact("Reason", change.reason or UNKNOWN)


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
