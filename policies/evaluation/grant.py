"""What policies of one kind say of a request, before it is known what the others say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.decision import DecidedBy, OpenCondition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.evaluation.conditions import Condition
    from policies.evaluation.policy import Policy
    from policies.evaluation.statement import Effect, Statement


@dataclass(frozen=True, slots=True)
class Possible:
    """A statement that applies if some conditions hold, of which the request does not tell.

    Parameters
    ----------
    effect
        What it does then.
    source
        The statement, as what decides.
    conditions
        All of them have to hold.
    """

    effect: Effect
    source: DecidedBy
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What is allowed: for certain, or by any one of several statements that may apply.

    Parameters
    ----------
    certain
        What allows it for certain; None if nothing does.
    possible
        The statements that may.
    """

    certain: DecidedBy | None = None
    possible: tuple[Possible, ...] = ()

    def __or__(self, other: Grant) -> Grant:
        return Grant(self.certain or other.certain, self.possible + other.possible)


NO_GRANT = Grant()

Step = tuple[str, Grant]
"""What one kind of policy, by its name, grants where it has to."""


@dataclass(frozen=True, slots=True)
class Denial:
    """What denies explicitly: for certain, or some statements that may."""

    certain: DecidedBy | None = None
    possible: tuple[Possible, ...] = ()


def all_of(steps: Iterable[Step]) -> tuple[DecidedBy | None, Grant]:
    """Return the first kind of policy that grants nothing, or what all of them grant together.

    Returns
    -------
    tuple
        An implicit deny and nothing, or None and a grant. The grant is decided by the first of them.
    """
    possible: list[Possible] = []
    first: DecidedBy | None = None
    for kind, grant in steps:
        if grant.certain is None:
            if not grant.possible:
                return DecidedBy(kind), NO_GRANT
            possible.extend(grant.possible)
        first = first or grant.certain
    return None, Grant(None if possible else first, tuple(possible))


def source_of(policy: Policy, statement: Statement) -> DecidedBy:
    """Return a statement as what decided."""
    return DecidedBy(policy.kind, policy.name, statement.sid, statement.index)


def possible_by(policy: Policy, statement: Statement, conditions: tuple[Condition, ...]) -> Possible:
    """Return a statement as one that applies if some conditions hold."""
    return Possible(statement.effect, source_of(policy, statement), conditions)


def open_conditions(possible: Iterable[Possible]) -> tuple[OpenCondition, ...]:
    """Return the conditions that statements depend on, each once."""
    found = [
        OpenCondition(each.effect, each.source, condition.operator, condition.key, condition.values)
        for each in possible
        for condition in each.conditions
    ]
    return tuple(dict.fromkeys(found))
