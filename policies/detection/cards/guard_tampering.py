"""The card on tampering: what stops, blinds or redirects purge-guard itself, or the trail that it relies on.

Resources of purge-guard are known by their names, which all begin with `naming.PREFIX`. A key has no name and
a policy of the organization no more than an id: what happens to those is not seen here, and prevention keeps
both. Calls to IAM, Organizations and other services without regions are recorded in one region of the
partition only, `policies.partitions.Partition.global_region`.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies import naming
from policies.detection.rule import DETAIL_TYPE, Detection, Outcome, Rule, RuleKind, Technique, bus_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

CLOUDTRAIL = "cloudtrail.amazonaws.com"

CALLS: dict[str, frozenset[str]] = {
    CLOUDTRAIL: frozenset({"DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"}),
    "dynamodb.amazonaws.com": frozenset(
        {"DeleteTable", "PutResourcePolicy", "UpdateTable", "UpdateTimeToLive"}
    ),
    "events.amazonaws.com": frozenset(
        {
            "DeleteEventBus",
            "DeleteRule",
            "DisableRule",
            "PutPermission",
            "PutRule",
            "PutTargets",
            "RemovePermission",
            "RemoveTargets",
            "UpdateEventBus",
        }
    ),
    "iam.amazonaws.com": frozenset(
        {
            "AttachRolePolicy",
            "CreatePolicyVersion",
            "CreateRole",
            "DeletePolicy",
            "DeletePolicyVersion",
            "DeleteRole",
            "DeleteRolePermissionsBoundary",
            "DeleteRolePolicy",
            "DetachGroupPolicy",
            "DetachRolePolicy",
            "DetachUserPolicy",
            "PutRolePermissionsBoundary",
            "PutRolePolicy",
            "SetDefaultPolicyVersion",
            "TagRole",
            "UntagRole",
            "UpdateAssumeRolePolicy",
            "UpdateRole",
            "UpdateRoleDescription",
        }
    ),
    "kms.amazonaws.com": frozenset({"DeleteAlias", "UpdateAlias"}),
    "lambda.amazonaws.com": frozenset(
        {
            "DeleteEventSourceMapping",
            "DeleteFunction",
            "DeleteFunctionEventInvokeConfig",
            "DeleteResourcePolicy",
            "PutFunctionConcurrency",
            "PutFunctionEventInvokeConfig",
            "PutResourcePolicy",
            "RemovePermission",
            "UpdateEventSourceMapping",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
            "UpdateFunctionEventInvokeConfig",
        }
    ),
    "logs.amazonaws.com": frozenset(
        {
            "AssociateKmsKey",
            "DeleteLogGroup",
            "DeleteLogStream",
            "DisassociateKmsKey",
            "PutRetentionPolicy",
        }
    ),
    "monitoring.amazonaws.com": frozenset(
        {"DeleteAlarms", "DisableAlarmActions", "PutAlarmMuteRule", "PutMetricAlarm", "SetAlarmState"}
    ),
    "s3.amazonaws.com": frozenset(
        {
            "DeleteBucket",
            "DeleteBucketEncryption",
            "DeleteBucketLifecycle",
            "DeleteBucketPolicy",
            "DeleteBucketPublicAccessBlock",
            "PutBucketAcl",
            "PutBucketEncryption",
            "PutBucketLifecycle",
            "PutBucketOwnershipControls",
            "PutBucketPolicy",
            "PutBucketPublicAccessBlock",
            "PutBucketVersioning",
        }
    ),
    "sns.amazonaws.com": frozenset(
        {
            "DeleteTopic",
            "PutDataProtectionPolicy",
            "RemovePermission",
            "SetSubscriptionAttributes",
            "SetTopicAttributes",
            "Unsubscribe",
        }
    ),
    "sqs.amazonaws.com": frozenset(
        {
            "AddPermission",
            "DeleteQueue",
            "PurgeQueue",
            "RemovePermission",
            "SetQueueAttributes",
            "StartMessageMoveTask",
        }
    ),
}
"""The calls that stop, blind or redirect, by the source of their events; Lambda's without their versions."""

NAMING_PARAMETERS = (
    "alarmName",
    "alarmNames",
    "aliasName",
    "bucketName",
    "eventBusName",
    "functionName",
    "logGroupName",
    "name",
    "policyArn",
    "queueUrl",
    "resourceArn",
    "roleName",
    "rule",
    "sourceArn",
    "subscriptionArn",
    "tableName",
    "topicArn",
)
"""The parameters by which these calls name what they are about, as CloudTrail spells them."""

