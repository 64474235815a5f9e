"""An alert as a finding of Security Hub, in the AWS Security Finding Format.

See https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html and, for what
Security Hub takes, https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.detection.actor import ActorKind
from policies.detection.alert import UNKNOWN, AlertKind
from policies.detection.asff_frame import (
    DESTRUCTION,
    EVASION,
    LONGEST_DESCRIPTION,
    LONGEST_FIELD,
    LONGEST_NAME,
    LONGEST_RECOMMENDATION,
    LONGEST_TAG,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_URL,
    UNUSUAL,
    finding_frame,
    finding_judgement,
    finding_text,
    finding_times,
    target_place,
)
from policies.detection.event_time import format_time
from policies.detection.facts import facts_of, findings_of
from policies.detection.fields import object_in, text_in
from policies.detection.finding_identity import finding_key, is_over
from policies.detection.json_text import json_or_text
from policies.detection.record import ApiCall
from policies.detection.rule import Outcome
from policies.detection.source_address import ip_address_of
from policies.detection.triage import queue_attributes
from policies.detection.triage.console_links import LINKS, links_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from policies.detection.actor import Actor
    from policies.detection.alert import Alert
    from policies.detection.queue import Queue
    from policies.naming import Place

# AWS's own tags are not among those that may be written.
_AWS_PREFIX = "aws:"


def security_finding(alert: Alert, hub: Place, now: datetime) -> dict[str, Any]:
    """Return the finding, ready for ``securityhub.batch_import_findings``.

    News of the same thing make the same finding: Security Hub replaces the former by its ``UpdatedAt``.

    Parameters
    ----------
    alert
        The alert.
    hub
        The hub's account and region, whose Security Hub takes the finding.
    now
        The time, in UTC.
    """
    happened = alert.subject.time or now
    return {
        **finding_frame(hub, alert.kind, finding_key(alert), alert.rule.id if alert.rule else alert.kind),
        **finding_judgement(_severity(alert), _types(alert)),
        "RecordState": "ARCHIVED" if is_over(alert) else "ACTIVE",
        **finding_times(happened, happened, now),
        "Title": finding_text(alert.title, LONGEST_TITLE),
        "Description": finding_text(_description(alert), LONGEST_DESCRIPTION),
        "Remediation": {"Recommendation": _recommendation(alert)},
        "ProductFields": dict(_product_fields(alert)),
        "Resources": [_target(alert, hub), *_actor_resources(alert)],
        **_call_fields(alert),
    }


def _severity(alert: Alert) -> dict[str, str]:
    label = "INFORMATIONAL" if is_over(alert) else alert.assessment.severity.upper()
    return {"Label": label, "Original": str(alert.assessment.risk)}


def _types(alert: Alert) -> list[str]:
    """Return what the finding is, in Security Hub's own taxonomy."""
    if alert.rule is None:
        return [UNUSUAL]
    has_effect = alert.outcome in (Outcome.PURGED, Outcome.SUCCEEDED)
    is_destruction = has_effect and alert.kind is not AlertKind.GUARD_TAMPERING
    return [EVASION, DESTRUCTION] if is_destruction else [EVASION]


def _description(alert: Alert) -> str:
    facts = "; ".join(f"{fact.label}: {fact.value}{fact.remark}" for fact in facts_of(alert))
    return f"{alert.summary} {facts}"


def _recommendation(alert: Alert) -> dict[str, str]:
    text = finding_text(" ".join(alert.first_steps) or alert.summary, LONGEST_RECOMMENDATION)
    runbook = alert.runbook or ""
    is_url = runbook.startswith("https://") and runbook.isascii() and runbook.isprintable()
    return {"Text": text, **({"Url": runbook} if is_url else {})}


def _product_fields(alert: Alert) -> Iterator[tuple[str, str]]:
    """Yield what the format has no place for, under names of ours. There are fewer than the 50 allowed."""
    assessment = alert.assessment
    fields: dict[str, list[str]] = {
        "risk": [str(assessment.risk)],
        "outcome": [alert.outcome],
        "account": [alert.subject.account or UNKNOWN],
        "factors": [f"{factor.weight:+} {factor.reason}" for factor in assessment.factors],
        "exception": [alert.exception.exception.id] if alert.exception else [],
        "notes": list(alert.notes),
    }
    if isinstance(alert.subject, ApiCall):
        call = alert.subject
        given = {"actor": call.actor.label, "tool": call.user_agent, "event-id": call.ids.event}
        fields |= {name: [value] for name, value in given.items() if value}
    for finding, fact in zip(alert.triage.findings, findings_of(alert), strict=True):
        if finding.probe != LINKS:
            fields.setdefault(f"triage/{finding.probe}", []).append(f"{fact.label}: {fact.value}")
    for name, values in fields.items():
        if values:
            yield f"purge-guard/{name}", finding_text("; ".join(values), LONGEST_FIELD)


