"""How calls that met an exception are counted in the ledger's table: an item for a day and an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

HITS = "hits"
"""How often the exception was met on that day."""

LAST = "last_call"
"""The last of these calls, in a few words."""

COUNTED = "counted"
"""In the item of a call: it is counted already."""


def count_item(exception_id: str, day: date) -> str:
    """Return the key of the item that counts an exception on a day.

    Examples
    --------
    >>> from datetime import date
    >>> count_item("nightly-tests", date(2026, 12, 19))
    'excepted#2026-12-19#nightly-tests'
    """
    return f"excepted#{day.isoformat()}#{exception_id}"
