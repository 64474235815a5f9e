"""Alerts: from what arrives at the alert function to what people are told.

Whatever arrives yields an alert: what no rule knows, or nobody can read, is told as just that. The one
exception is a call that a rule has looked at and does not mind, such as a harmless change of a queue.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from policies.detection.cards.purge import QUEUE_PURGED
from policies.detection.estate import Estate
from policies.detection.intake import Received, records_in
from policies.detection.json_text import json_text
from policies.detection.record import ApiCall, read_call
from policies.detection.rule import DETAIL_TYPE
from policies.detection.rules import finding_rule, is_harmless
from policies.detection.severity import Assessment, assess, severity_of
from policies.detection.text import elided, quoted, visible_ascii
from policies.detection.triage.evidence import NO_TRIAGE, Triage

if TYPE_CHECKING:
    from policies.detection.alarm import AlarmChange
    from policies.detection.exceptions import ExceptionMatch
    from policies.detection.rule import Detection, Rule

UNKNOWN = "unknown"

NOTHING_KNOWN = Estate()
"""The organization as seen by somebody who has no inventory."""

LONGEST_TITLE = 100
"""Characters of an SNS subject, which the title becomes."""

_SHORTEST_TARGET = 10
_LONGEST_ID = 128
_UNRECOGNIZED_RISK = 21


class AlertKind(StrEnum):
    """What an alert is about."""

    PURGE = "purge"
    PURGE_EQUIVALENT = "purge-equivalent"
    GUARD_TAMPERING = "guard-tampering"
    UNRECOGNIZED = "unrecognized"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Alert:
    """What people are told.

    Parameters
    ----------
    kind
        What it is about.
    subject
        The call, or the alarm.
    rule
        The rule that found the call.
    assessment
        How bad it is.
    headline
        What happened, in a few words.
    summary
        What happened, in a sentence or two.
    first_steps
        What to do now.
    runbook
        Where to read on; None where there is nothing to read.
    notes
        What is missing or uncertain.
    raw
        What arrived, as canonical JSON.
    key
        Common to all deliveries of what is one alert; None where they cannot be told apart.
    triage
        What was found out about the call beyond its record.
    exception
        The exception that covers the call, or would if it were no trial.
    named
        What it happened to where that is no queue, as the record names it.
    """

    kind: AlertKind
    subject: ApiCall | AlarmChange
    rule: Rule | None
    assessment: Assessment
    headline: str
    summary: str
    first_steps: tuple[str, ...]
    runbook: str | None
    notes: tuple[str, ...]
    raw: str
    key: str | None
    triage: Triage = NO_TRIAGE
    exception: ExceptionMatch | None = None
    named: str | None = None

    @property
    def target(self) -> str | None:
        """The queue, the part, the key, the alarm, or the API that it is about, as the event names it."""
        if not isinstance(self.subject, ApiCall):
            return self.subject.name
        if self.kind is AlertKind.UNRECOGNIZED:
            return self.subject.event_name
        return self.named or (self.subject.queue.name if self.subject.queue else None)

    @property
    def region(self) -> str | None:
        """The region of the target."""
        if isinstance(self.subject, ApiCall) and self.subject.queue and self.subject.queue.region:
            return self.subject.queue.region
        return self.subject.region

    @property
    def outcome(self) -> str:
        """What became of the call, the state of the alarm, or unknown."""
        if not isinstance(self.subject, ApiCall):
            return (self.subject.state or UNKNOWN).lower()
        return UNKNOWN if self.kind is AlertKind.UNRECOGNIZED else self.subject.outcome

    @property
    def headline_with_severity(self) -> str:
        """What happened and how bad it is, in words of ours alone."""
        return f"[{self.assessment.severity.upper()}] {self.headline}"

    @property
    def title(self) -> str:
        """The alert in one line that is fit for the subject of an email, whatever the target is called."""
        start = f"{self.headline_with_severity}: "
        end = f" ({self.subject.account or UNKNOWN} {self.region or UNKNOWN})"
        target = visible_ascii(quoted(self.target)) if self.target else UNKNOWN
        room = max(_SHORTEST_TARGET, LONGEST_TITLE - len(start + end))
        return elided(start, LONGEST_TITLE - room - len(end)) + elided(target, room) + end


@dataclass(frozen=True, slots=True)
class Harmless:
    """A call that a rule has looked at and does not mind.

    Parameters
    ----------
    call
        The call.
    """

    call: ApiCall


def judge(
    document: object, runbook_url: str = "", estate: Estate = NOTHING_KNOWN
) -> tuple[Alert | Harmless, ...]:
    """Return what is to be said about everything in something that arrived: at least one thing.

    Parameters
    ----------
    document
        Any JSON value: an EventBridge event, a record, whatever holds them, or none of them.
    runbook_url
        The runbook of the reader's own organization, instead of the one that the rule names.
    estate
        What is known of the organization.
    """
    received = records_in(document) or (Received(document),)
    return tuple(_judged(item, runbook_url, estate) for item in received)


def alerts_in(document: object, runbook_url: str = "", estate: Estate = NOTHING_KNOWN) -> tuple[Alert, ...]:
    """Return the alerts among what :func:`judge` returns.

    Examples
    --------
    >>> record = {"eventSource": "sqs.amazonaws.com", "eventName": "PurgeQueue"}
    >>> alerts_in({"Records": [record]})[0].title
    '[MEDIUM] SQS queue purged: unknown (unknown unknown)'
    """
    return tuple(item for item in judge(document, runbook_url, estate) if isinstance(item, Alert))


def with_triage(
    alert: Alert, triage: Triage, exception: ExceptionMatch | None, estate: Estate = NOTHING_KNOWN
) -> Alert:
    """Return an alert as it is once more is known about its call."""
    if alert.rule is None or not isinstance(alert.subject, ApiCall):
        return replace(alert, triage=triage)
    assessment = assess(alert.rule, alert.subject, triage.evidence, exception, estate)
    return replace(alert, triage=triage, exception=exception, assessment=assessment)


def _judged(received: Received, runbook_url: str, estate: Estate) -> Alert | Harmless:
    event = received.envelope or received.record
    if isinstance(event, dict) and event.get("detail-type", DETAIL_TYPE) != DETAIL_TYPE:
        # Few events are alarms, and a cold start need not wait for what reads them.
        from policies.detection.alarm_alert import alarm_alert_in  # noqa: PLC0415

        if alert := alarm_alert_in(event):
            return alert
    call = read_call(received)
    found = finding_rule(call, estate)
    if found:
        rule, detection = found
        alert = _call_alert(call, rule, detection, json_text(received.record), runbook_url)
        return replace(alert, assessment=assess(rule, call, estate=estate))
    return Harmless(call) if is_harmless(call, estate) else _unrecognized(call, json_text(event), runbook_url)


def _call_alert(call: ApiCall, rule: Rule, detection: Detection, raw: str | None, runbook_url: str) -> Alert:
    kind = AlertKind(rule.kind)
    return Alert(
        kind=kind,
        subject=call,
        rule=rule,
        assessment=plain_assessment(rule.risk),
        headline=detection.headline,
        summary=detection.summary,
        first_steps=rule.first_steps,
        runbook=runbook_url or rule.runbook,
        notes=call.notes,
        raw=raw or UNWRITABLE,
        key=key_of(kind, _ids(call), raw),
        named=detection.target,
    )


def _unrecognized(call: ApiCall, raw: str | None, runbook_url: str) -> Alert:
    return Alert(
        kind=AlertKind.UNRECOGNIZED,
        subject=call,
        rule=None,
        assessment=plain_assessment(_UNRECOGNIZED_RISK),
        headline="Event that no rule knows",
        summary=_UNRECOGNIZED_SUMMARY,
        first_steps=_UNRECOGNIZED_STEPS,
        runbook=runbook_url or QUEUE_PURGED.runbook,
        notes=call.notes,
        raw=raw or UNWRITABLE,
        key=key_of(AlertKind.UNRECOGNIZED, _ids(call), raw),
    )


def _ids(call: ApiCall) -> tuple[str | None, ...]:
    return call.ids.shared, call.ids.request, call.ids.event


UNWRITABLE = "(cannot be written as JSON)"
"""What an alert shows of what arrived where that is no JSON."""

_UNRECOGNIZED_SUMMARY = (
    "An event reached purge-guard that none of its rules knows, or that could not be read. It may be a purge."
)

_UNRECOGNIZED_STEPS = (
    "Read the raw event below: is it a purge in a shape that purge-guard does not understand?",
    "If not, find out which rule or principal sent it to the alert function.",
)


def plain_assessment(risk: int) -> Assessment:
    """Return the assessment of what no factor makes better or worse."""
    return Assessment(severity_of(risk), risk)


def key_of(kind: AlertKind, ids: tuple[str | None, ...], raw: str | None) -> str | None:
    """Return the first id that is fit to be a key, or else a digest of all that arrived."""
    for identity in ids:
        if identity and len(identity) <= _LONGEST_ID and identity.isascii() and identity.isprintable():
            return f"{kind}#{identity}"
    return f"{kind}#sha256:{hashlib.sha256(raw.encode()).hexdigest()}" if raw else None
