"""A digest: everything is counted, the worst is listed, and it fits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.detection.digest import (
    LONGEST_DOCUMENT,
    MOST_ENTRIES,
    Digest,
    digest_chat_message,
    digest_document,
    digest_text,
)
from policies.detection.severity import Severity
from tests.policies.detection.digests import LOG, entry, longest_entry

FILLERS = ["a", '"', "\\", "<", "`", "é"]


def digest_of(*entries: Any) -> Digest:  # noqa: ANN401 - entries
    return Digest(entries, LOG)


MIXED = digest_of(
    entry(1, time="2026-01-15T10:00:30Z"),
    entry(2, target="invoices", time="2026-01-15T10:00:10Z"),
    entry(3, actor="IAM user mallory", severity=Severity.HIGH, time=None),
    entry(4, outcome="denied", severity=Severity.LOW, account="444455556666", time="2026-01-15T10:01:00Z"),
    entry(5, is_repeated=True),
)


def test_the_title_says_how_many_of_what_and_how_bad_the_worst_is() -> None:
    assert MIXED.title == "[HIGH] 5 more alerts: 3 queues, 2 actors, 2 accounts"
    assert digest_of(entry(1)).title == "[MEDIUM] 1 more alert: 1 queue, 1 actor, 1 account"


READABLE = f"""\
5 alerts in addition to those that were sent at once: too many for a message each. The first is of \
2026-01-15T10:00:00Z, the last of 2026-01-15T10:01:00Z. 1 of them may have been told before.

  How bad       1 high, 3 medium, 1 low
  What          sqs-queue-purged (5)
  Outcome       purged (4), denied (1)
  Where         111122223333 (4), 444455556666 (1)
  Region        us-east-1 (5)
  Queue         orders of 111122223333 us-east-1 (3), invoices of 111122223333 us-east-1 (1), \
orders of 444455556666 us-east-1 (1)
  Who           role AppRole, session alice (4), IAM user mallory (1)

What to do now
  1. Read the alert that this follows: it went out at once and says what is known of actor and queue.
  2. Is it still going on? Then stop the actor first, as the runbook of that alert says.
  3. Look through the list for a queue or an actor that does not belong to the rest.

The worst first
  1. time unknown HIGH sqs-queue-purged, purged: orders of 111122223333 us-east-1, \
by IAM user mallory (event e-3)
  2. 2026-01-15T10:00:00Z MEDIUM sqs-queue-purged, purged: orders of 111122223333 us-east-1, \
by role AppRole, session alice (event e-5) (may have been told before)
  3. 2026-01-15T10:00:10Z MEDIUM sqs-queue-purged, purged: invoices of 111122223333 us-east-1, \
by role AppRole, session alice (event e-2)
  4. 2026-01-15T10:00:30Z MEDIUM sqs-queue-purged, purged: orders of 111122223333 us-east-1, \
by role AppRole, session alice (event e-1)
  5. 2026-01-15T10:01:00Z LOW sqs-queue-purged, denied: orders of 444455556666 us-east-1, \
by role AppRole, session alice (event e-4)

All of them are in the log group {LOG}, a line each,
and, by their keys, in the JSON document that programs receive in place of this text.
"""


def test_the_text_reads_from_the_whole_to_the_single_case() -> None:
    assert digest_text(MIXED) == READABLE


def test_the_text_says_how_many_it_does_not_list() -> None:
    text = digest_text(digest_of(*(entry(number) for number in range(1_234))))

    assert "  1,204 more are not listed.\n" in text
    assert text.count("sqs-queue-purged, purged:") == 30


def test_the_document_counts_everything_and_names_every_key() -> None:
    document = json.loads(digest_document(MIXED))

    assert (document["kind"], document["schema"], document["severity"]) == ("digest", 1, "high")
    assert (document["count"], document["repeated"], document["truncated"]) == (5, 1, False)
    assert (document["first"], document["last"]) == ("2026-01-15T10:00:00Z", "2026-01-15T10:01:00Z")
    assert document["keys"] == [each.key for each in MIXED.entries]
    assert document["counts"]["outcome"] == {"purged": 4, "denied": 1}
    assert document["counts"]["queue"][0] == {
        "name": "orders",
        "account": "111122223333",
        "region": "us-east-1",
        "count": 3,
    }
    assert [each["event_id"] for each in document["entries"]] == ["e-3", "e-5", "e-2", "e-1", "e-4"]


def test_a_digest_of_nothing_but_unknown_times_has_none() -> None:
    document = json.loads(digest_document(digest_of(entry(1, time=None))))

    assert (document["first"], document["last"]) == (None, None)


@pytest.mark.parametrize("filler", FILLERS)
def test_however_long_its_entries_are_every_key_fits(filler: str) -> None:
    digest = digest_of(*(longest_entry(number, filler) for number in range(MOST_ENTRIES)))
    document = digest_document(digest)

    assert len(json.dumps(document)) <= LONGEST_DOCUMENT + 2
    assert len(json.loads(document)["keys"]) == MOST_ENTRIES
    assert json.loads(document)["truncated"] is False
    assert len(digest_text(digest).encode()) <= 20_000
    assert len(digest.title) <= 100


def test_more_entries_than_a_digest_should_have_are_counted_and_cut() -> None:
    digest = digest_of(*(longest_entry(number, "a") for number in range(2 * MOST_ENTRIES)))
    document = json.loads(digest_document(digest))

    assert document["count"] == 2 * MOST_ENTRIES
    assert document["truncated"] is True
    assert len(json.dumps(digest_document(digest))) <= LONGEST_DOCUMENT + 2


def test_nothing_in_an_entry_gets_out_of_its_place_in_a_chat_message() -> None:
    hostile = entry(1, target="`<!channel>`\n*bold*", actor="x` <https://example.com|click>")
    message = json.loads(digest_chat_message(digest_of(hostile)))

    assert (message["version"], message["source"]) == ("1.0", "custom")
    lines = message["content"]["description"].splitlines()
    assert all(line.count("`") in (0, 2) for line in lines)
    assert not any("<" in line or ">" in line for line in lines)


def test_a_line_break_in_an_entry_makes_no_line_in_the_text() -> None:
    plain, hostile = (
        digest_text(digest_of(entry(1, target=target))) for target in ("orders", "a\n  1. all is well")
    )

    assert hostile.count("\n") == plain.count("\n")
