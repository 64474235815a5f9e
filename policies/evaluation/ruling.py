"""What one policy says of a request, before it is known what the others say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.decision import DecidedBy, OpenCondition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.evaluation.conditions import Condition
    from policies.evaluation.statement import Effect


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
class Ruling:
    """What denies explicitly, or what allows.

    Parameters
    ----------
    certain
        The statement that does; None if none does for certain.
    possible
        The statements that may, each by itself.
    """

    certain: DecidedBy | None = None
    possible: tuple[Possible, ...] = ()

    def __or__(self, other: Ruling) -> Ruling:
        return Ruling(self.certain or other.certain, self.possible + other.possible)


@dataclass(frozen=True, slots=True)
class Grants:
    """What one policy allows, by how it names the principal.

    Parameters
    ----------
    direct
        What is granted to the principal itself, and all that a policy grants that names no principals.
    entity
        What is granted to the role or user behind it.
    account
        What is delegated to its account.
    """

    direct: Ruling
    entity: Ruling
    account: Ruling


NO_RULING = Ruling()
NO_GRANTS = Grants(NO_RULING, NO_RULING, NO_RULING)

Step = tuple[str, Ruling]
"""A kind of policy that has to allow, and what it does."""


def all_of(steps: Iterable[Step]) -> tuple[DecidedBy | None, Ruling]:
    """Return the first kind of policy that allows nothing, or what all of them allow together.

    Returns
    -------
    tuple
        An implicit deny and nothing, or None and a grant, which the first step decides.
    """
    possible: list[Possible] = []
    first: DecidedBy | None = None
    for kind, grant in steps:
        if grant.certain is None:
            if not grant.possible:
                return DecidedBy(kind), NO_RULING
            possible.extend(grant.possible)
        first = first or grant.certain
    return None, Ruling(None if possible else first, tuple(possible))


def open_conditions(possible: Iterable[Possible]) -> tuple[OpenCondition, ...]:
    """Return the conditions that statements depend on, each once."""
    found = [
        OpenCondition(each.effect, each.source, condition.operator, condition.key, condition.values)
        for each in possible
        for condition in each.conditions
    ]
    return tuple(dict.fromkeys(found))