def _target(alert: Alert, hub: Place) -> dict[str, Any]:
    """Return the resource that the alert is about: the queue where there is one."""
    place = target_place(alert.region or hub.region)
    queue = alert.subject.queue if isinstance(alert.subject, ApiCall) else None
    if queue is None or queue.arn is None:
        return {"Type": "Other", "Id": finding_text(alert.target or UNKNOWN, LONGEST_TEXT), **place}
    tags = _tags(alert.triage.evidence.queue_tags or {})
    return {
        "Type": "AwsSqsQueue",
        "Id": finding_text(queue.arn, LONGEST_TEXT),
        **place,
        **({"Tags": tags} if tags else {}),
        "Details": {"AwsSqsQueue": _queue_details(alert, queue)},
    }


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that Security Hub is sure to take; for the others it would refuse the finding."""
    return {
        key: value
        for key, value in tags.items()
        if not key.startswith(_AWS_PREFIX)
        and finding_text(key, LONGEST_NAME) == key
        and finding_text(value, LONGEST_TAG) == value
    }


def _queue_details(alert: Alert, queue: Queue) -> dict[str, str]:
    """Return what the queue is like, as far as the triage has asked for it."""
    attributes: dict[str, object] = {}
    for finding in alert.triage.findings:
        if finding.probe == queue_attributes.NAME:
            attributes = object_in(dict(finding.data), "attributes")
    redrive = json_or_text(text_in(attributes, "RedrivePolicy") or "")
    known = {
        "QueueName": queue.name,
        "KmsMasterKeyId": text_in(attributes, "KmsMasterKeyId"),
        "DeadLetterTargetArn": text_in(redrive, "deadLetterTargetArn") if isinstance(redrive, dict) else None,
    }
    return {name: finding_text(value, LONGEST_TEXT) for name, value in known.items() if value}


def _actor_resources(alert: Alert) -> Iterator[dict[str, Any]]:
    """Yield who made the call: the role, the user or the account, and the access key."""
    if not isinstance(alert.subject, ApiCall):
        return
    actor = alert.subject.actor
    arn = actor.role_arn or actor.arn
    if actor.kind in (ActorKind.ROOT, ActorKind.AWS_ACCOUNT) and actor.account:
        yield _actor_resource("AwsAccount", f"AWS::::Account:{actor.account}")
    elif arn:
        kinds = {ActorKind.ROLE_SESSION: "AwsIamRole", ActorKind.IAM_USER: "AwsIamUser"}
        yield _actor_resource(kinds.get(actor.kind, "Other"), arn)
    if actor.access_key_id:
        key = _actor_resource("AwsIamAccessKey", f"AWS::IAM::AccessKey:{actor.access_key_id}")
        yield {**key, "Details": {"AwsIamAccessKey": _access_key_details(actor, alert.subject)}}


def _actor_resource(kind: str, identity: str) -> dict[str, Any]:
    return {"Type": kind, "Id": finding_text(identity, LONGEST_TEXT), "ResourceRole": "Actor"}


def _access_key_details(actor: Actor, call: ApiCall) -> dict[str, Any]:
    known = {
        "AccessKeyId": actor.access_key_id,
        "AccountId": actor.account,
        "PrincipalId": actor.principal_id,
        "PrincipalName": actor.name,
        "PrincipalType": actor.kind,
    }
    session = {
        "MfaAuthenticated": actor.mfa,
        "CreationDate": format_time(call.session_started) if call.session_started else None,
    }
    attributes = {name: value for name, value in session.items() if value is not None}
    return {
        **{name: finding_text(value, LONGEST_TEXT) for name, value in known.items() if value},
        **({"SessionContext": {"Attributes": attributes}} if attributes else {}),
    }


def _call_fields(alert: Alert) -> dict[str, Any]:
    """Return what was called, from where if that is an address, and where the event can be read."""
    call = alert.subject
    if not isinstance(call, ApiCall):
        return {}
    known = {"Api": call.event_name, "ServiceName": call.event_source}
    action: dict[str, Any] = {
        name: finding_text(value, LONGEST_NAME) for name, value in known.items() if value
    }
    fields: dict[str, Any] = {}
    url = dict(links_of(call)).get("event", "")
    if 0 < len(url) <= LONGEST_URL:
        fields["SourceUrl"] = url
    if address := ip_address_of(call.source):
        fields["Network"] = {"Direction": "IN", f"SourceIpV{address.version}": str(address)}
        action["CallerType"] = "remoteip"
        if address.version == 4:  # noqa: PLR2004 - the version that the field's name asks for
            action["RemoteIpDetails"] = {"IpAddressV4": str(address)}
    return fields | {"Action": {"ActionType": "AWS_API_CALL", "AwsApiCallAction": action}}
