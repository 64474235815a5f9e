"""Statements spread over as few policies as hold them, always in the same way.

A statement that is too large alone is divided: what two statements deny (or allow) is what one with the
actions and the resources of both does. A list of exempt principals cannot be divided, because each part would
deny those whom only the other part exempts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policies.document import document
from policies.limits import PolicyDocument, PolicySizeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.document import Statement
    from policies.limits import Limit


def pack(name: str, limit: Limit, statements: Iterable[Statement]) -> tuple[PolicyDocument, ...]:
    """Return the policies that say what some statements say, in their order.

    Parameters
    ----------
    name
        What the first policy is called; the others are called that and ``-2``, ``-3`` and so on.
    limit
        What AWS allows of their kind. Policies are filled up to the size that AWS's own page states.

    Raises
    ------
    PolicySizeError
        A statement cannot be divided small enough, or AWS does not attach so many policies in one place.
    """
    filling = _filling(limit)
    groups: list[tuple[Statement, ...]] = [()]
    for statement in statements:
        for part in _divided(statement, limit):
            if groups[-1] and len(document(*groups[-1], part)) > filling:
                groups.append(())
            groups[-1] = (*groups[-1], part)
    documents = tuple(
        PolicyDocument(name if index == 1 else f"{name}-{index}", limit, group)
        for index, group in enumerate(groups, start=1)
    )
    if limit.policies is not None and len(documents) > limit.policies:
        raise PolicySizeError(
            f"{name} would be {len(documents)} policies, and AWS attaches at most {limit.policies} of the"
            f" kind {limit.kind} in one place: {limit.remedy}"
        )
    return documents


def _filling(limit: Limit) -> int:
    return limit.published or limit.size


def _room(statement: Statement, limit: Limit) -> int:
    """Return how long the parts of a statement may be.

    Each part repeats the conditions. Where they alone take most of a policy, one long policy with a warning
    is better than many.
    """
    smallest = replace(statement, actions=statement.actions[:1], resources=statement.resources[:1])
    return _filling(limit) if len(document(smallest)) <= _filling(limit) // 2 else limit.size


def _divided(statement: Statement, limit: Limit) -> Iterator[Statement]:
    """Yield the parts of a statement that each fit into a policy, or cannot be divided any further."""
    room = _room(statement, limit)
    pending = [statement]
    parts: list[Statement] = []
    while pending:
        part = pending.pop(0)
        divisible = len(part.resources) > 1 or len(part.actions) > 1
        if divisible and len(document(part)) > room:
            pending[:0] = _halves(part)
        else:
            parts.append(part)
    for index, part in enumerate(parts, start=1):
        yield part if index == 1 else replace(part, sid=f"{statement.sid}{index}")


def _halves(statement: Statement) -> tuple[Statement, Statement]:
    resources, actions = statement.resources, statement.actions
    if len(resources) > 1:
        middle = len(resources) // 2
        return replace(statement, resources=resources[:middle]), replace(
            statement, resources=resources[middle:]
        )
    middle = len(actions) // 2
    return replace(statement, actions=actions[:middle]), replace(statement, actions=actions[middle:])
