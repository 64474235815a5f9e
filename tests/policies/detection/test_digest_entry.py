"""What waits for a digest, as it is written into a queue and read from it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest
from hypothesis import given

from policies.detection.alert import NOTHING_KNOWN, alerts_in
from policies.detection.digest_entry import LONGEST_KEY, entry_of, read_entry
from policies.detection.estate import Estate, KnownAccount
from policies.detection.severity import Severity
from tests.events import event_named
from tests.events.arbitrary import JSON_VALUES, RECORD, mutated_records, on_bus
from tests.policies.detection.digests import ENTRY
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

(PURGE,) = alerts_in(event_named("purged-by-role-session"))


def test_an_entry_says_the_most_important_of_an_alert() -> None:
    estate = Estate({"111122223333": KnownAccount("shop", owner="payments")}, owners=("payments",))

    assert asdict(entry_of(PURGE, estate, is_repeated=False)) == {
        "key": "purge#r-1",
        "kind": "purge",
        "rule": "sqs-queue-purged",
        "severity": "medium",
        "outcome": "purged",
        "account": "111122223333",
        "region": "us-east-1",
        "target": "orders",
        "actor": "role AppRole, session alice",
        "time": "2026-01-15T10:00:00Z",
        "event_id": "11111111-1111-4111-8111-111111111111",
        "owners": ("payments",),
        "is_repeated": False,
    }


def test_an_alarm_is_an_entry_too() -> None:
    (alarm,) = alerts_in(ALARM_EVENT)
    entry = entry_of(alarm, NOTHING_KNOWN, is_repeated=False)

    assert (entry.kind, entry.rule, entry.actor, entry.event_id) == ("alarm", "alarm", "unknown", None)


@given(mutated_records())
def test_what_was_written_is_read_back_whatever_the_record_holds(record: dict[str, object]) -> None:
    for alert in alerts_in(on_bus(record)):
        entry = entry_of(alert, NOTHING_KNOWN, is_repeated=True)

        assert read_entry(entry.json, "m-1") == entry
        assert len(entry.json) < 3_000
        assert entry.json.isascii()


@pytest.mark.parametrize("key", ["x" * 81, 'purge#"', "purge#\\", "purge#é", None], ids=repr)
def test_a_key_that_is_long_or_needs_an_escape_is_told_by_its_hash(key: str | None) -> None:
    entry = entry_of(replace(PURGE, key=key), NOTHING_KNOWN, is_repeated=False)

    assert entry.key.startswith("sha256:")
    assert len(entry.key) <= LONGEST_KEY


def test_alerts_without_a_key_are_told_apart_by_what_they_say() -> None:
    one, other = (replace(PURGE, key=None, raw=raw) for raw in ("one", "other"))

    assert len({entry_of(alert, NOTHING_KNOWN, is_repeated=False).key for alert in (one, one, other)}) == 2


FIELDS = json.loads(ENTRY.json)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"key": "a", "key": "b"}',
        json.dumps({**FIELDS, "key": "x" * 81}),
        json.dumps({**FIELDS, "key": 'a"b'}),
        json.dumps({**FIELDS, "severity": "catastrophic"}),
        json.dumps({**FIELDS, "target": 5}),
        json.dumps({name: value for name, value in FIELDS.items() if name != "actor"}),
    ],
    ids=lambda body: body[:30] or "empty",
)
def test_a_message_that_nobody_can_read_is_an_entry_and_not_an_error(body: str) -> None:
    entry = read_entry(body, "m-1")

    assert (entry.key, entry.kind, entry.severity) == ("message#m-1", "unrecognized", Severity.MEDIUM)


@given(JSON_VALUES)
def test_nothing_in_a_message_makes_reading_fail_or_an_entry_long(value: object) -> None:
    body = json.dumps({**FIELDS, **dict.fromkeys(("target", "time", "event_id", "owners", "account"), value)})

    assert len(read_entry(body, "m-1").json) < 3_000


def test_two_records_of_one_call_have_one_key() -> None:
    shared = {**RECORD, "sharedEventID": "s-1"}
    entries = [
        entry_of(alert, NOTHING_KNOWN, is_repeated=False)
        for record in (shared, {**shared, "eventID": "e-2", "recipientAccountId": "444455556666"})
        for alert in alerts_in(on_bus(record))
    ]

    assert {entry.key for entry in entries} == {"purge#s-1"}
