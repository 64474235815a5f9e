from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from policies.detection.alert import alerts_in
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.email_message import email_body
from policies.detection.json_text import json_text
from purge_guard.preview import preview
from tests.events import EventCase, event_cases, event_named
from tests.events.arbitrary import RECORD, mutated_records
from tests.policies.detection.digests import entry
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

if TYPE_CHECKING:
    from pathlib import Path


APP = typer.Typer()
APP.command()(preview)

RENDERED, UNREADABLE, NO_MATCH = 0, 2, 4


def run(content: bytes, *options: str) -> Result:
    return CliRunner().invoke(APP, ["-", *options], input=content)


def run_event(event: object, *options: str) -> Result:
    return run(json.dumps(event).encode(), *options)


@pytest.mark.parametrize("case", event_cases(), ids=lambda case: case.name)
def test_shows_what_a_rule_matches_and_says_when_none_does(case: EventCase) -> None:
    result = run_event(case.event, "--channel", "json")

    shown = [json.loads(line)["rule"]["id"] for line in result.stdout.splitlines()]
    assert shown == case.expect["rules"]
    cannot_be_read = case.name == "none-no-detail"
    assert result.exit_code == (RENDERED if shown else UNREADABLE if cannot_be_read else NO_MATCH)


def test_an_email_is_subject_empty_line_and_body() -> None:
    event = event_named("purged-by-role-session")
    (alert,) = alerts_in(event)

    result = run_event(event)

    assert result.stdout == f"Subject: {alert.title}\n\n{email_body(alert)}"


def test_chat_and_json_are_the_very_payloads() -> None:
    event = event_named("purged-by-role-session")
    (alert,) = alerts_in(event)

    assert run_event(event, "--channel", "chat").stdout == f"{chat_message(alert)}\n"
    assert run_event(event, "--channel", "json").stdout == f"{alert_document(alert)}\n"


def test_several_purges_are_several_renderings() -> None:
    file = {
        "Records": [RECORD, {**RECORD, "eventName": "CreateQueue"}, {**RECORD, "errorCode": "AccessDenied"}]
    }

    emails = run_event(file).stdout
    documents = run_event(file, "--channel", "json").stdout.splitlines()

    assert emails.count("Subject: ") == 2
    assert emails.count(f"\n{'=' * 72}\n") == 1
    assert [json.loads(document)["outcome"] for document in documents] == ["purged", "denied"]


def test_links_to_the_organizations_runbook() -> None:
    result = run_event(RECORD, "--runbook-url", "https://example.com/purged")

    assert "Runbook: https://example.com/purged" in result.stdout


@pytest.mark.parametrize("name", ["record.json", "record.json.gz", "record"])
def test_unpacks_by_content_and_not_by_name(tmp_path: Path, name: str) -> None:
    packed, plain = tmp_path / f"packed-{name}", tmp_path / f"plain-{name}"
    packed.write_bytes(gzip.compress(json.dumps(RECORD).encode()))
    plain.write_text(json.dumps(RECORD), encoding="utf-8")

    for path in (packed, plain):
        assert CliRunner().invoke(APP, [str(path)]).exit_code == RENDERED


