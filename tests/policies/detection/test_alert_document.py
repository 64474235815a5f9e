from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from policies.detection.alert import alerts_in
from policies.detection.alert_document import alert_document
from tests.events import event_named
from tests.events.arbitrary import FILLERS, JSON_VALUES, RECORD, largest_record, mutated_records
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "alert-format.md"


def document_of(event: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(alert_document(alerts_in(event)[0]))
    return document


def test_holds_everything_under_stable_names() -> None:
    document = document_of(event_named("purged-another-accounts-queue"))

    assert document["schema"] == 1
    assert document["kind"] == "purge"
    assert document["rule"]["id"] == "sqs-queue-purged"
    assert document["rule"]["public_rule_id"] == "bab88bb8-cdd9-11ef-bd9a-f661ea17fbcd"
    assert (document["severity"], document["risk"], document["outcome"]) == ("medium", 47, "purged")
    assert document["time"] == "2026-01-15T10:00:00Z"
    assert document["queue"] == {
        "arn": "arn:aws:sqs:us-east-1:444455556666:theirs",
        "name": "theirs",
        "account": "444455556666",
        "region": "us-east-1",
        "url": "https://sqs.us-east-1.amazonaws.com/444455556666/theirs",
        "fifo": False,
    }
    assert document["actor"]["cross_account"] is True
    assert (document["actor"]["name"], document["actor"]["session"]) == ("AppRole", "alice")
    assert document["source"] == {"address": "203.0.113.10", "kind": "public"}
    assert document["accounts"] == ["444455556666", "111122223333"]
    assert document["shared_event_id"] == "5a5a5a5a-1111-4111-8111-111111111111"
    assert json.loads(document["raw"])["eventName"] == "PurgeQueue"
    assert document["truncated"] is False


@pytest.mark.parametrize(
    "event",
    [event_named("purged-by-root-through-support"), event_named("denied-queue-in-message"), ALARM_EVENT],
)
def test_every_field_is_documented(event: object) -> None:
    documented = DOCUMENTATION.read_text(encoding="utf-8")

    def names(value: object) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(names, value))
        if isinstance(value, dict):
            return set(value).union(*map(names, value.values()))
        return set()

    assert {name for name in names(document_of(event)) if f"`{name}`" not in documented} == set()


def test_what_is_cut_is_marked() -> None:
    document = document_of({**RECORD, "userAgent": "é" * 150_000})

    assert document["truncated"] is True
    assert document["user_agent"].endswith(" ...[truncated]")
    assert document["raw"].endswith(" ...[truncated]")


@given(record=mutated_records())
def test_is_one_short_line_of_ascii_with_the_same_fields_whatever_the_record_holds(
    record: dict[str, object],
) -> None:
    text = alert_document(alerts_in(record)[0])

    assert json.loads(text).keys() == document_of(RECORD).keys()
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= 26_000


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_the_largest_record_is_cut_to_the_size_that_is_promised(filler: str) -> None:
    assert len(alert_document(alerts_in(largest_record(filler))[0])) <= 26_000


@given(document=JSON_VALUES)
def test_any_json_can_be_told(document: object) -> None:
    assert document_of(document)["kind"] == "unrecognized"


def test_holds_what_the_triage_found_out() -> None:
    document = json.loads(alert_document(triaged(RECORD)))

    assert document["triage"][1] == {
        "probe": "backlog",
        "label": "Lost",
        "status": "answered",
        "text": "about 1,240 messages, the oldest of 3 h 20 min",
        "data": {"visible": 1240},
    }
    assert document["triage"][2]["status"] == "denied"
    assert document["exception"] == {
        "id": "weekly",
        "owner": "payments",
        "ticket": "OPS-1",
        "trial": True,
        "would_silence": True,
        "reason": "it is on trial",
    }
    assert document["truncated"] is False


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_a_flood_of_findings_is_cut_and_said_to_be(filler: str) -> None:
    text = alert_document(flooded(largest_record(filler), filler))
    document = json.loads(text)

    assert len(text) <= 26_000
    assert document["truncated"] is True
    assert document["triage"]
    assert document["raw"]
