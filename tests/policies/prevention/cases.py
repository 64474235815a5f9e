"""The table of decisions: who may do what where which layers are there, and which statement says no.

A case under `SINGLE` is asked once for each layer that it names, with that layer alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policies.evaluation import Answer, Decision, decide
from tests.policies.prevention.principals import PRINCIPALS
from tests.policies.prevention.world import HUB, MANAGEMENT, OURS, TRUST, World, queue_arn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.policies.prevention.documents import Statements

LAYERS = ("deny", "boundary", "queue", "scp", "rcp")
ON_PRINCIPALS = ("deny", "boundary", "scp")

PURGE, CHANGE = "sqs:PurgeQueue", "sqs:SetQueueAttributes"
LEAVE = "organizations:LeaveOrganization"


@dataclass(frozen=True)
class Case:
    """One question and its answer.

    Parameters
    ----------
    who, action, on
        A name in `PRINCIPALS`, an action, and a queue's name or an ARN.
    layers
        The layers that are there.
    allowed
        Whether AWS lets them.
    context
        What is known of the request besides.
    """

    who: str
    action: str
    on: str
    layers: frozenset[str]
    allowed: bool
    context: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        layers = "+".join(layer for layer in LAYERS if layer in self.layers) or "nothing"
        known = "".join(f" {key}={value}" for key, value in self.context.items())
        return f"{self.who}: {self.action} {self.on}{known} under {layers}"

    def decide(self, documents: Mapping[str, Statements]) -> Decision:
        world = World(documents, self.layers)
        return decide(PRINCIPALS[self.who](world), world.resource(self.on), self.action, self.context)

    def holds(self, documents: Mapping[str, Statements]) -> bool:
        return self.decide(documents).answer == (Answer.YES if self.allowed else Answer.NO)


MATRIX = """
                                    nothing deny boundary queue scp rcp  all
