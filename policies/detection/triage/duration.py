"""How long something took, or is ago, as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def duration_text(duration: timedelta) -> str:
    """Return a duration in its two largest units; a negative one counts as none.

    Examples
    --------
    >>> from datetime import timedelta
    >>> duration_text(timedelta(minutes=200)), duration_text(timedelta(days=7)), duration_text(timedelta(0))
    ('3 h 20 min', '7 d', '0 s')
    """
    left = max(0, int(duration.total_seconds()))
    parts = []
    for seconds, unit in _UNITS:
        count, left = divmod(left, seconds)
        parts.append((count, unit))
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [f"{count} {unit}" for count, unit in parts[first : first + 2] if count]
    return " ".join(shown) or "0 s"
