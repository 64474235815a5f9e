from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from policies.detection.exception_digest import (
    ExceptionDigest,
    GoneHits,
    Hits,
    exception_document,
    exception_text,
)
from policies.detection.exceptions import PurgeException

NOW = datetime(2026, 12, 20, 6, tzinfo=UTC)
LASTING = PurgeException("tests", "clean-up", "payments", "OPS-1", expires=datetime(2027, 6, 1, tzinfo=UTC))
# Tomorrow's digest would come less than 14 days before its end.
ENDING = replace(LASTING, id="ending", expires=datetime(2027, 1, 4, 5, 59, tzinfo=UTC))
LATER = replace(LASTING, id="later", owner="orders", expires=datetime(2027, 1, 4, 6, tzinfo=UTC))
OVER = replace(LASTING, id="over", expires=datetime(2026, 12, 1, tzinfo=UTC))
TRIAL = replace(LASTING, id="trial", is_trial=True)


def digest(*hits: Hits, unread: str = "") -> ExceptionDigest:
    return ExceptionDigest(date(2026, 12, 19), hits, NOW, unread)


def test_a_day_on_which_nothing_happened_is_not_worth_a_message() -> None:
    assert digest(Hits(LASTING, 0), Hits(LATER, 0)).is_empty
    assert not digest(Hits(LASTING, 1)).is_empty
    assert not digest(Hits(ENDING, 0)).is_empty
    assert not digest(unread="AccessDenied").is_empty


def test_an_exception_is_told_of_at_least_14_days_before_its_end() -> None:
    expires = datetime(2027, 1, 1, tzinfo=UTC)
    mornings = [datetime(2026, 12, day, 6, tzinfo=UTC) for day in range(1, 32)]
    told = [
        morning
        for morning in mornings
        if ExceptionDigest(morning.date(), (Hits(replace(LASTING, expires=expires), 0),), morning).ending
    ]

    assert told == mornings[16:]
    assert expires - told[0] >= timedelta(days=14)


def test_tells_what_was_silenced_and_what_ends_within_two_weeks() -> None:
    met = (Hits(LASTING, 12, "orders by AppRole"), Hits(TRIAL, 1))
    day = digest(*met, Hits(ENDING, 0), Hits(LATER, 0), Hits(OVER, 0))

    assert day.title == "[EXCEPTIONS] 13 calls under exceptions on 2026-12-19, 2 exceptions ending"
    assert exception_text(day).splitlines()[2:] == [
        "Met",
        "  tests: 12 calls. clean-up",
        "    last: orders by AppRole",
        "  trial: 1 call, ON TRIAL: alerted all the same. clean-up",
        "",
        "Ending: sign again in the inventory, or let it end",
        "  ending: expires 2027-01-04 05:59 UTC, owner payments, OPS-1",
        "  over: expired 2026-12-01 00:00 UTC, owner payments, OPS-1",
    ]
    document = json.loads(exception_document(day))
    assert [met["calls"] for met in document["met"]] == [12, 1]
    assert [ending["id"] for ending in document["ending"]] == ["ending", "over"]
    assert day.owners == {"payments"}


def test_what_ends_next_is_told_before_forty_that_are_over() -> None:
    over = [replace(OVER, id=f"over-{day:02d}", expires=NOW - timedelta(days=day)) for day in range(40)]
    sooner = replace(ENDING, id="sooner", owner="orders", expires=NOW + timedelta(days=10))
    day = digest(*(Hits(exception, 0) for exception in (*reversed(over), ENDING, sooner)))

    listed = [exception["id"] for exception in json.loads(exception_document(day))["ending"]]
    assert listed == ["sooner", "ending", *(f"over-{number:02d}" for number in range(38))]
    assert day.owners == {"orders", "payments"}


def test_the_owner_of_what_there_is_no_room_for_is_told_too() -> None:
    last = replace(ENDING, owner="orders", expires=ENDING.expires - timedelta(seconds=1))
    soon = replace(ENDING, expires=NOW + timedelta(days=1))

    assert "orders" in digest(*[Hits(soon, 0)] * 40, Hits(last, 0)).owners


def test_counts_that_could_not_be_read_are_said_to_be_missing() -> None:
    assert "Counts are missing: AccessDenied" in exception_text(digest(unread="AccessDenied"))


def test_what_was_met_and_has_left_the_inventory_is_told() -> None:
    day = replace(digest(Hits(LASTING, 1)), gone=(GoneHits("old", 2, "orders by AppRole"),))

    assert not replace(digest(), gone=day.gone).is_empty
    assert day.title.startswith("[EXCEPTIONS] 3 calls under exceptions")
    assert exception_text(day).splitlines()[-4:] == [
        "",
        "Met, and no longer in the inventory",
        "  old: 2 calls",
        "    last: orders by AppRole",
    ]
    document = json.loads(exception_document(day))
    assert document["gone"] == [{"id": "old", "calls": 2, "last": "orders by AppRole"}]
    assert document["doubt"] is None


def test_an_inventory_that_cannot_be_read_is_told_and_has_lost_nothing() -> None:
    day = replace(
        digest(), gone=(GoneHits("tests", 1, "orders"),), doubt="The inventory is unknown: no file."
    )
    text = exception_text(day)

    assert not replace(digest(), doubt=day.doubt).is_empty
    assert day.title.endswith(", 0 exceptions ending, incomplete")
    assert "The inventory is unknown: no file." in text
    assert "no longer" not in text
    assert json.loads(exception_document(day))["doubt"] == day.doubt


def test_however_many_and_however_hostile_it_fits_into_a_message() -> None:
    hostile = replace(ENDING, id="x" * 64, owner='"' * 500, ticket="\\" * 500, reason="\n" * 500)
    day = replace(
        digest(*[Hits(hostile, 1_000, "\x00" * 500)] * 300, unread="\x00" * 500),
        gone=(GoneHits("x" * 64, 1_000, "\x00" * 500),) * 300,
        doubt="\x00" * 500,
    )
    text, document = exception_text(day), exception_document(day)
    bodies = {"default": text, **dict.fromkeys(("http", "https", "lambda", "sqs"), document)}

    assert len(json.dumps(bodies, ensure_ascii=False).encode()) < 260_000
    assert text.splitlines()[-1].startswith("780 more are not listed")
    assert json.loads(document)["more"] == 780
    assert len(day.title) <= 100
    assert day.title.isascii()
