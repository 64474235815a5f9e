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
from purge_guard.preview import preview
from tests.events import EventCase, event_cases, event_named
from tests.events.arbitrary import RECORD, mutated_records

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
        "Records": [RECORD, {**RECORD, "eventName": "DeleteQueue"}, {**RECORD, "errorCode": "AccessDenied"}]
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
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not JSON", id="text"),
        pytest.param(b'{"eventName":', id="cut-off"),
        pytest.param(b"\xff\xfe\x00", id="bytes"),
        pytest.param(b"[" * 100_000, id="too-deep"),
        pytest.param(b"9" * 10_000, id="number-too-long"),
        pytest.param(b"42", id="number"),
        pytest.param(b'"PurgeQueue"', id="string"),
        pytest.param(b"null", id="null"),
        pytest.param(PACKED[:60], id="gzip-cut-off"),
        pytest.param(PACKED + b"garbage!", id="gzip-with-a-tail"),
        pytest.param(b"\x1f\x8b", id="gzip-head-alone"),
        pytest.param(b"\x1f\x8b\x08\x00" + b"\xff" * 50, id="gzip-of-nothing"),
        pytest.param(
            json.dumps({"Events": [{"CloudTrailEvent": "{"}]}).encode(), id="looked-up-event-cut-off"
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence(content: bytes) -> None:
    result = run(content)

    assert result.exit_code == UNREADABLE
    assert result.stdout == ""
    assert result.stderr.startswith("standard input: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", [".", "missing.json", "forged\nname.json", "nul\0byte"], ids=ascii)
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(APP, [str(tmp_path / name)])

    assert result.exit_code == UNREADABLE
    assert "cannot be opened" in result.stderr
    assert result.stderr.count("\n") == 1


def test_no_match_is_said(tmp_path: Path) -> None:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event_named("none-delete-queue")), encoding="utf-8")

    result = CliRunner().invoke(APP, [str(path)])

    assert (result.exit_code, result.stdout) == (NO_MATCH, "")
    assert result.stderr == f"{path}: no rule matches\n"


@given(content=st.binary(max_size=200) | st.binary(max_size=200).map(gzip.compress))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    assert run(content).exit_code in {UNREADABLE, NO_MATCH}


@given(record=mutated_records(), channel=st.sampled_from(["email", "chat", "json"]))
def test_every_purge_can_be_shown(record: dict[str, Any], channel: str) -> None:
    try:
        content = json.dumps(record).encode()
    except RecursionError:
        return

    assert run(content, "--channel", channel).exit_code == RENDERED