PACKED = gzip.compress(json.dumps(RECORD).encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n", "is empty", id="blank"),
        pytest.param(b"not JSON", "is not JSON at line 1, column 1", id="text"),
        pytest.param(b'{"eventName":', "is not JSON at line 1, column 14", id="cut-off"),
        pytest.param(b"\xff\xfe\x00", "is not text: byte 3 is not UTF-16", id="bytes"),
        pytest.param(b'{"a": "\xe9"}', "is not text: byte 8 is not UTF-8", id="latin-1"),
        pytest.param(b"[" * 100_000, "is nested too deeply to be read", id="too-deep"),
        pytest.param(b"9" * 10_000, "holds a number of more than 4300 digits", id="number-too-long"),
        pytest.param(b'{"a": NaN}', "holds NaN, which is not JSON", id="nan"),
        pytest.param(b'{"a": 1, "a": 2}', 'holds the key "a" twice in one object', id="key-twice"),
        pytest.param(b"{} {}", "goes on after its JSON value at line 1, column 4", id="several-values"),
        pytest.param(b"[1]\n[2]", "goes on after its JSON value at line 2, column 1", id="several-lists"),
        pytest.param(b"42", "holds a number, not an event", id="number"),
        pytest.param(b'"PurgeQueue"', "holds text, not an event", id="string"),
        pytest.param(b"null", "holds null, not an event", id="null"),
        pytest.param(PACKED[:60], "is a damaged gzip file", id="gzip-cut-off"),
        pytest.param(PACKED + b"garbage!", "is a damaged gzip file", id="gzip-with-a-tail"),
        pytest.param(b"\x1f\x8b", "is a damaged gzip file", id="gzip-head-alone"),
        pytest.param(b"\x1f\x8b\x08\x00" + b"\xff" * 50, "is a damaged gzip file", id="gzip-of-nothing"),
        pytest.param(gzip.compress(PACKED), "is gzipped twice; unpack it once", id="gzip-in-gzip"),
        pytest.param(
            json.dumps({"Events": [{"CloudTrailEvent": "{"}]}).encode(),
            "1 of 1 records cannot be read: record 1 is text",
            id="looked-up-event-cut-off",
        ),
        pytest.param(
            json.dumps(
                {"Records": [{"eventSource": ["sqs.amazonaws.com"], "eventName": "PurgeQueue"}]}
            ).encode(),
            "1 of 1 records cannot be read: record 1 has eventSource that is a list",
            id="source-in-a-list",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence(content: bytes, reason: str) -> None:
    result = run(content)

    assert (result.exit_code, result.stdout) == (UNREADABLE, "")
    assert result.stderr == f"standard input: {reason}\n"


def test_unreadable_records_hide_no_other_and_are_counted() -> None:
    odd = {"eventName": ["PurgeQueue"], "eventSource": "sqs.amazonaws.com"}

    result = run_event({"Records": [RECORD, "{", odd, {"CloudTrailEvent": "{"}, RECORD]})

    assert (result.exit_code, result.stdout.count("Subject: ")) == (UNREADABLE, 2)
    assert result.stderr == (
        "standard input: 3 of 5 records cannot be read: "
        "record 2 is text, record 3 has eventName that is a list, record 4 is text\n"
    )


def test_only_the_first_unreadable_records_are_named() -> None:
    result = run_event([None] * 1_000)

    assert result.stderr.startswith("standard input: 1000 of 1000 records cannot be read: record 1 is null, ")
    assert result.stderr.endswith("record 10 is null, and so on\n")


def test_reads_a_record_on_each_line_and_names_the_damaged_ones() -> None:
    line = json.dumps(RECORD)

    whole, damaged = run(f"{line}\r\n\n{line}\n".encode()), run(f"{line}\n{line[:50]}\n{line}".encode())

    assert (whole.exit_code, whole.stdout.count("Subject: ")) == (RENDERED, 2)
    assert (damaged.exit_code, damaged.stdout.count("Subject: ")) == (UNREADABLE, 2)
    assert damaged.stderr == "standard input: 1 of 3 records cannot be read: record 2 is text\n"


@pytest.mark.parametrize("name", [".", "missing.json", "forged\nname.json"], ids=ascii)
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(APP, [str(tmp_path / name)])

    assert result.exit_code == UNREADABLE
    assert "cannot be opened" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("path", ["", "nul\0byte"], ids=ascii)
def test_a_path_that_can_name_no_file_is_said(path: str) -> None:
    result = CliRunner().invoke(APP, [path])

    assert result.exit_code == UNREADABLE
    assert result.stderr.endswith(": names no file\n")


def test_no_match_is_said(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event_named("none-create-queue")), encoding="utf-8")

    result = CliRunner().invoke(APP, [str(path)])

    assert (result.exit_code, result.stdout) == (NO_MATCH, "")
    assert result.stderr == (
        f"{path}: no rule matches; the alert function would send these alerts: 1 unrecognized\n"
    )


def test_says_what_the_function_would_send_where_no_rule_matches() -> None:
    result = run_event([ALARM_EVENT, {}, {}])

    assert result.exit_code == NO_MATCH
    assert result.stderr.endswith("would send these alerts: 1 alarm, 2 unrecognized\n")


@given(content=st.binary(max_size=200) | st.binary(max_size=200).map(gzip.compress))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    assert run(content).exit_code in {UNREADABLE, NO_MATCH}


@given(record=mutated_records(), channel=st.sampled_from(["email", "chat", "json"]))
def test_every_purge_can_be_shown(record: dict[str, Any], channel: str) -> None:
    content = json_text(record)
    if content is None:
        return

    assert run(content.encode(), "--channel", channel).exit_code == RENDERED


INVENTORY = """
version: 1
organization: {id: o-exampleorgid, management_account: "999988887777"}
hub: {account: "222233334444", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
accounts:
  - {id: "111122223333", name: shop, regions: [us-east-1], trail: {mode: create}}
exceptions:
  - id: nightly-tests
    reason: The pipeline empties its own queues.
    owner: payments
    ticket: OPS-1
    expires: 2027-12-31
    principals: ["arn:aws:iam::111122223333:role/AppRole"]
"""


def notes(tmp_path: Path, inventory: str) -> list[str]:
    file = tmp_path / "inventory.yaml"
    file.write_text(inventory, encoding="utf-8")
    result = run_event(event_named("purged-by-role-session"), "--channel", "json", "--inventory", str(file))
    assert result.exit_code == RENDERED, result.stderr
    found: list[str] = json.loads(result.stdout)["notes"]
    return found


def test_an_alert_that_the_function_would_keep_to_itself_says_so(tmp_path: Path) -> None:
    assert notes(tmp_path, INVENTORY) == [
        "The exception nightly-tests silences this: it is counted, and told once a day."
    ]


def test_an_exception_that_asks_for_tags_may_silence_it(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, f"{INVENTORY}    tags: {{environment: test}}\n")

    assert "by the tags of the queue" in note


def test_an_exception_on_trial_is_shown_in_the_alert(tmp_path: Path) -> None:
    file = tmp_path / "inventory.yaml"
    file.write_text(f"{INVENTORY}    trial: true\n", encoding="utf-8")

    shown = run_event(event_named("purged-by-role-session"), "--inventory", str(file)).stdout

    assert "nightly-tests (payments, OPS-1) does not silence this: it is on trial" in shown


@pytest.mark.parametrize("as_lines", [False, True], ids=["one", "several"])
def test_what_waited_for_a_digest_is_shown_as_the_digest(as_lines: bool) -> None:
    entries = [entry(1), entry(2)] if as_lines else [entry(1)]
    content = "\n".join(each.json for each in entries).encode()

    result = run(content)

    assert result.exit_code == RENDERED
    assert result.stdout.startswith(f"Subject: [MEDIUM] {len(entries)} more alert")
    assert json.loads(run(content, "--channel", "json").stdout)["keys"] == [each.key for each in entries]
    assert json.loads(run(content, "--channel", "chat").stdout)["source"] == "custom"


def test_a_record_among_entries_is_no_digest() -> None:
    result = run(f"{entry(1).json}\n{json.dumps(RECORD)}".encode(), "--channel", "json")

    assert json.loads(result.stdout.splitlines()[0])["kind"] == "purge"
