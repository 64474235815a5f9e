from __future__ import annotations

import pytest

from policies.detection.event_time import format_time, parse_time


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
        ("2025-06-25T17:09:21.198Z", "2025-06-25T17:09:21.198000Z"),
        ("2020-03-08 05:36:22.000000000", "2020-03-08T05:36:22Z"),
        ("2026-01-15T12:00:00+02:00", "2026-01-15T10:00:00Z"),
        ("2026-01-15 10:00:00 UTC", "2026-01-15T10:00:00Z"),
        ("2026-01-15t10:00:00z", "2026-01-15T10:00:00Z"),
        (" 20260115T100000Z ", "2026-01-15T10:00:00Z"),
    ],
)
def test_reads_every_spelling_of_a_time(value: object, expected: str) -> None:
    time = parse_time(value)

    assert time is not None
    assert format_time(time) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        "2026-13-45T10:00:00Z",
        "0001-01-01T00:00:00+05:00",
        7,
        1768471200,
        1768471200.0,
        "1768471200",
        float("nan"),
        float("inf"),
        1e300,
        True,
        {},
        [],
        "9" * 5_000,
    ],
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert parse_time(value) is None
