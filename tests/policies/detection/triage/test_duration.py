from __future__ import annotations

from datetime import timedelta

import pytest

from policies.detection.triage.duration import duration_text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0 s"),
        (timedelta(milliseconds=999), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(seconds=150), "2 min 30 s"),
        (timedelta(hours=3, minutes=20, seconds=59), "3 h 20 min"),
        (timedelta(hours=3, seconds=59), "3 h"),
        (timedelta(days=7), "7 d"),
        (timedelta(days=1, hours=1, minutes=59), "1 d 1 h"),
        (timedelta(seconds=-5), "0 s"),
    ],
    ids=str,
)
def test_a_duration_is_told_in_its_two_largest_units(duration: timedelta, text: str) -> None:
    assert duration_text(duration) == text
