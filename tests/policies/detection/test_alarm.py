from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policies.detection.account_alarm import ALARM_EVENT_PATTERN, UNDELIVERED_ALARM
from policies.detection.alarm import read_alarm
from policies.detection.pattern import matches
from tests.events.arbitrary import VALUES

EVENT: dict[str, Any] = {
    "source": "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    "account": "111122223333",
    "region": "eu-west-1",
    "time": "2026-01-15T10:00:05Z",
    "detail": {
        "alarmName": UNDELIVERED_ALARM.name,
        "state": {
            "value": "ALARM",
            "reason": "Threshold crossed",
            "timestamp": "2026-01-15T10:00:00.000+0000",
        },
        "previousState": {"value": "OK"},
        "configuration": {"description": "Purges could not be forwarded to the hub."},
    },
}


def test_reads_a_change_of_state() -> None:
    change = read_alarm(EVENT)

    assert change is not None
    assert (change.name, change.state, change.previous_state) == (
        UNDELIVERED_ALARM.name,
        "ALARM",
        "OK",
    )
    assert (change.account, change.region) == ("111122223333", "eu-west-1")
    assert change.reason == "Threshold crossed"


@pytest.mark.parametrize(
    ("before", "now", "is_news"),
    [
        ("OK", "ALARM", True),
        ("INSUFFICIENT_DATA", "ALARM", True),
        ("ALARM", "OK", True),
        ("INSUFFICIENT_DATA", "OK", False),
        ("ALARM", "INSUFFICIENT_DATA", False),
    ],
)
def test_what_is_forwarded_is_that_an_alarm_rings_or_is_over(before: str, now: str, *, is_news: bool) -> None:
    states = {"state": {"value": now}, "previousState": {"value": before}}
    assert matches(ALARM_EVENT_PATTERN, EVENT | {"detail": EVENT["detail"] | states}) is is_news


def test_only_alarms_of_the_accounts_are_forwarded() -> None:
    hubs = {**EVENT, "detail": {**EVENT["detail"], "alarmName": "purge-guard-hub-errors"}}
    others = {**EVENT, "detail": {**EVENT["detail"], "alarmName": f"{UNDELIVERED_ALARM.name}-not"}}

    assert matches(ALARM_EVENT_PATTERN, EVENT)
    assert not matches(ALARM_EVENT_PATTERN, hubs)
    assert not matches(ALARM_EVENT_PATTERN, others)


@pytest.mark.parametrize("changes", [{"source": "custom.app"}, {"detail-type": "Other"}, {"source": None}])
def test_anything_else_is_no_alarm(changes: dict[str, object]) -> None:
    assert read_alarm({**EVENT, **changes}) is None
    assert read_alarm([EVENT]) is None


@given(detail=VALUES)
def test_reads_an_alarm_of_any_shape(detail: object) -> None:
    change = read_alarm({**EVENT, "detail": detail})

    assert change is not None
    assert change.account == "111122223333"
