"""``guard-tampering``: what could blind or disarm purge-guard, on its own resources and on no others.

Resources are found by their names, which all begin with `naming.PREFIX`; keys, which have none, by their
aliases. A trail, queue or topic that purge-guard did not create is its owner's to protect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement
from policies.prevention.actions import KEY_LOSS, PURGE
from policies.prevention.conditions import unless
from policies.prevention.scope import ANY_ACCOUNT, roles_of

if TYPE_CHECKING:
    from policies.prevention.conditions import Conditions
    from policies.prevention.scope import Scope

OWN = f"{naming.PREFIX}-*"
OWN_ROLES = f"role/{OWN}"
OWN_POLICIES = f"policy/{OWN}"
OWN_ALIASES = f"alias/{OWN}"


@dataclass(frozen=True, slots=True)
class OwnResources:
    """The regional resources of one kind that purge-guard has, and what only its deployer may do to them.

    Parameters
    ----------
    service
        The service's name in ARNs.
    resources
        What follows the account in their ARNs.
    actions
        What blinds or disarms.
    """

    service: str
    resources: tuple[str, ...]
    actions: tuple[str, ...]


REGIONAL = (
    OwnResources(
        "cloudtrail",
        (f"trail/{OWN}",),
        (
            "cloudtrail:DeleteTrail",
            "cloudtrail:PutEventSelectors",
            "cloudtrail:StopLogging",
            "cloudtrail:UpdateTrail",
        ),
    ),
    OwnResources(
        "events",
        (f"event-bus/{OWN}", f"rule/{OWN}"),
        (
            "events:DeleteEventBus",
            "events:DeleteRule",
            "events:DisableRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
            "events:UpdateEventBus",
        ),
    ),
    OwnResources(
        "lambda",
        (f"function:{OWN}",),
        (
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:DeleteFunctionEventInvokeConfig",
            "lambda:DeleteResourcePolicy",
            "lambda:PutFunctionConcurrency",
            "lambda:PutFunctionEventInvokeConfig",
            "lambda:PutResourcePolicy",
            "lambda:RemovePermission",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:UpdateFunctionEventInvokeConfig",
        ),
    ),
    OwnResources(
        "sns",
        (OWN,),
        (
            "sns:DeleteTopic",
            "sns:PutDataProtectionPolicy",
            "sns:RemovePermission",
            "sns:SetSubscriptionAttributes",
            "sns:SetTopicAttributes",
            "sns:Unsubscribe",
        ),
    ),
    OwnResources(
        "dynamodb",
        (f"table/{OWN}",),
        (
            "dynamodb:DeleteTable",
            "dynamodb:PutResourcePolicy",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateTimeToLive",
        ),
    ),
    OwnResources(
        "sqs",
        (OWN,),
        (
            "sqs:AddPermission",
            "sqs:DeleteQueue",
            *PURGE,
            "sqs:RemovePermission",
            "sqs:SetQueueAttributes",
            "sqs:StartMessageMoveTask",
        ),
    ),
    OwnResources(
        "cloudwatch",
        (f"alarm:{OWN}",),
        (
            "cloudwatch:DeleteAlarms",
            "cloudwatch:DisableAlarmActions",
            "cloudwatch:PutAlarmMuteRule",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:SetAlarmState",
        ),
    ),
    OwnResources(
        "logs",
        (f"log-group:/aws/lambda/{OWN}",),
        (
            "logs:AssociateKmsKey",
            "logs:DeleteLogGroup",
            "logs:DeleteLogStream",
            "logs:DisassociateKmsKey",
            "logs:PutRetentionPolicy",
        ),
    ),
    OwnResources("kms", (OWN_ALIASES,), ("kms:DeleteAlias", "kms:UpdateAlias")),
)

LEDGER_WRITES = (
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
"""A purge that the ledger remembers is not alerted again, so a forged entry would hide one."""

RECORD_WRITES = tuple(sorted((*LEDGER_WRITES, "sqs:DeleteMessage")))
"""In a queue is what could not be told yet: who deletes it there, one by one, purges it."""

MAPPING_CHANGES = ("lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping")
"""A mapping hands the alerts of a burst to the function. It has no name, so it is known by the function."""

BUCKET_CHANGES = (
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketAcl",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutObject",
)
"""What stops the trail from writing its files, or makes them disappear."""

OWN_KEY_LOSS = tuple(sorted((*KEY_LOSS, "kms:RevokeGrant")))
"""DynamoDB works on the ledger's key by a grant."""

