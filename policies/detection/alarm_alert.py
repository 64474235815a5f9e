"""The alert on an alarm: purge-guard itself, somewhere in the organization, needs attention or is well."""

from __future__ import annotations

from policies.detection.account_alarm import ACCOUNT_ALARMS
from policies.detection.alarm import BACK_TO_NORMAL, IN_ALARM, read_alarm
from policies.detection.alert import UNWRITABLE, Alert, AlertKind, key_of, plain_assessment
from policies.detection.json_text import json_text

_RISKS = {IN_ALARM: 73, BACK_TO_NORMAL: 1}
_OTHER_RISK = 47

_STEPS = (
    "Until this is solved, purges in this account and region may go unseen or be told late.",
    "Sign in to the account, find out what changed there, and deploy its stack again.",
)


def alarm_alert_in(event: object) -> Alert | None:
    """Return the alert that the event of an alarm calls for, or None where the event is something else."""
    change = read_alarm(event)
    if change is None:
        return None
    raw = json_text(event)
    own = ACCOUNT_ALARMS.get(change.name or "")
    is_over = change.state == BACK_TO_NORMAL
    return Alert(
        kind=AlertKind.ALARM,
        subject=change,
        rule=None,
        assessment=plain_assessment(_RISKS.get(change.state or "", _OTHER_RISK)),
        headline="purge-guard is well again" if is_over else "purge-guard needs attention",
        summary=own.meaning if own else "An alarm that is none of purge-guard's own reached the hub.",
        first_steps=() if is_over else _STEPS,
        runbook=None,
        notes=(),
        raw=raw or UNWRITABLE,
        key=key_of(AlertKind.ALARM, (), raw),
    )
