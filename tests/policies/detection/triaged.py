"""Alerts as they are once the triage is done, for the tests of every text that shows one."""

from __future__ import annotations

from datetime import UTC, datetime

from policies.detection.alert import Alert, alerts_in, with_triage
from policies.detection.exceptions import ExceptionMatch, PurgeException
from policies.detection.triage.evidence import Evidence, Triage
from policies.detection.triage.finding import Finding, Status

TRIAGE = Triage(
    findings=(
        Finding("queue-tags", "Queue tags", "owner payments", data={"owner": "payments"}),
        Finding("backlog", "Lost", "about 1,240 messages, the oldest of 3 h 20 min", data={"visible": 1240}),
        Finding("actor-role", "Role", "may not be asked: AccessDenied", status=Status.DENIED),
    ),
    evidence=Evidence(backlog=1240),
)

TRIAL = ExceptionMatch(
    PurgeException(
        "weekly", "clean-up", "payments", "OPS-1", expires=datetime(2027, 1, 1, tzinfo=UTC), is_trial=True
    ),
    is_silencing=False,
    reason="it is on trial",
)


def triaged(event: object, triage: Triage = TRIAGE) -> Alert:
    """Return the first alert in an event, with a triage and an exception that is on trial."""
    return with_triage(alerts_in(event)[0], triage, TRIAL)


def flooded(event: object, filler: str) -> Alert:
    """Return the first alert in an event with a triage that an attacker has filled."""
    text = filler * 5_000
    finding = Finding("queue-tags", "Queue tags", text, data={"owner": text})
    return triaged(event, Triage(findings=(finding,) * 100))
