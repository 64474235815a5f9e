from __future__ import annotations

import json

import pytest

from policies.detection.account_alarm import ALARM_EVENT_PATTERN
from policies.detection.alert import alerts_in
from policies.detection.alert_document import alert_document
from policies.detection.bus_event import bus_event
from policies.detection.pattern import matches
from policies.detection.rules import HUB_EVENT_PATTERN, RULES
from tests.events import event_named
from tests.events.arbitrary import FILLERS, largest_record
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged

LARGEST_ENTRY = 262_144

OUR_PATTERNS = [HUB_EVENT_PATTERN, ALARM_EVENT_PATTERN, *(rule.event_pattern for rule in RULES)]


def delivered(entry: dict[str, object]) -> dict[str, object]:
    """Return the event that EventBridge makes of an entry."""
    detail = json.loads(str(entry["Detail"]))
    names = {"source": entry["Source"], "detail-type": entry["DetailType"], "account": "222233334444"}
    return {**names, "detail": detail}


def test_the_detail_is_the_alert() -> None:
    alert = triaged(event_named("purged-by-role-session"))

    entry = bus_event(alert, "purge-guard-hub")

    assert (entry["Source"], entry["DetailType"]) == ("purge-guard", "purge-guard alert")
    assert entry["EventBusName"] == "purge-guard-hub"
    assert entry["Detail"] == alert_document(alert)


@pytest.mark.parametrize(
    "event",
    [event_named("purged-by-role-session"), ALARM_EVENT, None],
    ids=["purge", "alarm", "unrecognized"],
)
def test_no_rule_of_ours_gets_it_back(event: object) -> None:
    sent = delivered(bus_event(alerts_in(event)[0], "purge-guard-hub"))

    assert not any(matches(pattern, sent) for pattern in OUR_PATTERNS)


def test_somebody_elses_rule_can_choose_by_any_field_and_by_the_account_that_nobody_can_forge() -> None:
    sent = delivered(bus_event(triaged(event_named("purged-by-role-session")), "purge-guard-hub"))
    pattern: dict[str, object] = {
        "source": ["purge-guard"],
        "account": ["222233334444"],
        "detail": {"severity": ["medium", "high"]},
    }

    assert matches(pattern, sent)
    assert not matches(pattern, {**sent, "account": "111122223333"})


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_the_largest_alert_fits_into_an_entry(filler: str) -> None:
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
    entry = bus_event(flooded(largest_record(filler), filler), "purge-guard-hub")

    counted = ("Source", "DetailType", "Detail")
    assert sum(len(str(entry[name]).encode()) for name in counted) <= LARGEST_ENTRY
    assert json.loads(str(entry["Detail"]))["truncated"] is True


def test_what_the_caller_chose_is_a_value_and_nothing_else() -> None:
    agent = '"},"severity":"low","x":{"y":"\r\n\u202e'
    event = event_named("purged-by-role-session")
    detail = delivered(
        bus_event(
            alerts_in({**event, "detail": {**event["detail"], "userAgent": agent}})[0], "purge-guard-hub"
        )
    )["detail"]

    assert isinstance(detail, dict)
    assert (detail["severity"], detail["user_agent"]) == ("medium", agent)
