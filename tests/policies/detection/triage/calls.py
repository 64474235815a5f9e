"""Calls of the past, for the tests of what history says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from policies.detection.intake import Received
from policies.detection.record import ApiCall, read_call
from policies.detection.triage.past_calls import PastCalls
from tests.events.arbitrary import RECORD

if TYPE_CHECKING:
    from datetime import datetime

CALL = read_call(Received(RECORD))
"""The purge that everything else was before, on 2026-01-15 at ten."""

assert CALL.time
TIME: datetime = CALL.time


def before(ago: timedelta, **changes: object) -> ApiCall:
    """Return a call of the past that is like that one but for some fields."""
    time = (TIME - ago).isoformat()
    ids = {"eventID": f"e-{time}", "requestID": f"r-{time}"}
    return read_call(Received({**RECORD, **ids, "eventTime": time, **changes}))


def history(*calls: ApiCall, days: int = 30, is_complete: bool = True) -> PastCalls:
    return PastCalls(calls, TIME - timedelta(days=days), is_complete)
