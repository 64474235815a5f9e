"""The statements that go into the policy of a queue, merged into what its owner wrote.

A queue has one policy. It is never replaced by ours: our statements are added, and known by their Sids.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies.detection.own_statements import OWN_LABEL, is_own
from policies.document import VERSION, Statement
from policies.evaluation.errors import PolicyError
from policies.evaluation.policy_json import load_policy_json
from policies.limits import QUEUE_POLICY, PolicySizeError, check_size
from policies.prevention.actions import PURGE, PURGE_EQUIVALENTS
from policies.prevention.conditions import NO_ROOT_TASK, unless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.prevention.conditions import Conditions
    from policies.prevention.scope import Scope

SERVICE_LINKED_ROLES = "role/aws-service-role/*"
"""Nobody can create a role with this path.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""


CHANGE = "sqs:SetQueueAttributes"

# A statement's conditions are the deepest part of a policy: six levels.
_DEEPEST = 32


class QueuePolicyError(Exception):
    """The policy of a queue is nothing that a statement can be merged into."""


def queue_statements(scope: Scope, queue_arn: str) -> tuple[Statement, ...]:
    """Return the statements for the policy of one queue.

    They stop everybody who is not exempt, of whatever account, root users and service-linked roles included.
    They do not protect the policy itself unless `purge-equivalents` is denied: whoever may set the attributes
    of the queue may take them out. Then the deployers, service-linked roles, and the root task that unlocks
    a queue, still may.

    See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    """
    statements = [_denial("Purge", PURGE, queue_arn, unless(scope.may_purge))]
    if "purge-equivalents" in scope.denied:
        services = f"arn:{scope.partition}:iam::*:{SERVICE_LINKED_ROLES}"
        # No other account, and no service in its own name, can be let do any of this. SQS takes seven actions
        # in a statement; the eighth is what a root task unlocks the queue with.
        exempt = unless((*scope.bearers(scope.may_purge_by_another_name), services))
        others = tuple(action for action in PURGE_EQUIVALENTS if action != CHANGE)
        statements += [
            _denial("Equivalents", others, queue_arn, exempt),
            _denial("Change", (CHANGE,), queue_arn, {**exempt, **NO_ROOT_TASK}),
        ]
    return tuple(statements)


def merge_statements(existing: str | None, statements: Sequence[Statement]) -> str:
    """Return the policy of a queue with our statements as they should be.

    What others wrote stays as it is: statements, their order, the version, the id. Statements of ours that
    are there already are replaced, so merging twice changes nothing more, and merging none takes ours out.

    Parameters
    ----------
    existing
        The attribute ``Policy`` of the queue; None or empty where it has none.
    statements
        What `queue_statements` returns for the queue.

    Returns
    -------
    str
        The minified policy; empty where no statement is left, which is how SQS is told to have none.

    Raises
    ------
    QueuePolicyError
        The existing policy is no policy document.
    PolicySizeError
        AWS would refuse the result: it is longer than 8,192 bytes or has more than 20 statements.
    """
    policy: dict[str, object] = _read(existing) if existing else {"Version": VERSION}
    theirs = [each for each in _statements(policy) if not is_own(each)]
    merged = [*theirs, *(statement.to_dict() for statement in statements)]
    if not merged:
        return ""
    text = json.dumps({**policy, "Statement": merged}, separators=(",", ":"), ensure_ascii=False)
    _check(text, len(merged))
    return text


def _denial(name: str, actions: tuple[str, ...], queue_arn: str, conditions: Conditions) -> Statement:
    return Statement(
        f"{OWN_LABEL}Deny{name}",
        actions,
        (queue_arn,),
        effect="Deny",
        principals="*",
        conditions=conditions,
    )


def _read(existing: str) -> dict[str, object]:
    """Return a queue's policy with its numbers as they are, having refused what is none."""
    try:
        load_policy_json(existing)
        policy = json.loads(existing)
        json.dumps(policy, ensure_ascii=False).encode()
    except PolicyError as error:
        raise QueuePolicyError(f"the queue's policy cannot be merged: {error}") from None
    except UnicodeEncodeError:
        raise QueuePolicyError("the queue's policy has half a character in it: correct it first") from None
    if not isinstance(policy, dict):
        raise QueuePolicyError("the queue's policy is no JSON object: correct it before it is merged")
    if not all(isinstance(each, dict) for each in _statements(policy)):
        raise QueuePolicyError("the queue's policy has a statement that is no JSON object: correct it first")
    if _depth(policy) > _DEEPEST:
        raise QueuePolicyError("the queue's policy is nested too deeply to be one: correct it first")
    return policy


def _depth(value: object) -> int:
    """Return how deeply lists and objects are nested in a value, as far as `_DEEPEST` and one more."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth += 1
    return depth


def _statements(policy: dict[str, object]) -> list[object]:
    """Return the statements, of which one alone may stand without a list."""
    statements = policy.get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _check(text: str, statements: int) -> None:
    check_size("of the queue", text, QUEUE_POLICY)
    most = QUEUE_POLICY.statements
    if most is not None and statements > most:
        raise PolicySizeError(
            f"the queue policy would have {statements} statements, and AWS allows {most}: let its owner merge"
            f" {statements - most} of them into others"
        )