BUS_POLICY_CHANGES = ("events:PutPermission", "events:RemovePermission")
"""A bus whose policy admits no account hears of no purge. AWS cannot limit these actions to one bus."""

POLICY_CHANGES = (
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
)
DETACHMENTS = ("iam:DetachGroupPolicy", "iam:DetachRolePolicy", "iam:DetachUserPolicy")
BOUNDARY_REMOVALS = ("iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary")


def tampering_denials(scope: Scope, spared: Conditions) -> tuple[Statement, ...]:
    """Return the statements that keep purge-guard as its deployers made it, its roles excepted.

    They stop everybody but the deployers, and in ledger and queues the alert function. The roles are in the
    statement that also protects the break-glass role, `policies.prevention.break_glass.role_protection`.
    Names are matched in every account: who is bound here has no business with the hub's resources either.

    Parameters
    ----------
    spared
        Further conditions of what a root task may have to unlock: the policy of a queue or of the bucket.
    """
    deployers = scope.bearers(scope.deployer_roles)
    only = unless(deployers)
    writers = (*deployers, scope.iam_arn(f"role/{naming.ALERT_FUNCTION_ROLE}"))
    anywhere = replace(scope, account=ANY_ACCOUNT)
    records = (anywhere.arn("dynamodb", f"table/{naming.LEDGER_TABLE}"), anywhere.arn("sqs", OWN))
    return (
        _named_denial(anywhere, {**only, **spared}),
        _denial("KeepTheRecords", RECORD_WRITES, records, unless(writers)),
        _key_denial(anywhere, only),
        *_attachment_denials(anywhere, only),
        *_hub_denials(scope),
    )


def _denial(
    sid: str, actions: tuple[str, ...], resources: tuple[str, ...], conditions: Conditions
) -> Statement:
    return Statement(sid, actions, resources, effect="Deny", conditions=conditions)


def _named_denial(scope: Scope, only: Conditions) -> Statement:
    """Return one statement for all kinds: an action is only ever asked for on resources of its own kind.

    A statement for each would repeat the deployers each time, and a boundary would not hold it.
    """
    resources = [scope.arn(own.service, resource) for own in REGIONAL for resource in own.resources]
    resources += [f"arn:{scope.partition}:s3:::{OWN}", scope.iam_arn(OWN_POLICIES)]
    actions = [action for own in REGIONAL for action in own.actions]
    actions += [*BUCKET_CHANGES, *POLICY_CHANGES]
    return _denial("KeepPurgeGuard", tuple(sorted(actions)), tuple(sorted(resources)), only)


def _key_denial(scope: Scope, only: Conditions) -> Statement:
    # A key has several aliases, so here, and only here, a set operator is right.
    # https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    own_keys = {**only, "ForAnyValue:StringLike": {"kms:ResourceAliases": OWN_ALIASES}}
    return _denial("KeepTheKeys", OWN_KEY_LOSS, (scope.arn("kms", "key/*"),), own_keys)


def _attachment_denials(scope: Scope, only: Conditions) -> tuple[Statement, ...]:
    """Return what keeps the deny policy attached, and the boundary set."""
    attached = {**only, "ArnLike": {"iam:PolicyARN": scope.iam_arn(OWN_POLICIES)}}
    boundary = scope.iam_arn(f"policy/{naming.BOUNDARY_POLICY}")
    bounded = {**only, "StringLike": {"iam:PermissionsBoundary": boundary}}
    return (
        _denial("KeepTheDenyAttached", DETACHMENTS, ("*",), attached),
        _denial("KeepTheBoundarySet", BOUNDARY_REMOVALS, ("*",), bounded),
    )


def _hub_denials(scope: Scope) -> tuple[Statement, ...]:
    """Return what keeps the policies of all buses and our function's mappings in the hub's account."""
    if scope.account not in {ANY_ACCOUNT, scope.hub_account}:
        return ()
    only = unless(roles_of(scope.hub_account, scope.deployer_roles))
    if scope.account == ANY_ACCOUNT:
        only = {**only, "StringEquals": {"aws:PrincipalAccount": scope.hub_account}}
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    own_functions = {**only, "ArnLike": {"lambda:FunctionArn": scope.arn("lambda", f"function:{OWN}")}}
    mappings = scope.arn("lambda", "event-source-mapping:*")
    return (
        _denial("KeepTheBusPolicy", BUS_POLICY_CHANGES, ("*",), only),
        _denial("KeepTheMappings", MAPPING_CHANGES, (mappings,), own_functions),
    )
