"""Statements spread over as few policies as hold them, always in the same way.

A statement that is too large alone is divided: what two statements deny (or allow) is what one with the
actions and the resources of both does. A list of exempt roles is parted by their accounts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policies.document import document
from policies.limits import PolicyDocument, PolicySizeError
from policies.prevention.parting import parted_by_account

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from policies.document import Statement
    from policies.limits import Limit


def pack(name: str, limit: Limit, statements: Iterable[Statement]) -> tuple[PolicyDocument, ...]:
    """Return the policies that say what some statements say, in their order.

    Parameters
    ----------
    name
        What the first policy is called; the others are called that and ``-2``, ``-3`` and so on.
    limit
        What AWS allows of their kind. What AWS's own pages state of it is held to if that can be.

    Raises
    ------
    PolicySizeError
        A statement cannot be divided small enough, or AWS does not attach so many policies in one place.
    """
    whole = tuple(statements)
    if limit.published is not None:
        documents = _filled(name, limit, whole, limit.published.size)
        if _attachable(documents, limit.published) and not any(each.warning for each in documents):
            return documents
    documents = _filled(name, limit, whole, limit.size)
    if not _attachable(documents, limit):
        raise PolicySizeError(
            f"{name} would be {len(documents)} policies, and AWS attaches at most {limit.policies} of the"
            f" kind {limit.kind} in one place: {limit.remedy}"
        )
    return documents


def _attachable(documents: Sequence[PolicyDocument], limit: Limit) -> bool:
    return limit.policies is None or len(documents) <= limit.policies


def _filled(
    name: str, limit: Limit, statements: Iterable[Statement], room: int
) -> tuple[PolicyDocument, ...]:
    """Return policies of that much room each; one whose only statement is too large has more."""
    groups: list[tuple[Statement, ...]] = [()]
    for statement in statements:
        for part in _fitting(statement, room):
            if groups[-1] and len(document(*groups[-1], part)) > room:
                groups.append(())
            groups[-1] = (*groups[-1], part)
    return tuple(
        PolicyDocument(name if index == 1 else f"{name}-{index}", limit, group)
        for index, group in enumerate(groups, start=1)
    )


def _fitting(statement: Statement, room: int) -> tuple[Statement, ...]:
    """Return the parts of a statement that each fit, or cannot be divided any further.

    What takes more than half a policy is parted by account too, where that is shorter.
    """
    if len(document(statement)) <= room // 2:
        return (statement,)
    whole = _divided(statement, room)
    by_account = [part for each in parted_by_account(statement) for part in _divided(each, room)]
    parts = min(whole, by_account, key=lambda parts: _excess_and_length(parts, room))
    return tuple(
        replace(part, sid=statement.sid if index == 1 else f"{statement.sid}{index}")
        for index, part in enumerate(parts, start=1)
    )


def _excess_and_length(parts: Sequence[Statement], room: int) -> tuple[int, int]:
    lengths = [len(document(part)) for part in parts]
    return max(0, max(lengths) - room), sum(lengths)


def _divided(statement: Statement, room: int) -> list[Statement]:
    """Return the parts of a statement with fewer actions and resources each, or it where none would fit."""
    smallest = replace(statement, actions=statement.actions[:1], resources=statement.resources[:1])
    if len(document(smallest)) > room:
        return [statement]
    pending, parts = [statement], []
    while pending:
        part = pending.pop(0)
        divisible = len(part.resources) > 1 or len(part.actions) > 1
        if divisible and len(document(part)) > room:
            pending[:0] = _halves(part)
        else:
            parts.append(part)
    return parts


def _halves(statement: Statement) -> tuple[Statement, Statement]:
    resources, actions = statement.resources, statement.actions
    if len(resources) > 1:
        middle = len(resources) // 2
        return replace(statement, resources=resources[:middle]), replace(
            statement, resources=resources[middle:]
        )
    middle = len(actions) // 2
    return replace(statement, actions=actions[:middle]), replace(statement, actions=actions[middle:])
