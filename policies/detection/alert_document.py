"""An alert as a JSON document, for programs. Its fields are described in ``docs/alert-format.md``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies.detection.alarm import AlarmChange
from policies.detection.event_time import format_time
from policies.detection.text import clipped

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.exceptions import ExceptionMatch
    from policies.detection.queue import Queue
    from policies.detection.record import ApiCall
    from policies.detection.rule import Rule
    from policies.detection.triage.evidence import Triage

SCHEMA = 1
"""Raised when a field is taken away or changes its meaning, never when one is added."""

_LONGEST_TEXT = 500
_LONGEST_RAW = 8_000
_LONGEST_FINDING = 300
_LONGEST_DATA = 600
_LONGEST_TRIAGE = 7_000
_LONGEST_DOCUMENT = 26_000
_END_SIZE = len(', "raw": "", "truncated": false}')


def alert_document(alert: Alert) -> str:
    """Return the alert as the JSON that machines subscribe to.

    Returns
    -------
    str
        One line of ASCII, at most 26,000 bytes; ``truncated`` says whether something was cut for that.
    """
    fields = {**_common_fields(alert), **_subject_fields(alert)}
    shortened = {"schema": SCHEMA, **{key: _shortened(value) for key, value in fields.items()}}
    triage = _triage_fields(alert.triage)
    # The record is also in CloudTrail. So it gives way to what was found out, which is nowhere else.
    start = json.dumps({**shortened, "triage": triage}).removesuffix("}")
    left = _LONGEST_DOCUMENT - len(start) - _END_SIZE
    raw = clipped(alert.raw, min(_LONGEST_RAW, left))
    is_cut = raw != alert.raw or len(triage) < len(alert.triage.findings)
    truncated = is_cut or any(shortened[key] != value for key, value in fields.items())
    # What stands before it is long, and written once.
    return f"{start}, {json.dumps({'raw': raw, 'truncated': truncated}).removeprefix('{')}"


def _common_fields(alert: Alert) -> dict[str, object]:
    return {
        "kind": alert.kind,
        "title": alert.title,
        "summary": alert.summary,
        "rule": _rule_fields(alert.rule) if alert.rule else None,
        "severity": alert.assessment.severity,
        "risk": alert.assessment.risk,
        "factors": [
            {"name": factor.name, "weight": factor.weight, "reason": factor.reason}
            for factor in alert.assessment.factors
        ],
        "exception": _exception_fields(alert.exception),
        "target": alert.target,
        "outcome": alert.outcome,
        "account": alert.subject.account,
        "region": alert.region,
        "time": format_time(alert.subject.time) if alert.subject.time else None,
        "first_steps": list(alert.first_steps),
        "runbook": alert.runbook,
        "notes": list(alert.notes),
    }


def _exception_fields(match: ExceptionMatch | None) -> dict[str, object] | None:
    if match is None:
        return None
    signed = match.exception
    return {
        "id": signed.id,
        "owner": signed.owner,
        "ticket": signed.ticket,
        "trial": signed.is_trial,
        "would_silence": match.is_hit,
        "reason": match.reason,
    }


def _triage_fields(triage: Triage) -> list[dict[str, object]]:
    """Return as many findings as there is room for, the first ones first."""
    shown: list[dict[str, object]] = []
    left = _LONGEST_TRIAGE
    for finding in triage.findings:
        data = dict(finding.data)
        fields: dict[str, object] = {
            "probe": finding.probe,
            "label": finding.label,
            "status": finding.status,
            "text": clipped(finding.text, _LONGEST_FINDING),
            "data": data,
        }
        size = len(json.dumps(fields))
        if size > _LONGEST_DATA and len(json.dumps(data)) > _LONGEST_DATA:
            fields["data"] = {}
            size = len(json.dumps(fields))
        left -= size + 2
        if left < 0:
            break
        shown.append(fields)
    return shown


def _rule_fields(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "version": rule.version,
        "name": rule.name,
        "public_rule_id": rule.public_id,
        "techniques": [
            {
                "id": technique.id,
                "name": technique.name,
                "tactic_id": technique.tactic_id,
                "tactic": technique.tactic,
            }
            for technique in rule.techniques
        ],
        "references": list(rule.references),
        "false_positives": list(rule.false_positives),
    }


def _subject_fields(alert: Alert) -> dict[str, object]:
    if isinstance(alert.subject, AlarmChange):
        return {"alarm": _alarm_fields(alert.subject)}
    call = alert.subject
    return {
        "event_source": call.event_source,
        "event_name": call.event_name,
        "error": {"code": call.error_code, "message": call.error_message}
        if call.error_code or call.error_message
        else None,
        "queue": _queue_fields(call.queue, call.queue_url) if call.queue else None,
        "actor": _actor_fields(call),
        "source": {"address": call.source.text, "kind": call.source.kind},
        "user_agent": call.user_agent,
        "event_ids": [call.ids.event] if call.ids.event else [],
        "request_id": call.ids.request,
        "shared_event_id": call.ids.shared,
        "accounts": list(call.accounts),
    }


def _alarm_fields(change: AlarmChange) -> dict[str, object]:
    return {
        "name": change.name,
        "state": change.state,
        "previous_state": change.previous_state,
        "reason": change.reason,
    }


def _queue_fields(queue: Queue, url: str | None) -> dict[str, object]:
    return {
        "arn": queue.arn,
        "name": queue.name,
        "account": queue.account,
        "region": queue.region,
        "url": url,
        "fifo": queue.fifo,
    }


def _actor_fields(call: ApiCall) -> dict[str, object]:
    actor = call.actor
    return {
        "type": actor.kind,
        "name": actor.name,
        "session": actor.session,
        "arn": actor.arn,
        "role_arn": actor.role_arn,
        "account": actor.account,
        "cross_account": call.is_cross_account,
        "invoked_by": actor.invoked_by,
        "mfa": actor.mfa,
        "principal_id": actor.principal_id,
        "access_key_id": actor.access_key_id,
    }


def _shortened(value: object) -> object:
    """Return a JSON value whose texts are all short."""
    if isinstance(value, str):
        return clipped(value, _LONGEST_TEXT)
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    return value
