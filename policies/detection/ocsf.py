"""An alert as a Detection Finding of the Open Cybersecurity Schema Framework, for data lakes and SIEMs.

See https://schema.ocsf.io/1.5.0/classes/detection_finding
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policies.detection.alert_document import alert_document
from policies.detection.record import ApiCall
from policies.detection.severity import Severity
from policies.detection.source_address import AddressKind
from policies.detection.text import clipped
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policies.detection.alert import Alert
    from policies.detection.rule import Rule

VERSION = "1.5.0"
"""Of the schema."""

CLASS_UID = 2004
CATEGORY_UID = 2
CREATE = 1
_NEW = 1
_RULE = 1
_AWS_ACCOUNT = 10

_SEVERITY_IDS = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}

_REST = ("factors", "exception", "notes", "triage", "alarm")
_LONGEST_TEXT = 300
_LONGEST_RAW = 8_000
_LONGEST_FINDING = 26_000


def detection_finding(alert: Alert, now: datetime) -> str:
    """Return the alert as one line of JSON, at most 26,000 bytes of it.

    Parameters
    ----------
    alert
        The alert.
    now
        The time, in UTC, for alerts on what has none.
    """
    severity = alert.assessment.severity
    region = alert.region
    fields: dict[str, Any] = {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": CATEGORY_UID,
        "category_name": "Findings",
        "class_uid": CLASS_UID,
        "class_name": "Detection Finding",
        "type_uid": CLASS_UID * 100 + CREATE,
        "type_name": "Detection Finding: Create",
        "time": _milliseconds(alert.subject.time or now),
        "severity_id": _SEVERITY_IDS[severity],
        "severity": severity.capitalize(),
        "status_id": _NEW,
        "status": "New",
        "message": alert.title,
        "metadata": {
            "version": VERSION,
            "product": {"name": "purge-guard", "vendor_name": "purge-guard", "uid": "purge-guard"},
        },
        "finding_info": _finding_info(alert, now),
        "risk_score": alert.assessment.risk,
        "cloud": {
            "provider": "AWS",
            "account": _account(alert.subject.account),
            "region": region,
            "cloud_partition": partition_of(region).name if region else None,
        },
        "resources": list(_resources(alert)),
        "evidences": list(_evidences(alert)),
        "remediation": {
            "desc": " ".join(alert.first_steps) or alert.summary,
            "references": [alert.runbook] if alert.runbook else [],
        },
    }
    return _with_rest({**_present(fields), "unmapped": _rest(alert)}, alert.raw)


def _rest(alert: Alert) -> dict[str, Any]:
    """Return what the schema has no place for, as purge-guard's own document says it."""
    own = json.loads(alert_document(alert))
    return {key: own[key] for key in ("kind", "outcome", "accounts", *_REST) if key in own}


def _with_rest(finding: dict[str, Any], raw: str) -> str:
    """Return the finding with as much of the record as there is room for."""
    finding["raw_data"] = clipped(raw, min(_LONGEST_RAW, _LONGEST_FINDING - len(json.dumps(finding)) - 20))
    return json.dumps(finding)


def _finding_info(alert: Alert, now: datetime) -> dict[str, Any]:
    return {
        "uid": alert.key or "unknown",
        "title": alert.title,
        "desc": alert.summary,
        "created_time": _milliseconds(alert.subject.time or now),
        "types": [alert.kind],
        "analytic": _analytic(alert.rule) if alert.rule else None,
        "attacks": list(_attacks(alert.rule)) if alert.rule else [],
    }


def _analytic(rule: Rule) -> dict[str, Any]:
    return {
        "uid": rule.id,
        "name": rule.name,
        "type_id": _RULE,
        "type": "Rule",
        "version": str(rule.version),
    }


def _attacks(rule: Rule) -> Iterator[dict[str, Any]]:
    for technique in rule.techniques:
        yield {
            "version": "17",
            "technique": {"uid": technique.id, "name": technique.name},
            "tactic": {"uid": technique.tactic_id, "name": technique.tactic},
        }


def _resources(alert: Alert) -> Iterator[dict[str, Any]]:
    queue = alert.subject.queue if isinstance(alert.subject, ApiCall) else None
    if queue is not None:
        yield {
            "uid": _text(queue.arn or queue.name),
            "name": _text(queue.name),
            "type": "AWS::SQS::Queue",
            "region": queue.region,
            "cloud_partition": queue.partition,
        }


def _evidences(alert: Alert) -> Iterator[dict[str, Any]]:
    call = alert.subject
    if not isinstance(call, ApiCall):
        return
    actor = call.actor
    has_address = call.source.kind in (AddressKind.PUBLIC, AddressKind.PRIVATE)
    yield {
        "actor": {
            "user": {
                "name": _text(actor.name),
                "uid": _text(actor.role_arn or actor.arn or actor.principal_id),
                "type": actor.kind,
                "account": _account(actor.account),
                "credential_uid": _text(actor.access_key_id),
            },
            "session": {"uid": _text(actor.session), "is_mfa": actor.mfa},
        },
        "api": {
            "operation": _text(call.event_name) or "unknown",
            "request": {"uid": _text(call.ids.request) or "unknown"},
            "response": {"error": _text(call.error_code), "error_message": _text(call.error_message)},
        },
        "data": {"event_source": _text(call.event_source)},
        "src_endpoint": {
            "ip": (call.source.text or "").strip() if has_address else None,
            "name": None if has_address else _text(call.source.text),
        },
    }


def _account(account: str | None) -> dict[str, Any]:
    return (
        {"uid": account, "name": account, "type": "AWS Account", "type_id": _AWS_ACCOUNT} if account else {}
    )


def _text(text: str | None) -> str | None:
    return clipped(text, _LONGEST_TEXT) if text else None


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def _present(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without what is null or empty: the schema has optional fields, not empty ones."""
    if isinstance(value, dict):
        kept = {key: _present(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [_present(item) for item in value]
    return value
