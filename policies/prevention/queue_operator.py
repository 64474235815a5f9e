"""The policy of those who operate queues without purging them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement
from policies.limits import MANAGED_POLICY, PolicyDocument
from policies.prevention.actions import KEY_USE, LIST_QUEUES, OPERATION, PURGE_EQUIVALENTS

if TYPE_CHECKING:
    from policies.prevention.scope import Scope


def operator_policy(scope: Scope) -> PolicyDocument:
    """Return the managed policy that grants all that the operator of a queue needs, and no purge.

    It stops nobody: it is there so that nobody needs `sqs:*`. An operator reads, sends, deletes single
    messages and redrives dead-letter queues, unless the inventory denies `purge-equivalents`, of which that
    is one.

    See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html

    Raises
    ------
    PolicySizeError
        The account lists more keys than the policy can name.
    """
    denied = PURGE_EQUIVALENTS if "purge-equivalents" in scope.denied else ()
    statements = [
        Statement(
            "OperateQueues",
            tuple(action for action in OPERATION if action not in denied),
            (scope.arn("sqs", "*"),),
        ),
        Statement("ListQueues", LIST_QUEUES, ("*",)),
    ]
    if scope.queue_keys:
        through_sqs = {"StringLike": {"kms:ViaService": "sqs.*"}}
        statements.append(Statement("UseTheirKeys", KEY_USE, scope.queue_keys, conditions=through_sqs))
    return PolicyDocument(naming.OPERATOR_POLICY, MANAGED_POLICY, tuple(statements))
