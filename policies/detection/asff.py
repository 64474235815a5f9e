"""An alert as a finding of Security Hub, in the AWS Security Finding Format.

See https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from policies.detection.actor import ActorKind
from policies.detection.alert import UNKNOWN
from policies.detection.event_time import format_time
from policies.detection.facts import facts_of, findings_of
from policies.detection.record import ApiCall
from policies.detection.source_address import AddressKind
from policies.detection.text import visible
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policies.detection.alert import Alert
    from policies.naming import Place

SCHEMA_VERSION = "2018-10-08"

TYPES = ("TTPs/Defense Evasion", "Effects/Data Destruction")
"""What the finding is, in Security Hub's own taxonomy."""

# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
_LONGEST_TITLE = 256
_LONGEST_DESCRIPTION = 1024
_LONGEST_RECOMMENDATION = 512
_LONGEST_ID = 512
_LONGEST_FIELD = 1024
_MOST_FIELDS = 50
_LONGEST_SHORT = 64


def security_finding(alert: Alert, hub: Place, now: datetime) -> dict[str, Any]:
    """Return the finding, ready for ``securityhub.batch_import_findings``.

    The same alert makes the same finding: a later version of it, by its ``UpdatedAt``, replaces the former.

    Parameters
    ----------
    alert
        The alert.
    hub
        The hub's account and region, whose Security Hub takes the finding.
    now
        The time, in UTC.
    """
    first = alert.subject.time or now
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": finding_id(alert, hub),
        "ProductArn": product_arn(hub),
        "GeneratorId": alert.rule.id if alert.rule else alert.kind,
        "AwsAccountId": hub.account,
        "Types": list(TYPES),
        "CreatedAt": format_time(first),
        "FirstObservedAt": format_time(first),
        "UpdatedAt": format_time(max(now, first)),
        "Severity": {"Label": alert.assessment.severity.upper(), "Original": str(alert.assessment.risk)},
        "Title": _text(alert.title, _LONGEST_TITLE),
        "Description": _text(_description(alert), _LONGEST_DESCRIPTION),
        "Remediation": {"Recommendation": _recommendation(alert)},
        "ProductFields": dict(_fields(alert)),
        "Resources": [_queue_resource(alert, hub), *_actor_resources(alert)],
        **_action(alert),
    }


def product_arn(hub: Place) -> str:
    """Return the ARN of the product that every account has for findings of its own.

    Examples
    --------
    >>> from policies.naming import Place
    >>> product_arn(Place("222233334444", "us-east-1"))
    'arn:aws:securityhub:us-east-1:222233334444:product/222233334444/default'
    """
    return hub.arn("securityhub", f"product/{hub.account}/default")


def finding_id(alert: Alert, hub: Place) -> str:
    """Return the identity of an alert's finding: the same for all deliveries of one alert."""
    key = hashlib.sha256((alert.key or alert.raw).encode("utf-8", "surrogatepass")).hexdigest()
    return f"purge-guard/{hub.region}/{hub.account}/{alert.kind}/{key}"


def _description(alert: Alert) -> str:
    facts = "; ".join(f"{fact.label}: {fact.value}{fact.remark}" for fact in facts_of(alert))
    return f"{alert.summary} {facts}"


def _recommendation(alert: Alert) -> dict[str, str]:
    text = _text(" ".join(alert.first_steps) or alert.summary, _LONGEST_RECOMMENDATION)
    runbook = alert.runbook or ""
    is_url = runbook.startswith("https://") and runbook.isascii() and runbook.isprintable()
    return {"Text": text, **({"Url": runbook} if is_url else {})}


def _fields(alert: Alert) -> Iterator[tuple[str, str]]:
    """Yield what was found out, under names of ours."""
    yield "purge-guard/risk", str(alert.assessment.risk)
    yield "purge-guard/outcome", alert.outcome
    yield "purge-guard/account", alert.subject.account or UNKNOWN
    for number, finding in enumerate(findings_of(alert)[: _MOST_FIELDS - 10]):
        yield f"purge-guard/triage/{number}", _text(f"{finding.label}: {finding.value}", _LONGEST_FIELD)


def _queue_resource(alert: Alert, hub: Place) -> dict[str, Any]:
    region = alert.region or hub.region
    resource: dict[str, Any] = {"Partition": partition_of(region).name, "Region": region}
    queue = alert.subject.queue if isinstance(alert.subject, ApiCall) else None
    if queue is None or queue.arn is None:
        return {"Type": "Other", "Id": _text(alert.target or UNKNOWN, _LONGEST_ID), **resource}
    details = {"AwsSqsQueue": {"QueueName": _text(queue.name, _LONGEST_FIELD)}}
    return {"Type": "AwsSqsQueue", "Id": _text(queue.arn, _LONGEST_ID), **resource, "Details": details}


def _actor_resources(alert: Alert) -> Iterator[dict[str, Any]]:
    if not isinstance(alert.subject, ApiCall):
        return
    actor = alert.subject.actor
    arn = actor.role_arn or actor.arn
    if arn is None:
        return
    kind = {ActorKind.ROLE_SESSION: "AwsIamRole", ActorKind.IAM_USER: "AwsIamUser"}.get(actor.kind, "Other")
    yield {"Type": kind, "Id": _text(arn, _LONGEST_ID)}


def _action(alert: Alert) -> dict[str, Any]:
    """Return what was called, and from where if that is an address."""
    call = alert.subject
    if not isinstance(call, ApiCall) or not (call.event_name and call.event_source):
        return {}
    action: dict[str, Any] = {
        "Api": _text(call.event_name, _LONGEST_SHORT),
        "ServiceName": _text(call.event_source, _LONGEST_SHORT),
    }
    address = (call.source.text or "").strip()
    if call.source.kind in (AddressKind.PUBLIC, AddressKind.PRIVATE) and ":" not in address:
        action["RemoteIpDetails"] = {"IpAddressV4": address}
    return {"Action": {"ActionType": "AWS_API_CALL", "AwsApiCallAction": action}}


def _text(text: str, most: int) -> str:
    """Return a text that has something to see and no more characters than Security Hub takes."""
    shown = visible(text.encode("utf-8", "backslashreplace").decode()) or UNKNOWN
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