_NAMING_KEYS = frozenset(name.lower() for name in (*NAMING_PARAMETERS, "trailName"))

# In an ARN or a path, a name follows a colon or a slash.
_OWN = re.compile(rf"(?:^|[:/]){re.escape(naming.PREFIX)}-")
_TRAIL_NAME = re.compile(r"[^:/]+$")


def _judge(call: ApiCall, estate: Estate) -> Detection | None:
    """Return what was done to purge-guard, or tried, if the call is about one of its resources."""
    named = tuple(_named(call))
    is_own = any(_OWN.search(name) for name in named)
    is_trail = call.event_source == CLOUDTRAIL and _is_trusted_trail(named, estate)
    if not (is_own or is_trail):
        return None
    what = "its trail" if is_trail else "one of its parts"
    name = call.called
    if call.outcome in (Outcome.PURGED, Outcome.SUCCEEDED):
        return Detection(
            "purge-guard tampered with",
            f"Somebody changed purge-guard or what it relies on: {name} on {what}. Until this is understood, "
            "purges may go unseen or be told late.",
        )
    happened = "denied" if call.outcome is Outcome.DENIED else "failed"
    return Detection(
        f"Tampering with purge-guard {happened}",
        f"Somebody tried to change purge-guard or what it relies on: {name} on {what} {happened}.",
    )


def is_about_the_guard(call: ApiCall) -> bool:
    """Return whether a call is of a service that purge-guard consists of, and about its trail or its parts.

    The pattern lets such calls through, also those that change nothing that matters, such as a new tag.
    """
    if not call.is_genuine or call.event_source not in CALLS:
        return False
    return call.event_source == CLOUDTRAIL or any(_OWN.search(name) for name in _named(call))


def _named(call: ApiCall) -> Iterator[str]:
    """Yield what the record says the call is about: what its maker named, and what AWS did."""
    yield from call.resource_arns
    for key, value in call.parameters.items():
        if key.lower() in _NAMING_KEYS:
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str):
                    yield item


def _is_trusted_trail(named: tuple[str, ...], estate: Estate) -> bool:
    """Return whether the call is about a trail that the inventory relies on, or may be."""
    if estate.trusts_any_trail or not named:
        return True
    trusted = {_trail_name(trail) for trail in estate.trails}
    return any(_trail_name(name) in trusted for name in named)


def _trail_name(trail: str) -> str:
    found = _TRAIL_NAME.search(trail)
    return found.group() if found else trail


_WILDCARD = [{"wildcard": f"*{naming.PREFIX}-*"}]

GUARD_TAMPERED = Rule(
    id="purge-guard-tampering",
    version=1,
    kind=RuleKind.GUARD_TAMPERING,
    name="purge-guard stopped, blinded or redirected",
    description=(
        "Somebody changed a part of purge-guard, or the trail that it relies on: a rule, a target, the bus, "
        "the function, the topic, a queue, an alarm, a log, a role or a policy. Whoever purges unseen begins "
        "here."
    ),
    calls=CALLS,
    judge=_judge,
    risk=73,
    techniques=(
        Technique("T1562.001", "Disable or Modify Tools", "TA0005", "Defense Evasion"),
        Technique("T1562.008", "Disable or Modify Cloud Logs", "TA0005", "Defense Evasion"),
    ),
    references=(
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html",
        "https://attack.mitre.org/techniques/T1562/",
    ),
    runbook="docs/runbooks/guard-tampered.md",
    false_positives=("A deployment of purge-guard by one of its deployers, which lowers the severity.",),
    first_steps=(
        "Find out whether purge-guard was deployed just now, by whom, and from which change.",
        "If not: deploy the stack of this account again, and then treat the actor's credentials as stolen.",
        "Hunt for purges in this account since the first of these changes: alerts may be missing.",
    ),
    event_pattern={
        "source": sorted(map(bus_source, CALLS)),
        "detail-type": [DETAIL_TYPE],
        "detail": {
            # What the function itself makes AWS do as it runs is no news, and must not wake it again.
            "eventName": [{"anything-but": ["CreateLogGroup", "CreateLogStream"]}],
            "$or": [
                {"eventSource": [CLOUDTRAIL]},
                {"resources": {"ARN": _WILDCARD}},
                *({"requestParameters": {name: _WILDCARD}} for name in NAMING_PARAMETERS),
            ],
        },
    },
)
