"""Documents with one part taken away: a statement, an action, a resource, a principal, or a condition."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.policies.prevention.documents import Statements


def mutations(statements: Statements) -> Iterator[tuple[str, dict[str, Any], Statements]]:
    """Yield what was taken away, the statement that it was taken from, and what is left of the document."""
    for index, statement in enumerate(statements):
        before, after = statements[:index], statements[index + 1 :]
        sid = statement["Sid"]
        yield f"without {sid}", statement, (*before, *after)
        for what, weakened in _weakened(statement):
            yield f"{sid} without {what}", statement, (*before, weakened, *after)


def _weakened(statement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for element in ("Action", "Resource"):
        yield from _shortened(statement, (element,))
    if isinstance(statement.get("Principal"), dict):
        yield from _shortened(statement, ("Principal", "AWS"))
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            weakened = deepcopy(statement)
            del weakened["Condition"][operator][key]
            yield f"{operator} {key}", weakened
            yield from _shortened(statement, ("Condition", operator, key))


def _shortened(statement: dict[str, Any], way: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the statement without each item of a list in turn, if it has more than one."""
    items = statement
    for step in way:
        items = items.get(step, [])
    if not isinstance(items, list) or len(items) == 1:
        return
    for item in items:
        weakened = deepcopy(statement)
        holder = weakened
        for step in way[:-1]:
            holder = holder[step]
        holder[way[-1]] = [other for other in items if other != item]
        yield item, weakened
