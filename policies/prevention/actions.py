"""What is denied, by the words of the inventory: each action is written here once.

Names and resources are those of https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from __future__ import annotations

PURGE = ("sqs:PurgeQueue",)
"""``purge``: the one call that empties a queue."""

PURGE_EQUIVALENTS = (
    "sqs:AddPermission",
    "sqs:CancelMessageMoveTask",
    "sqs:DeleteQueue",
    "sqs:RemovePermission",
    "sqs:SetQueueAttributes",
    "sqs:StartMessageMoveTask",
    "sqs:TagQueue",
    "sqs:UntagQueue",
)
"""``purge-equivalents``: what empties a queue by another name, or grants the purge.

A retention of one minute lets the messages of a queue expire, and no condition key tells which attribute
`SetQueueAttributes` sets. Receiving and deleting in a loop is not among them: consumers need both.
"""

KEY_LOSS = ("kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion")
"""``purge-equivalents`` too, on the keys of queues: messages that nobody can decrypt are gone."""

ROLE_CHANGES = (
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)
"""Everything that changes a role, makes one of its name, or hands it to a service."""

BREAK_GLASS_READS = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl")
"""What it takes to find the right queue before it is purged, besides `sqs:ListQueues`."""

OPERATION = (
    "sqs:CancelMessageMoveTask",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListDeadLetterSourceQueues",
    "sqs:ListMessageMoveTasks",
    "sqs:ListQueueTags",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sqs:StartMessageMoveTask",
)
"""What the operator of a queue does: look, send, receive, delete one message, redrive a dead-letter queue."""

LIST_QUEUES = ("sqs:ListQueues",)
"""The one SQS action that cannot be limited to a queue."""

KEY_USE = ("kms:Decrypt", "kms:GenerateDataKey")
"""What sending to and receiving from an encrypted queue takes."""
