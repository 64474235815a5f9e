"""When a call was made: ``eventTime``, in every spelling of ISO 8601 that tools have been seen to give it."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_time(value: object) -> datetime | None:
    """Return a time in UTC, or None where the value is no time that can be read.

    Parameters
    ----------
    value
        Any JSON value: ISO 8601 with or without zone (none means UTC), ``T`` or blank, fraction. A number
        is no time: CloudTrail writes none, and which unit it counts nobody can tell.

    Examples
    --------
    >>> parse_time("2020-03-08 05:36:22.000000000").isoformat()
    '2020-03-08T05:36:22+00:00'
    """
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value.strip().upper().removesuffix(" UTC"))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_time(time: datetime) -> str:
    """Return a time as CloudTrail writes it: ``2026-01-15T10:00:00Z``, with a fraction where there is one."""
    return time.isoformat().replace("+00:00", "Z")
