"""What the page on channels shows is what the channels send and the stack deploys."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from policies import naming
from policies.detection.bus_event import bus_event
from policies.detection.ocsf_class import VERSION
from policies.detection.pattern import matches
from policies.detection.triage.evidence import Evidence, Triage
from policies.inventory.warnings import MOST_FILTERS
from tests.docs.pages import page
from tests.events import event_named
from tests.policies.detection.custom_notification import CUSTOM_NOTIFICATION
from tests.policies.detection.triaged import triaged

PAGE = page("docs/channels.md")


def test_the_pattern_takes_our_alerts_and_nobody_elses() -> None:
    pattern = json.loads(PAGE.blocks("json")[0])
    worse = Triage(evidence=Evidence(backlog=5_000, iam_changes=1, is_new_address=True))
    entry = bus_event(triaged(event_named("purged-by-role-session"), worse), naming.HUB_BUS)
    event = {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "account": "222233334444",
        "detail": json.loads(str(entry["Detail"])),
    }

    assert matches(pattern, event)
    assert not matches(pattern, {**event, "account": "111122223333"})


def test_the_test_message_is_one_that_chat_shows() -> None:
    (_, message, _) = PAGE.section("Chat").split("'")

    Draft202012Validator(CUSTOM_NOTIFICATION).validate(json.loads(message))


def test_the_names_and_figures_are_ours() -> None:
    for stated in (naming.ALERT_TOPIC, naming.CHAT_TOPIC, naming.HUB_BUS, naming.ALERT_FAILURES_QUEUE):
        assert stated in PAGE.text
    assert f"of version {VERSION}" in PAGE.text
    assert f"takes {MOST_FILTERS} subscriptions with a filter" in PAGE.text
