"""When a call was made: ``eventTime``, in every spelling that tools have been seen to give it."""

from __future__ import annotations

from datetime import UTC, datetime

# An epoch beyond this many seconds (the year 5138) is one in milliseconds.
_MOST_SECONDS = 100_000_000_000
_FEWEST_EPOCH_DIGITS = 9


def parse_time(value: object) -> datetime | None:
    """Return a time in UTC, or None where the value is no time that can be read.

    Parameters
    ----------
    value
        Any JSON value: ISO 8601 with or without zone (none means UTC), ``T`` or blank, fraction; or
        seconds or milliseconds since 1970, as a number or as text.

    Examples
    --------
    >>> parse_time("2020-03-08 05:36:22.000000000").isoformat()
    '2020-03-08T05:36:22+00:00'
    """
    try:
        if isinstance(value, str):
            return _parse_text(value.strip())
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _from_epoch(value)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def format_time(time: datetime) -> str:
    """Return a time as CloudTrail writes it: ``2026-01-15T10:00:00Z``, with a fraction where there is one."""
    return time.isoformat().replace("+00:00", "Z")


def _parse_text(text: str) -> datetime:
    if text.isdecimal() and len(text) >= _FEWEST_EPOCH_DIGITS:
        return _from_epoch(int(text))
    time = datetime.fromisoformat(text.upper().removesuffix(" UTC"))
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _from_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if abs(seconds) > _MOST_SECONDS else seconds, UTC)
