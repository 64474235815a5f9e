"""What a preview makes of each record: an alert, an entry of a digest, or nothing to show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies.detection.account_alarm import ALARM_EVENT_PATTERN
from policies.detection.alert import Alert, Harmless, judge, with_triage
from policies.detection.digest_entry import DigestEntry, entry_in
from policies.detection.exceptions import depends_on_tags, find_exceptions
from policies.detection.intake import Received, records_in
from policies.detection.json_text import json_type
from policies.detection.pattern import matches
from policies.detection.record import ApiCall
from policies.detection.rule import DETAIL_TYPE, bus_source
from policies.detection.rules import RULES
from policies.detection.triage.evidence import NO_EVIDENCE, NO_TRIAGE
from purge_guard.event_input import BrokenLine
from purge_guard.undelivered import Undelivered, undelivered_in

if TYPE_CHECKING:
    from policies.detection.estate import Estate

_PATTERNS = (*(rule.event_pattern for rule in RULES), ALARM_EVENT_PATTERN)


@dataclass(frozen=True, slots=True)
class Unpassed:
    """What no rule of EventBridge passes, so that the function never sees it."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What nobody can read.

    Parameters
    ----------
    sentence
        Which it is and why, such as ``record 2 is text``.
    """

    sentence: str


Previewed = Alert | Harmless | DigestEntry | Undelivered | Unpassed | Unreadable


def previewed(document: object, runbook_url: str, estate: Estate) -> tuple[Previewed, ...]:
    """Return what becomes of each record in something that arrived, in their order.

    Parameters
    ----------
    document
        An object or a list, in which a `BrokenLine` may stand in the place of a record.
    runbook_url
        The runbook of the reader's own organization; empty for the rule's.
    estate
        What is known of the organization.
    """
    received = records_in(document)
    entries = [entry_in(item.record) for item in received]
    return tuple(
        entry or _previewed(item, number, runbook_url, estate, among_entries=any(entries))
        for number, (item, entry) in enumerate(zip(received, entries, strict=True), 1)
    )


def _previewed(
    item: Received, number: int, runbook_url: str, estate: Estate, *, among_entries: bool
) -> Previewed:
    if isinstance(item.record, BrokenLine):
        return Unreadable(f"line {item.record.number} {item.record.fault}")
    if undelivered := undelivered_in(item.record):
        return undelivered
    if reason := _fault(item, among_entries=among_entries):
        return Unreadable(f"record {number} {reason}")
    (judged,) = judge(item.envelope or item.record, runbook_url, estate)
    if isinstance(judged, Alert) and judged.rule:
        return _excepted(judged, estate)
    return judged if _is_passed(item) else Unpassed()


def _fault(item: Received, *, among_entries: bool) -> str | None:
    """Return why nobody can say which API call a record is of, or None where it can be said.

    Null says as little as a key that is not there: no rule of EventBridge passes it.
    """
    record = item.record
    if not isinstance(record, dict):
        return f"is {json_type(record)}"
    if among_entries and item.envelope is None and "eventName" not in record:
        return "is no entry of a digest"
    return next(
        (
            f"has {key} that is {json_type(record[key])}"
            for key in ("eventSource", "eventName")
            if record.get(key) is not None and not isinstance(record[key], str)
        ),
        None,
    )


def _excepted(alert: Alert, estate: Estate) -> Alert:
    """Return an alert with the exception that it meets: the function may keep it to itself."""
    call, rule = alert.subject, alert.rule
    if rule is None or not isinstance(call, ApiCall):
        return alert
    match = next(iter(find_exceptions(rule, call, NO_EVIDENCE, estate)), None)
    notes = alert.notes
    if match is not None and match.is_silencing:
        silenced = f"Nothing would be sent: the exception {match.exception.id} silences this. It is counted,"
        notes = (f"{silenced} and told once a day. This is what the alert would be without it.", *notes)
    elif depends_on_tags(rule, call, estate):
        notes += ("An exception may silence this by the tags of the queue, which only AWS knows.",)
    return replace(with_triage(alert, NO_TRIAGE, match, estate), notes=notes)


def _is_passed(item: Received) -> bool:
    """Return whether a rule of EventBridge passes an event, or a record as it would be on the bus."""
    event = item.envelope
    if event is None:
        record = item.record if isinstance(item.record, dict) else {}
        source = bus_source(str(record.get("eventSource")))
        event = {"source": source, "detail-type": DETAIL_TYPE, "detail": record}
    return any(matches(pattern, event) for pattern in _PATTERNS)


def silenced(alerts: list[Alert]) -> str | None:
    """Return the sentence on what exceptions silence among the alerts that are shown, or None."""
    names = [
        alert.exception.exception.id for alert in alerts if alert.exception and alert.exception.is_silencing
    ]
    if not names:
        return None
    which = "this" if len(alerts) == 1 else f"{len(names)} of these {len(alerts)}"
    by = ", ".join(dict.fromkeys(names))
    return f"nothing would be sent of {which}: silenced by {by}"


def nothing_to_show(items: tuple[Previewed, ...]) -> str:
    """Return the sentence on what no rule matches: what becomes of it."""
    if not items:
        return "holds no records"
    unpassed = sum(isinstance(item, Unpassed) for item in items)
    harmless = sum(isinstance(item, Harmless) for item in items)
    kinds = Counter(item.kind for item in items if isinstance(item, Alert))
    clauses = ["no rule matches"]
    if unpassed:
        clauses.append(f"no rule of EventBridge passes {_share(unpassed, len(items))} to the alert function")
    if harmless:
        clauses.append(f"{harmless} looked at and not minded")
    if unpassed < len(items):
        sent = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
        clauses.append(f"the alert function would send {f'these alerts: {sent}' if sent else 'nothing'}")
    return "; ".join(clauses)


def _share(number: int, total: int) -> str:
    if total == 1:
        return "this"
    return f"these {total} records" if number == total else f"{number} of {total} records"
