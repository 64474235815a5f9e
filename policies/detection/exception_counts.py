"""How calls that met an exception are counted in the ledger's table: an item for a day and an exception.

One more item a day lists which exceptions have such an item, so that whoever reads also finds those that have
left the inventory since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policies.naming import LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

HITS = "hits"
"""How often the exception was met on that day."""

LAST = "last_call"
"""The last of these calls, in a few words."""

LISTED = "ids"
"""In the item of a day: the exceptions that were met, a set of strings."""

COUNTED = "counted"
"""In the item of a call: whether it is counted already, `COUNTING` or `DONE`."""

COUNTING = "counting"
"""Somebody began to count the call, and may have died of it."""

DONE = "counted"
"""The call is counted."""

COUNTING_UNTIL = "counting_until"
"""In the item of a call: when nobody can be at counting it any more, in seconds since 1970."""

HITS_DAYS = 90
"""How far back the counts of an exception can be read, today included."""

KEPT_DAYS = HITS_DAYS + 1
"""How long a count is kept at least, so that the first of these days is still whole."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often an exception was met.

    Parameters
    ----------
    calls
        How often.
    last
        The last of these calls in a few words.
    """

    calls: int
    last: str


def day_item(day: date) -> str:
    """Return the key of the item that lists which exceptions were met on a day.

    Examples
    --------
    >>> from datetime import date
    >>> day_item(date(2026, 12, 19))
    'excepted#2026-12-19'
    """
    return f"excepted#{day.isoformat()}"


def count_item(exception_id: str, day: date) -> str:
    """Return the key of the item that counts an exception on a day.

    Examples
    --------
    >>> from datetime import date
    >>> count_item("nightly-tests", date(2026, 12, 19))
    'excepted#2026-12-19#nightly-tests'
    """
    return _count_item(day_item(day), exception_id)


def listed_counts(day_items: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the keys of the counts that the items of some days list, each with its exception.

    Parameters
    ----------
    day_items
        Items as DynamoDB returns them.

    Examples
    --------
    >>> listed_counts([{"id": {"S": "excepted#2026-12-19"}, "ids": {"SS": ["nightly-tests"]}}])
    {'excepted#2026-12-19#nightly-tests': 'nightly-tests'}
    """
    return {
        _count_item(item[LEDGER_KEY_ATTRIBUTE]["S"], exception_id): exception_id
        for item in day_items
        for exception_id in item[LISTED]["SS"]
    }


def summed(count_items: Iterable[dict[str, Any]], names: dict[str, str]) -> dict[str, Count]:
    """Return how often each exception was met on all days together, and the last of these calls.

    Parameters
    ----------
    count_items
        Items as DynamoDB returns them, in any order.
    names
        Their keys, each with its exception.
    """
    found: dict[str, Count] = {}
    for item in sorted(count_items, key=lambda item: item[LEDGER_KEY_ATTRIBUTE]["S"]):
        exception_id = names[item[LEDGER_KEY_ATTRIBUTE]["S"]]
        before = found[exception_id].calls if exception_id in found else 0
        found[exception_id] = Count(before + int(item[HITS]["N"]), item[LAST]["S"])
    return found


def _count_item(day: str, exception_id: str) -> str:
    return f"{day}#{exception_id}"
