from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.policies.detection.triage.calls import CALL, before, history

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    "ids",
    [
        {"eventID": CALL.ids.event},
        {"requestID": CALL.ids.request},
    ],
    ids=["event", "request"],
)
def test_the_call_itself_was_not_before(ids: dict[str, Any]) -> None:
    assert history(before(timedelta(0), **ids)).before(CALL) == ()


def test_a_call_without_ids_is_no_other() -> None:
    nameless = before(MINUTE, eventID=None, requestID=None)

    assert history(nameless).before(nameless) == (nameless,)


def test_what_came_after_is_not_before() -> None:
    assert history(before(-MINUTE)).before(CALL) == ()


def test_what_has_no_time_does_not_hide() -> None:
    timeless = before(MINUTE, eventTime="yesterday")

    assert history(timeless).before(CALL) == (timeless,)