administrator               orders    yes    no    no      no   no  no   no
user with sqs:*             orders    yes    no    no      no   no  no   no
user with SQS:purgequeue    orders    yes    no    no      no   no  no   no
user with sqs:PURGE*        orders    yes    no    no      no   no  no   no
user with sqs:?urgeQueue    orders    yes    no    no      no   no  no   no
user with sqs:*Queue        orders    yes    no    no      no   no  no   no
user with all but iam:*     orders    yes    no    no      no   no  no   no
user with all but the purge orders    no     no    no      no   no  no   no
user with sqs:Purge         orders    no     no    no      no   no  no   no
federated user              orders    yes    no    no      no   no  no   no
exempt role                 orders    yes    yes   yes     yes  yes yes  yes
exempt role without its path orders   yes    no    no      no   no  no   no
exempt role in other capitals orders  yes    no    no      no   no  no   no
exempt permission set       orders    yes    yes   yes     yes  yes yes  yes
other permission set        orders    yes    no    no      no   no  no   no
deployer                    orders    yes    no    no      no   no  no   no
break-glass role            orders    yes    yes   yes     yes  yes yes  yes
break-glass role            public    yes    yes   yes     yes  yes yes  yes
break-glass name with a path orders   yes    no    no      no   no  no   no
queue operator              orders    no     no    no      no   no  no   no
alert function              orders    yes    no    no      no   no  no   no
service-linked role         orders    yes    yes   yes     no   yes yes  no
root                        orders    yes    yes   yes     no   no  no   no
root task                   orders    no     no    no      no   no  no   no
user whom a queue names     named     yes    no    no      no   no  no   no
session that a queue names  named     yes    no    no      no   no  no   no
user with a boundary that omits named yes    no    yes     no   no  no   no
hub administrator           orders    no     no    no      no   no  no   no
hub administrator           shared    yes    yes   yes     no   no  no   no
hub exempt role             shared    yes    yes   yes     yes  yes yes  yes
hub deployer                shared    yes    yes   yes     no   no  no   no
hub break-glass role        shared    yes    yes   yes     no   yes yes  no
management administrator    shared    yes    yes   yes     no   yes no   no
management root             shared    yes    yes   yes     no   yes no   no
outsider                    orders    no     no    no      no   no  no   no
outsider                    shared    yes    yes   yes     no   yes no   no
outsider with the break-glass name shared yes yes  yes     no   yes no   no
outsider with an exempt name shared   yes    yes   yes     no   yes no   no
service                     service   yes    yes   yes     no   yes no   no
anonymous                   orders    no     no    no      no   no  no   no
anonymous                   public    yes    yes   yes     no   yes no   no
"""
"""Who may purge which queue, without prevention, with one layer alone, and with all of them."""


def matrix_cases(matrix: str = MATRIX) -> Iterator[Case]:
    """Yield a case for each cell."""
    _, *columns = ("", *matrix.splitlines()[1].split())
    for line in matrix.splitlines()[2:]:
        *words, queue = line.split()[: -len(columns)]
        for column, answer in zip(columns, line.split()[-len(columns) :], strict=True):
            there = {"nothing": frozenset[str](), "all": frozenset(LAYERS)}.get(column, frozenset({column}))
            yield Case(" ".join(words), PURGE, queue, there, answer == "yes")


def each_alone(
    who: str,
    action: str,
    on: str,
    layers: tuple[str, ...],
    *,
    allowed: bool,
    **context: Any,  # noqa: ANN401
) -> Iterator[Case]:
    """Yield a case for each layer, with that layer alone. ``iam__PolicyARN`` is the key iam:PolicyARN."""
    known = {key.replace("__", ":"): value for key, value in context.items()}
    for layer in layers:
        yield Case(who, action, on, frozenset({layer}), allowed, known)


def either(
    refused: str,
    spared: str,
    action: str,
    on: str,
    layers: tuple[str, ...],
    **context: Any,  # noqa: ANN401
) -> Iterator[Case]:
    """Yield the cases of two principals of whom the layers stop one and spare the other."""
    yield from each_alone(refused, action, on, layers, allowed=False, **context)
    yield from each_alone(spared, action, on, layers, allowed=True, **context)


def own(service: str, resource: str, account: str = OURS) -> str:
    return f"arn:aws:{service}:us-east-1:{account}:{resource}"


def iam(resource: str, account: str = OURS) -> str:
    return f"arn:aws:iam::{account}:{resource}"


KEY = own("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")
OWN_KEY = own("kms", "key/ffffffff-12ab-34cd-56ef-1234567890ab")
BUCKET = "arn:aws:s3:::purge-guard-trail-111122223333-us-east-1"
HUB_QUEUE, MANAGEMENT_QUEUE = queue_arn("orders", HUB), queue_arn("orders", MANAGEMENT)

ROLE_CHANGES = (
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PassRole",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
)

EQUIVALENTS = (
    "AddPermission",
    "CancelMessageMoveTask",
    "DeleteQueue",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
)

OPERATION = (
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "ListQueues",
    "ReceiveMessage",
    "SendMessage",
)

TAMPERING = {
    own("cloudtrail", "trail/purge-guard-trail"): "DeleteTrail PutEventSelectors StopLogging UpdateTrail",
    own("cloudwatch", "alarm:purge-guard-account-undelivered"): (
        "DeleteAlarms DisableAlarmActions PutAlarmMuteRule PutMetricAlarm SetAlarmState"
    ),
    own("dynamodb", "table/purge-guard-ledger"): (
        "DeleteTable PutResourcePolicy UpdateTable UpdateTimeToLive BatchWriteItem DeleteItem PartiQLDelete"
        " PartiQLInsert PartiQLUpdate PutItem UpdateItem"
    ),
    own("events", "event-bus/purge-guard-hub"): "DeleteEventBus UpdateEventBus",
    own("events", "rule/purge-guard-sqs-queue-purged"): (
        "DeleteRule DisableRule PutRule PutTargets RemoveTargets"
    ),
    own("events", "rule/purge-guard-hub/purge-guard-hub-purges"): "DisableRule",
    iam("policy/purge-guard-deny"): (
        "CreatePolicyVersion DeletePolicy DeletePolicyVersion SetDefaultPolicyVersion"
    ),
    own("kms", "alias/purge-guard-trail"): "DeleteAlias UpdateAlias",
    own("lambda", "function:purge-guard-alert"): (
        "DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig DeleteResourcePolicy"
        " PutFunctionConcurrency PutFunctionEventInvokeConfig PutResourcePolicy RemovePermission"
        " UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig"
    ),
    own("logs", "log-group:/aws/lambda/purge-guard-alert"): (
        "AssociateKmsKey DeleteLogGroup DisassociateKmsKey PutRetentionPolicy"
    ),
    own("logs", "log-group:/aws/lambda/purge-guard-alert:log-stream:2026"): "DeleteLogStream",
    BUCKET: (
        "DeleteBucket DeleteBucketPolicy PutBucketAcl PutBucketOwnershipControls PutBucketPolicy"
        " PutBucketPublicAccessBlock PutBucketVersioning PutEncryptionConfiguration PutLifecycleConfiguration"
    ),
    f"{BUCKET}/AWSLogs/111122223333/a.json.gz": "DeleteObject DeleteObjectVersion PutObject",
    own("sns", "purge-guard-alerts"): (
        "DeleteTopic PutDataProtectionPolicy RemovePermission SetSubscriptionAttributes SetTopicAttributes"
        " Unsubscribe"
    ),
    own("sqs", "purge-guard-undelivered"): (
        "AddPermission DeleteMessage DeleteQueue RemovePermission SetQueueAttributes StartMessageMoveTask"
    ),
}
"""What blinds or disarms, by the resource: written down here once more, by what it does."""

OTHERS = {
    own("cloudtrail", "trail/audit"): "StopLogging",
    own("events", "rule/purge-guardian"): "DisableRule",
    own("lambda", "function:orders"): "DeleteFunction",
    own("dynamodb", "table/orders"): "PutItem",
    iam("policy/orders"): "DeletePolicy",
    iam("role/orders"): "UpdateAssumeRolePolicy",
    "arn:aws:s3:::orders": "DeleteBucket",
}
"""What is not ours, and stays as it was."""

ATTACHED = {"iam__PolicyARN": iam("policy/purge-guard-deny-2")}
BOUNDED = {"iam__PermissionsBoundary": iam("policy/purge-guard-boundary")}
OTHERWISE_ALIASED = {"kms__ResourceAliases": ("alias/orders",)}
NO_ALIAS = {"kms__ResourceAliases": None}
ALIASED = {"kms__ResourceAliases": ("alias/else", "alias/purge-guard-trail")}


def break_glass_cases() -> Iterator[Case]:
    """Yield what concerns the break-glass role: who gets in, what it may do, who may change it."""
    nothing, everything = frozenset[str](), frozenset(LAYERS)
    fresh = {"aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "900"}
    stale = {**fresh, "aws:MultiFactorAuthAge": "901"}
    access_key = {"aws:MultiFactorAuthPresent": None, "aws:MultiFactorAuthAge": None}
    contradiction = {**fresh, "aws:MultiFactorAuthPresent": "false"}
    session_token = {"aws:MultiFactorAuthPresent": "false", "aws:MultiFactorAuthAge": None}
    assume = "sts:AssumeRole"
    yield Case("alice", assume, TRUST, everything, allowed=True, context=fresh)
    yield Case("alice", assume, TRUST, nothing, allowed=False, context=stale)
    yield Case("alice", assume, TRUST, nothing, allowed=False, context=access_key)
    yield Case("alice", assume, TRUST, nothing, allowed=False, context=session_token)
    yield Case("alice", assume, TRUST, nothing, allowed=False, context=contradiction)
    # A role's session carries no MFA key, and is let in where the inventory lists the role.
    yield Case("user whom a queue names", assume, TRUST, nothing, allowed=False, context=fresh)
    yield Case("outsider", assume, TRUST, nothing, allowed=False, context=fresh)
    for action in ("GetQueueAttributes", "GetQueueUrl", "ListQueues"):
        yield Case("break-glass role", f"sqs:{action}", "orders", everything, allowed=True)
    for action in ("ReceiveMessage", "SendMessage", "SetQueueAttributes", "DeleteQueue", "AddPermission"):
        yield Case("break-glass role", f"sqs:{action}", "orders", nothing, allowed=False)
    yield Case("break-glass role", PURGE, queue_arn("orders", HUB), nothing, allowed=False)
    for action in ROLE_CHANGES:
        role = iam("role/purge-guard-break-glass")
        yield from either("administrator", "deployer", f"iam:{action}", role, ON_PRINCIPALS)
    # With the administrator's rights it could let others in.
    yield from each_alone("exempt role", "iam:UpdateAssumeRolePolicy", role, ON_PRINCIPALS, allowed=False)
    yield from each_alone("root", "iam:UpdateAssumeRolePolicy", role, ("scp",), allowed=False)
    yield from each_alone("management administrator", "iam:CreateRole", role, ("scp",), allowed=False)


def operator_cases() -> Iterator[Case]:
    """Yield what the operator of a queue may do."""
    for action in OPERATION:
        yield Case("queue operator", f"sqs:{action}", "orders", frozenset(LAYERS), allowed=True)
    yield Case("queue operator", CHANGE, "orders", frozenset(), allowed=False)
    yield Case("queue operator", "sqs:ReceiveMessage", HUB_QUEUE, frozenset(), allowed=False)


def equivalent_cases() -> Iterator[Case]:
    """Yield the purges by another name."""
    for action in EQUIVALENTS:
        yield from either("administrator", "exempt role", f"sqs:{action}", "orders", LAYERS)
    for who in ("deployer", "exempt permission set", "service-linked role", "root task"):
        yield from each_alone(who, CHANGE, "orders", LAYERS, allowed=True)
    for who in ("deployer", "exempt permission set", "service-linked role"):
        yield from each_alone(who, "sqs:UntagQueue", "orders", LAYERS, allowed=True)
    for who in ("root", "hub administrator", "other permission set"):
        yield from each_alone(who, CHANGE, "orders", ("queue",), allowed=False)
    yield from each_alone("break-glass role", CHANGE, "orders", LAYERS, allowed=False)
    yield from each_alone("root", CHANGE, "orders", ("scp", "rcp"), allowed=False)
    for who in ("hub exempt role", "hub deployer"):
        yield from each_alone(who, CHANGE, HUB_QUEUE, ("scp", "rcp"), allowed=True)
    yield from each_alone("hub administrator", CHANGE, HUB_QUEUE, ("scp", "rcp"), allowed=False)
    for action in ("DeleteImportedKeyMaterial", "DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"):
        yield from either(
            "administrator", "exempt role", f"kms:{action}", KEY, ON_PRINCIPALS, **OTHERWISE_ALIASED
        )
        other = own("kms", "key/another")
        yield from each_alone(
            "administrator", f"kms:{action}", other, ON_PRINCIPALS, allowed=True, **NO_ALIAS
        )
    for who in ("deployer", "exempt permission set"):
        yield from each_alone(who, "kms:DisableKey", KEY, ON_PRINCIPALS, allowed=True, **NO_ALIAS)
    hub_key = own("kms", "key/aaaabbbb-12ab-34cd-56ef-1234567890ab", HUB)
    yield from either("hub administrator", "hub exempt role", "kms:DisableKey", hub_key, ("scp",), **NO_ALIAS)
    yield from each_alone("hub deployer", "kms:DisableKey", hub_key, ("scp",), allowed=True, **NO_ALIAS)


def tampering_cases() -> Iterator[Case]:
    """Yield what would blind or disarm purge-guard, and what is none of its business."""
    for resource, actions in TAMPERING.items():
        service = resource.split(":")[2]
        for action in actions.split():
            yield from either("administrator", "deployer", f"{service}:{action}", resource, ON_PRINCIPALS)
    for resource, actions in OTHERS.items():
        action = f"{resource.split(':')[2]}:{actions}"
        yield from each_alone("administrator", action, resource, ON_PRINCIPALS, allowed=True)
    yield from _own_queue_cases()
    for action in ("GroupPolicy", "RolePolicy", "UserPolicy"):
        detach = f"iam:Detach{action}"
        yield from either("administrator", "deployer", detach, iam("role/admin"), ON_PRINCIPALS, **ATTACHED)
        other = {"iam__PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
        yield from each_alone(
            "administrator", detach, iam("role/admin"), ON_PRINCIPALS, allowed=True, **other
        )
    for kind in ("Role", "User"):
        remove, of = f"iam:Delete{kind}PermissionsBoundary", iam(f"{kind.lower()}/bob")
        yield from either("administrator", "deployer", remove, of, ON_PRINCIPALS, **BOUNDED)
        other = {"iam__PermissionsBoundary": iam("policy/developers")}
        yield from each_alone("administrator", remove, of, ON_PRINCIPALS, allowed=True, **other)
    for action in (
        "DeleteImportedKeyMaterial",
        "DisableKey",
        "PutKeyPolicy",
        "RevokeGrant",
        "ScheduleKeyDeletion",
    ):
        yield from either("administrator", "deployer", f"kms:{action}", OWN_KEY, ON_PRINCIPALS, **ALIASED)
        yield from each_alone(
            "administrator", f"kms:{action}", OWN_KEY, ON_PRINCIPALS, allowed=True, **OTHERWISE_ALIASED
        )
    yield from either("administrator", "deployer", LEAVE, iam("root"), ("scp",))
    yield from each_alone("root", LEAVE, iam("root"), ("scp",), allowed=False)
    own_role = iam("role/purge-guard-forwarder")
    yield from either("administrator", "deployer", "iam:PutRolePolicy", own_role, ON_PRINCIPALS)
    yield from _ledger_cases()
    yield from _hub_cases()


def _own_queue_cases() -> Iterator[Case]:
    """Yield that nobody purges our own queues, since a deployer may not purge, and who may change them."""
    queue = own("sqs", "purge-guard-undelivered")
    for who in ("administrator", "deployer", "exempt role", "break-glass role"):
        yield from each_alone(who, PURGE, queue, ON_PRINCIPALS, allowed=False)
    for action in (
        "AddPermission",
        "DeleteQueue",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
    ):
        yield from each_alone("exempt role", f"sqs:{action}", queue, ON_PRINCIPALS, allowed=False)
    yield from each_alone("root task", CHANGE, queue, ("scp",), allowed=True)
    yield from each_alone("root task", "s3:PutBucketPolicy", BUCKET, ("scp",), allowed=True)
    yield from each_alone("root", CHANGE, queue, ("scp",), allowed=False)


def _ledger_cases() -> Iterator[Case]:
    table = own("dynamodb", "table/purge-guard-ledger")
    yield from each_alone("alert function", "dynamodb:UpdateItem", table, ON_PRINCIPALS, allowed=True)
    yield from each_alone("alert function", "dynamodb:DeleteTable", table, ON_PRINCIPALS, allowed=False)
    digest = own("sqs", "purge-guard-digest")
    yield from each_alone("alert function", "sqs:DeleteMessage", digest, ON_PRINCIPALS, allowed=True)
    yield from each_alone("administrator", "sqs:DeleteMessage", "orders", ON_PRINCIPALS, allowed=True)
    in_hub = own("dynamodb", "table/purge-guard-ledger", HUB)
    yield from each_alone("hub alert function", "dynamodb:UpdateItem", in_hub, ("scp",), allowed=True)


def _hub_cases() -> Iterator[Case]:
    """Yield that each statement of the SCP binds the hub's principals too, and spares its deployer."""
    for action in ("events:PutPermission", "events:RemovePermission"):
        bus = own("events", "event-bus/purge-guard-hub", HUB)
        yield from either("hub administrator", "hub deployer", action, bus, ("scp",))
        elsewhere = own("events", "event-bus/default")
        yield from each_alone("administrator", action, elsewhere, ON_PRINCIPALS, allowed=True)
    mapping = own("lambda", "event-source-mapping:1234abcd-12ab-34cd-56ef-1234567890ab", HUB)
    for action in ("lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"):
        ours = {"lambda__FunctionArn": own("lambda", "function:purge-guard-alert", HUB)}
        yield from either("hub administrator", "hub deployer", action, mapping, ("scp",), **ours)
        other = {"lambda__FunctionArn": own("lambda", "function:orders", HUB)}
        yield from each_alone("hub administrator", action, mapping, ("scp",), allowed=True, **other)
        there = own("lambda", "event-source-mapping:1234abcd-12ab-34cd-56ef-1234567890ab")
        yield from each_alone("administrator", action, there, ON_PRINCIPALS, allowed=True, **ours)
    for action, on, known in (
        ("events:DeleteEventBus", own("events", "event-bus/purge-guard-hub", HUB), {}),
        ("dynamodb:PutItem", own("dynamodb", "table/purge-guard-ledger", HUB), {}),
        ("iam:PutRolePolicy", iam("role/purge-guard-break-glass", HUB), {}),
        (LEAVE, iam("root", HUB), {}),
        ("kms:DisableKey", own("kms", "key/hub", HUB), ALIASED),
        (
            "iam:DetachRolePolicy",
            iam("role/admin", HUB),
            {"iam__PolicyARN": iam("policy/purge-guard-deny", HUB)},
        ),
        (
            "iam:DeleteRolePermissionsBoundary",
            iam("role/admin", HUB),
            {"iam__PermissionsBoundary": iam("policy/purge-guard-boundary", HUB)},
        ),
    ):
        yield from either("hub administrator", "hub deployer", action, on, ("scp",), **known)


