"""The calls that stop, blind or redirect purge-guard, by what tells in a record that they are about it.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

from policies.detection.cards.purge_equivalent import KEY_CALLS, KMS

CLOUDTRAIL = "cloudtrail.amazonaws.com"
ORGANIZATIONS = "organizations.amazonaws.com"

Named = dict[str, dict[str, frozenset[str]]]
"""By the source of an event, and by what names the thing that it is about: the calls, without the versions
that Lambda appends to their names."""

NAMED_BY: Named = {
    CLOUDTRAIL: {
        "name": frozenset({"DeleteTrail", "StopLogging", "UpdateTrail"}),
        "trailName": frozenset({"PutEventSelectors"}),
    },
    "dynamodb.amazonaws.com": {
        "resourceArn": frozenset({"DeleteResourcePolicy", "PutResourcePolicy"}),
        "tableName": frozenset({"DeleteTable", "UpdateTable", "UpdateTimeToLive"}),
    },
    "events.amazonaws.com": {
        "eventBusName": frozenset({"PutPermission", "RemovePermission"}),
        # A rule is known by its own name: on the hub's bus others may have rules too.
        "name": frozenset({"DeleteEventBus", "DeleteRule", "DisableRule", "PutRule", "UpdateEventBus"}),
        "rule": frozenset({"PutTargets", "RemoveTargets"}),
    },
    "iam.amazonaws.com": {
        "policyArn": frozenset(
            {
                "CreatePolicyVersion",
                "DeletePolicy",
                "DeletePolicyVersion",
                "DetachGroupPolicy",
                "DetachRolePolicy",
                "DetachUserPolicy",
                "SetDefaultPolicyVersion",
            }
        ),
        "roleName": frozenset(
            {
                "AttachRolePolicy",
                "CreateRole",
                "DeleteRole",
                "DeleteRolePermissionsBoundary",
                "DeleteRolePolicy",
                "DetachRolePolicy",
                "PutRolePermissionsBoundary",
                "PutRolePolicy",
                "TagRole",
                "UntagRole",
                "UpdateAssumeRolePolicy",
                "UpdateRole",
                "UpdateRoleDescription",
            }
        ),
    },
    KMS: {"aliasName": frozenset({"DeleteAlias", "UpdateAlias"})},
    "lambda.amazonaws.com": {
        "functionName": frozenset(
            {
                "DeleteFunction",
                "DeleteFunctionConcurrency",
                "DeleteFunctionEventInvokeConfig",
                "PutFunctionConcurrency",
                "PutFunctionEventInvokeConfig",
                "RemovePermission",
                "UpdateEventSourceMapping",
                "UpdateFunctionCode",
                "UpdateFunctionConfiguration",
                "UpdateFunctionEventInvokeConfig",
            }
        ),
        "resourceArn": frozenset({"DeleteResourcePolicy", "PutResourcePolicy"}),
    },
    "logs.amazonaws.com": {
        "logGroupName": frozenset(
            {
                "AssociateKmsKey",
                "DeleteLogGroup",
                "DeleteLogStream",
                "DisassociateKmsKey",
                "PutRetentionPolicy",
            }
        ),
        "resourceIdentifier": frozenset({"AssociateKmsKey", "DisassociateKmsKey"}),
    },
    "monitoring.amazonaws.com": {
        "alarmName": frozenset({"PutMetricAlarm", "SetAlarmState"}),
        "alarmNames": frozenset({"DeleteAlarms", "DisableAlarmActions"}),
        "muteTargets.alarmNames": frozenset({"PutAlarmMuteRule"}),
    },
    ORGANIZATIONS: {
        # The service that must be trusted, or there are no trails of the organization.
        "servicePrincipal": frozenset({"DisableAWSServiceAccess"}),
    },
    "s3.amazonaws.com": {
        "bucketName": frozenset(
            {
                "DeleteBucket",
                "DeleteBucketEncryption",
                "DeleteBucketLifecycle",
                "DeleteBucketOwnershipControls",
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
        )
    },
    "sns.amazonaws.com": {
        "resourceArn": frozenset({"PutDataProtectionPolicy"}),
        "subscriptionArn": frozenset({"SetSubscriptionAttributes", "Unsubscribe"}),
        "topicArn": frozenset({"AddPermission", "DeleteTopic", "RemovePermission", "SetTopicAttributes"}),
    },
    "sqs.amazonaws.com": {
        "queueUrl": frozenset(
            {"AddPermission", "DeleteQueue", "PurgeQueue", "RemovePermission", "SetQueueAttributes"}
        ),
        "sourceArn": frozenset({"StartMessageMoveTask"}),
    },
}
"""By the parameters of the calls, as CloudTrail spells them."""

ANSWERED_WITH: Named = {
    # The request names a policy by an id that nobody knows beforehand; a mapping, by nothing else either.
    ORGANIZATIONS: {"policy.policySummary.name": frozenset({"UpdatePolicy"})},
    "lambda.amazonaws.com": {
        "functionArn": frozenset({"DeleteEventSourceMapping", "UpdateEventSourceMapping"})
    },
}
"""By what AWS answered, where it did."""

ABOUT_THE_ACCOUNT: dict[str, frozenset[str]] = {ORGANIZATIONS: frozenset({"LeaveOrganization"})}
"""What names nothing: no policy of the organization binds an account that has left, and no bus admits it."""

ABOUT_AN_ACCOUNT: dict[str, frozenset[str]] = {
    ORGANIZATIONS: frozenset({"CloseAccount", "MoveAccount", "RemoveAccountFromOrganization"})
}
"""What names an account: one that is closed or gone is watched no more, and one that is moved may be bound by
no policy any more."""

ABOUT_A_POLICY: dict[str, frozenset[str]] = {
    ORGANIZATIONS: frozenset({"DeletePolicy", "DetachPolicy", "DisablePolicyType", "UpdatePolicy"})
}
"""What names a policy of the organization by its id, or all of a type. An update that gives it another
name is answered with that one."""

ABOUT_A_KEY: dict[str, frozenset[str]] = {KMS: frozenset(KEY_CALLS)}
"""What makes unreadable what a key encrypts."""

WITHOUT_A_NAME = (ABOUT_THE_ACCOUNT, ABOUT_AN_ACCOUNT, ABOUT_A_POLICY, ABOUT_A_KEY)
"""What is about a part of ours, or may be, though no name of ours is in its record."""

CALLS: dict[str, frozenset[str]] = {
    source: frozenset().union(
        *NAMED_BY.get(source, {}).values(),
        *ANSWERED_WITH.get(source, {}).values(),
        *(about.get(source, ()) for about in WITHOUT_A_NAME),
    )
    for source in sorted({*NAMED_BY, *ANSWERED_WITH})
}
"""The calls that stop, blind or redirect, by the sources of their events."""
