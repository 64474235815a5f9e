"""An alert as a Detection Finding of the Open Cybersecurity Schema Framework, for data lakes and SIEMs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policies.detection.actor import ActorKind
from policies.detection.alert_document import alert_document
from policies.detection.finding_identity import finding_key, is_over
from policies.detection.ocsf_class import (
    CLOSE,
    CREATE,
    INFORMATIONAL,
    NEW,
    RESOLVED,
    SEVERITIES,
    class_fields,
    named,
    present,
)
from policies.detection.record import ApiCall
from policies.detection.source_address import ip_address_of
from policies.detection.text import clipped
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policies.detection.actor import Actor
    from policies.detection.alert import Alert
    from policies.detection.rule import Rule

_USER, _ADMIN, _UNKNOWN_USER, _OTHER_USER = (1, "User"), (2, "Admin"), (0, "Unknown"), 99
_USERS = {
    ActorKind.ROOT: _ADMIN,
    ActorKind.IAM_USER: _USER,
    ActorKind.FEDERATED: _USER,
    ActorKind.IDENTITY_CENTER: _USER,
    ActorKind.UNKNOWN: _UNKNOWN_USER,
}
_RULE = (1, "Rule")
_AWS_ACCOUNT = (10, "AWS Account")

# Kinds of observables: what can be looked for in other findings.
_IP_ADDRESS, _USER_NAME = (2, "IP Address"), (4, "User Name")
_RESOURCE_UID, _USER_AGENT, _CREDENTIAL_UID = (
    (10, "Resource UID"),
    (16, "HTTP User-Agent"),
    (19, "User Credential ID"),
)

ATTACK_VERSION = "17"
"""A version of MITRE ATT&CK that has the techniques of the rules under these ids."""

_REST = ("kind", "outcome", "accounts", "factors", "exception", "notes", "triage", "alarm")
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
    time = int((alert.subject.time or now).timestamp() * 1000)
    activity, status = (CLOSE, RESOLVED) if is_over(alert) else (CREATE, NEW)
    severity = INFORMATIONAL if is_over(alert) else SEVERITIES[alert.assessment.severity]
    resources, evidences = list(_resources(alert)), list(_evidences(alert))
    fields: dict[str, Any] = {
        **class_fields(alert.title, time, severity, activity=activity, status=status),
        "risk_score": alert.assessment.risk,
        "finding_info": _finding_info(alert, time),
        "cloud": _cloud(alert),
        "resources": resources,
        "evidences": evidences,
        "observables": [*_observables(resources, evidences)],
        "remediation": {
            "desc": " ".join(alert.first_steps) or alert.summary,
            "references": [alert.runbook] if alert.runbook else [],
        },
    }
    return _with_rest({**present(fields), "unmapped": _rest(alert)}, alert.raw)


def _rest(alert: Alert) -> dict[str, Any]:
    """Return what the schema has no place for, as purge-guard's own document says it."""
    own = json.loads(alert_document(alert))
    return {key: own[key] for key in _REST if key in own}


def _with_rest(finding: dict[str, Any], raw: str) -> str:
    """Return the finding with as much of the record as there is room for."""
    left = _LONGEST_FINDING - len(json.dumps({**finding, "raw_data": ""}))
    return json.dumps({**finding, "raw_data": clipped(raw, min(_LONGEST_RAW, left))})


def _finding_info(alert: Alert, time: int) -> dict[str, Any]:
    return {
        "uid": finding_key(alert),
        "title": alert.title,
        "desc": alert.summary,
        "created_time": time,
        "types": [alert.kind],
        "analytic": _analytic(alert.rule) if alert.rule else None,
        "attacks": list(_attacks(alert.rule)) if alert.rule else [],
    }


def _analytic(rule: Rule) -> dict[str, Any]:
    return {
        "uid": rule.id,
        "name": rule.name,
        "version": str(rule.version),
        **named("type_id", "type", _RULE),
    }


def _attacks(rule: Rule) -> Iterator[dict[str, Any]]:
    for technique in rule.techniques:
        yield {
            "version": ATTACK_VERSION,
            "technique": {"uid": technique.id, "name": technique.name},
            "tactic": {"uid": technique.tactic_id, "name": technique.tactic},
        }


def _cloud(alert: Alert) -> dict[str, Any]:
    return {
        "provider": "AWS",
        "account": _account(alert.subject.account),
        "region": alert.region,
        "cloud_partition": partition_of(alert.region).name if alert.region else None,
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
    address = ip_address_of(call.source)
    place = {"ip": str(address)} if address else {"name": _text(call.source.text)}
    yield {
        "actor": {"user": _user(call.actor), "session": _session(call)},
        "api": {
            "operation": _text(call.event_name) or "unknown",
            "service": {"name": _text(call.event_source)},
            "request": {"uid": _text(call.ids.request)},
            "response": {"error": _text(call.error_code), "error_message": _text(call.error_message)},
        },
        "http_request": {"user_agent": _text(call.user_agent)},
        "src_endpoint": place,
    }


def _user(actor: Actor) -> dict[str, Any]:
    uid = actor.role_arn or actor.arn or actor.principal_id
    if not (uid or actor.name or actor.account):
        return {}
    return {
        "name": _text(actor.name),
        "uid": _text(uid),
        "account": _account(actor.account),
        **named("type_id", "type", _USERS.get(actor.kind, (_OTHER_USER, actor.kind))),
    }


def _session(call: ApiCall) -> dict[str, Any]:
    actor, started = call.actor, call.session_started
    return {
        "uid": _text(actor.session),
        "issuer": _text(actor.role_arn),
        "credential_uid": _text(actor.access_key_id),
        "created_time": int(started.timestamp() * 1000) if started else None,
        "is_mfa": actor.mfa,
    }


def _observables(
    resources: list[dict[str, Any]], evidences: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield what else to look for, each with the place in the finding where it stands."""
    for resource in resources:
        yield {"name": "resources.uid", "value": resource["uid"], **named("type_id", "type", _RESOURCE_UID)}
    for evidence in evidences:
        user, session = evidence["actor"]["user"], evidence["actor"]["session"]
        found = (
            ("src_endpoint.ip", evidence["src_endpoint"].get("ip"), _IP_ADDRESS),
            ("actor.user.name", user.get("name"), _USER_NAME),
            ("actor.session.credential_uid", session["credential_uid"], _CREDENTIAL_UID),
            ("http_request.user_agent", evidence["http_request"]["user_agent"], _USER_AGENT),
        )
        for name, value, kind in found:
            if value:
                yield {"name": f"evidences.{name}", "value": value, **named("type_id", "type", kind)}


def _account(account: str | None) -> dict[str, Any]:
    return {"uid": account, **named("type_id", "type", _AWS_ACCOUNT)} if account else {}


def _text(text: str | None) -> str | None:
    return clipped(text, _LONGEST_TEXT) if text else None