def everywhere_cases() -> Iterator[Case]:
    """Yield what is so whatever the inventory denies, its exceptions left aside."""
    yield from break_glass_cases()
    yield from operator_cases()
    yield Case("management administrator", PURGE, MANAGEMENT_QUEUE, frozenset(LAYERS), allowed=True)
    yield Case("administrator", PURGE, queue_arn("payments"), frozenset({"deny"}), allowed=False)


def all_cases() -> tuple[Case, ...]:
    """Return the cases of the inventory that tells all that there is to tell."""
    everything = frozenset(LAYERS)
    redrive = ("sqs:CancelMessageMoveTask", "sqs:StartMessageMoveTask")
    through_sqs = {"kms:ViaService": "sqs.us-east-1.amazonaws.com", "kms:ResourceAliases": None}
    through_s3 = {**through_sqs, "kms:ViaService": "s3.us-east-1.amazonaws.com"}
    on_call = "on-call role of the hub"
    return (
        *matrix_cases(),
        *everywhere_cases(),
        *equivalent_cases(),
        *tampering_cases(),
        Case(on_call, "sts:AssumeRole", TRUST, everything, allowed=True),
        Case(on_call, "sts:SetSourceIdentity", TRUST, everything, allowed=True),
        Case("hub administrator", "sts:AssumeRole", TRUST, frozenset(), allowed=False),
        *(Case("queue operator", action, "orders", frozenset(), allowed=False) for action in redrive),
        *(
            Case("queue operator", action, KEY, everything, allowed=True, context=through_sqs)
            for action in ("kms:Decrypt", "kms:GenerateDataKey")
        ),
        Case("queue operator", "kms:Decrypt", KEY, frozenset(), allowed=False, context=through_s3),
        Case("queue operator", "kms:Decrypt", OWN_KEY, frozenset(), allowed=False, context=through_sqs),
    )


def least_cases() -> tuple[Case, ...]:
    """Return the cases of the inventory that tells as little as it must: nobody is exempt but break-glass."""
    matrix = [case for case in matrix_cases() if "exempt" not in case.who]
    redrive = ("sqs:CancelMessageMoveTask", "sqs:StartMessageMoveTask")
    return (
        *matrix,
        *everywhere_cases(),
        *each_alone("exempt role", PURGE, "orders", LAYERS, allowed=False),
        *(Case("queue operator", action, "orders", frozenset(LAYERS), allowed=True) for action in redrive),
        *each_alone("administrator", CHANGE, "orders", LAYERS, allowed=True),
        *each_alone(
            "administrator", "iam:PutRolePolicy", iam("role/purge-guard-x"), ON_PRINCIPALS, allowed=True
        ),
    )


CASES = {"everything": all_cases(), "purge": least_cases()}
"""The cases by the scenario whose documents they are about."""
