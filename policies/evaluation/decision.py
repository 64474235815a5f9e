"""What a decision says: yes, no or conditional, and the statement that decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.evaluation.statement import Effect


class Answer(StrEnum):
    """Whether AWS lets a principal do something."""

    YES = "yes"
    NO = "no"
    CONDITIONAL = "conditional"
    """It depends on what is not known of the request."""


ROOT = "root"
"""What decides for a root user of the resource's account: "the root user has full access"."""

SERVICE = "service"
"""What decides where the AWS service itself shares an action with no other account."""


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """What decided.

    Parameters
    ----------
    kind
        A :class:`~policies.evaluation.policy.PolicyKind`, ``root`` or ``service``.
    policy
        The name of the policy whose statement decided. None where it is the absence of a statement that
        allows, anywhere in policies of that kind: an implicit deny.
    sid
        The name of the statement, if it has one.
    statement
        Its number within the policy, from 0.
    """

    kind: str
    policy: str | None = None
    sid: str | None = None
    statement: int | None = None


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition of which the request does not tell whether it holds.

    Parameters
    ----------
    effect
        What its statement does if it holds (with the statement's other conditions): ``Allow`` or ``Deny``.
    decided_by
        The statement.
    operator, key, values
        The condition as the policy has it. Two are not written so: ``Resource`` for a resource with a policy
        variable (``key``) of unknown value, and ``StringEquals sts:RoleSessionName`` for a ``Principal`` that
        names sessions of a role.
    """

    effect: Effect
    decided_by: DecidedBy
    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to whether a principal can do something with a resource.

    Parameters
    ----------
    answer
        Yes, no or conditional.
    decided_by
        The statement that allowed, the statement that denied, the kind of policy that lacked a statement to
        allow; of a conditional answer, the first statement that may deny, or else the first that may allow.
    conditions
        Of a conditional answer, the conditions that the answer depends on.
    """

    answer: Answer
    decided_by: DecidedBy
    conditions: tuple[OpenCondition, ...] = ()
