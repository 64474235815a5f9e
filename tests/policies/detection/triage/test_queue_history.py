from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from policies.detection.triage.queue_history import read_changes, read_purges
from tests.policies.detection.triage.calls import CALL, before, history

if TYPE_CHECKING:
    from policies.detection.queue import Queue
    from policies.detection.triage.past_calls import PastCalls

assert CALL.queue
ORDERS: Queue = CALL.queue
PAYMENTS = {"requestParameters": {"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/payments"}}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def purges(*days: float, is_complete: bool = True) -> str:
    past = history(*(before(day * DAY) for day in days), is_complete=is_complete)
    return read_purges(past, CALL, ORDERS).findings[0].text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ((), "no purges in the 30 d before"),
        ((7,), "1 purge in the 30 d before, the last one 7 d before"),
        ((7, 14, 21), "3 purges in the 30 d before, the last one 7 d before, about every 7 d"),
        ((7, 13.9, 21.2), "3 purges in the 30 d before, the last one 7 d before, about every 7 d"),
        ((1, 20), "2 purges in the 30 d before, the last one 1 d before, in no rhythm"),
        ((0, 0), "2 purges in the 30 d before, the last one 0 s before, about every 0 s"),
    ],
    ids=["none", "one", "weekly", "almost weekly", "irregular", "at once"],
)
def test_purges_are_counted_and_their_rhythm_is_told(days: tuple[float, ...], text: str) -> None:
    assert purges(*days) == text


def test_a_count_that_stopped_early_says_so() -> None:
    assert purges(7, is_complete=False).endswith(" (only the newest of the account's events were read)")


@pytest.mark.parametrize(
    "changes",
    [PAYMENTS, {"errorCode": "AccessDenied"}, {"eventName": "DeleteQueue"}],
    ids=["of another queue", "in vain", "no purge"],
)
def test_what_emptied_no_queue_of_this_name_is_not_counted(changes: dict[str, object]) -> None:
    (finding,) = read_purges(history(before(DAY, **changes)), CALL, ORDERS).findings

    assert finding.data["count"] == 0


def test_purges_are_told_to_programs_too() -> None:
    (finding,) = read_purges(history(before(DAY)), CALL, ORDERS).findings

    assert finding.data == {"count": 1, "times": ["2026-01-14T10:00:00Z"], "is_complete": True}


def changes_before(past: PastCalls) -> str:
    return read_changes(past, CALL, ORDERS).findings[0].text


def test_changes_are_told_with_who_and_when_and_whether_in_vain() -> None:
    past = history(
        before(HOUR, eventName="SetQueueAttributes"),
        before(2 * HOUR, eventName="DeleteQueue", errorCode="AccessDenied"),
        days=1,
    )

    assert changes_before(past) == (
        "SetQueueAttributes by role AppRole, session alice 1 h before; "
        "DeleteQueue by role AppRole, session alice 2 h before (in vain)"
    )


def test_purges_and_other_queues_are_no_changes() -> None:
    past = history(before(HOUR), before(HOUR, eventName="DeleteQueue", **PAYMENTS), days=1)

    assert changes_before(past) == "nothing else in the 1 d before"


def test_many_changes_are_counted() -> None:
    past = history(*(before(index * HOUR, eventName="TagQueue") for index in range(1, 9)), days=1)

    assert changes_before(past).endswith("; 3 more")


def test_changes_are_told_to_programs_too() -> None:
    (finding,) = read_changes(history(before(HOUR, eventName="TagQueue")), CALL, ORDERS).findings

    assert finding.data["changes"] == [
        {
            "name": "TagQueue",
            "actor": "arn:aws:sts::111122223333:assumed-role/AppRole/alice",
            "time": "2026-01-15T09:00:00Z",
            "outcome": "succeeded",
            "event_id": "e-2026-01-15T09:00:00+00:00",
        }
    ]


def test_a_change_without_a_time_is_told_without_one() -> None:
    past = history(before(HOUR, eventName="TagQueue", eventTime=None), days=1)

    assert changes_before(past) == "TagQueue by role AppRole, session alice"
