from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from lambdas.alert.message import sns_message
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
    assert damaged.stderr == "standard input: 1 of 3 records cannot be read: line 2 is not JSON\n"


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("{broken", "is not JSON"),
        ("{} {}", "goes on after its JSON value"),
        ('{"a": 1, "a": 2}', 'holds the key "a" twice in one object'),
    ],
)
def test_a_damaged_first_line_hides_no_other(broken: str, fault: str) -> None:
    result = run(f"\n{broken}\n{json.dumps(RECORD)}\n".encode())

    assert (result.exit_code, result.stdout.count("Subject: ")) == (UNREADABLE, 1)
    assert result.stderr == f"standard input: 1 of 2 records cannot be read: line 2 {fault}\n"


def test_records_after_a_damaged_line_keep_their_numbers() -> None:
    result = run(f'{{broken\n{json.dumps({"Records": [RECORD, []]})}\n"text"\n'.encode())

    assert result.stdout.count("Subject: ") == 1
    assert result.stderr == (
        "standard input: 3 of 4 records cannot be read: "
        "line 1 is not JSON, record 3 is a list, record 4 is text\n"
    )


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
        f"{path}: no rule matches; no rule of EventBridge passes this to the alert function\n"
    )


def test_says_what_the_function_would_send_where_no_rule_matches() -> None:
    result = run_event([ALARM_EVENT, {}, {}])

    assert result.exit_code == NO_MATCH
    assert result.stderr == (
        "standard input: no rule matches; no rule of EventBridge passes 2 of 3 records to the alert function;"
        " the alert function would send these alerts: 1 alarm\n"
    )


@pytest.mark.parametrize("name", ["ReceiveMessage", None], ids=ascii)
def test_what_no_rule_of_eventbridge_passes_the_function_never_sees(name: str | None) -> None:
    file = {"Records": [{**RECORD, "eventName": name}] * 3}

    result = run_event(file)

    assert (result.exit_code, result.stdout) == (NO_MATCH, "")
    assert result.stderr == (
        "standard input: no rule matches;"
        " no rule of EventBridge passes these 3 records to the alert function\n"
    )


def test_a_call_that_is_passed_and_that_no_rule_minds_is_told_of() -> None:
    harmless = event_named("harmless-delay")

    assert run_event([harmless, {}]).stderr == (
        "standard input: no rule matches; no rule of EventBridge passes 1 of 2 records to the alert function;"
        " 1 looked at and not minded; the alert function would send nothing\n"
    )


@pytest.mark.parametrize("content", [b'{"Records": []}', b"[]", b'{"Events": []}'])
def test_a_file_without_records_is_said_to_be_one(content: bytes) -> None:
    result = run(content)

    assert (result.exit_code, result.stderr) == (NO_MATCH, "standard input: holds no records\n")


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


def judged(tmp_path: Path, inventory: str, event: object, *options: str) -> tuple[list[dict[str, Any]], str]:
    """Return the alerts that are shown, and what standard error says."""
    file = tmp_path / "inventory.yaml"
    file.write_text(inventory, encoding="utf-8")
    result = run_event(event, "--channel", "json", "--inventory", str(file), *options)
    assert result.exit_code == RENDERED, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def notes(tmp_path: Path, inventory: str) -> list[str]:
    ((document,), _) = judged(tmp_path, inventory, event_named("purged-by-role-session"))
    found: list[str] = document["notes"]
    return found


def test_an_alert_that_the_function_would_keep_to_itself_says_so_first(tmp_path: Path) -> None:
    event = {**event_named("purged-by-role-session")}
    event["detail"] = {key: value for key, value in event["detail"].items() if key != "sourceIPAddress"}

    ((document,), errors) = judged(tmp_path, INVENTORY, event)

    assert document["notes"] == [
        (
            "Nothing would be sent: the exception nightly-tests silences this. It is counted, and told once a"
            " day. This is what the alert would be without it."
        ),
        "sourceIPAddress is missing.",
    ]
    assert errors == "standard input: nothing would be sent of this: silenced by nightly-tests\n"


def test_what_would_be_silenced_is_shown_with_its_whole_risk(tmp_path: Path) -> None:
    ((document,), _) = judged(tmp_path, INVENTORY, event_named("purged-by-role-session"))

    assert (document["risk"], document["factors"]) == (47, [])
    assert document["exception"]["would_silence"] is True


def test_standard_error_says_how_many_of_the_alerts_would_be_silenced(tmp_path: Path) -> None:
    event = event_named("purged-by-role-session")
    refused = {**event, "detail": {**event["detail"], "errorCode": "AccessDenied"}}

    shown, errors = judged(tmp_path, INVENTORY, [event, refused, event])

    assert len(shown) == 3
    assert errors == "standard input: nothing would be sent of 2 of these 3: silenced by nightly-tests\n"


RUNBOOK = "https://example.com/of-the-inventory"


def test_links_to_the_runbook_of_the_inventory_unless_another_is_given(tmp_path: Path) -> None:
    event = event_named("purged-by-role-session")
    inventory = INVENTORY.replace("alerts: {", f"alerts: {{runbook_url: {RUNBOOK}, ")

    ((document,), _) = judged(tmp_path, inventory, event)
    ((given,), _) = judged(tmp_path, inventory, event, "--runbook-url", "https://example.com/given")

    assert (document["runbook"], given["runbook"]) == (RUNBOOK, "https://example.com/given")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "http://example.com/",
        "https://a:b@example.com",
        f"https://e.com/{'a' * 2100}",
    ],
    ids=ascii,
)
def test_a_runbook_that_the_inventory_would_refuse_is_refused(url: str) -> None:
    result = run_event(RECORD, "--runbook-url", url)

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (UNREADABLE, "", 1)
    assert result.stderr.startswith("--runbook-url: ")


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


def test_a_record_among_entries_is_shown_beside_their_digest() -> None:
    result = run(f"{entry(1).json}\n{json.dumps(RECORD)}".encode(), "--channel", "json")

    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == ["purge", "digest"]


@pytest.mark.parametrize("bad", [{}, {**json.loads(entry(2).json), "severity": "odd"}], ids=["empty", "odd"])
def test_a_damaged_entry_hides_no_other(bad: object) -> None:
    content = "\n".join([entry(1).json, json.dumps(bad), entry(3).json]).encode()

    result = run(content, "--channel", "json")

    assert (result.exit_code, json.loads(result.stdout)["keys"]) == (UNREADABLE, [entry(1).key, entry(3).key])
    assert result.stderr == (
        "standard input: 1 of 3 records cannot be read: record 2 is no entry of a digest\n"
    )


def test_entries_are_read_from_the_answer_of_receive_message() -> None:
    answer = {"Messages": [{"Body": entry(1).json}, {"Body": entry(2).json}]}

    assert len(json.loads(run_event(answer, "--channel", "json").stdout)["keys"]) == 2


def notification(protocol: str) -> str:
    """What SNS leaves in its dead-letter queue of an alert."""
    (alert,) = alerts_in(event_named("purged-by-role-session"))
    message = sns_message(alert)
    body = json.loads(message["Message"])[protocol]
    return json.dumps({"Type": "Notification", "Subject": message["Subject"], "Message": body})


def test_an_alert_that_sns_could_not_deliver_is_shown_as_it_was_sent() -> None:
    (alert,) = alerts_in(event_named("purged-by-role-session"))
    answer = {"Messages": [{"Body": notification("default")}, {"Body": notification("sqs")}]}

    result = run_event(answer)

    assert (result.exit_code, result.stderr) == (RENDERED, "")
    text, document = result.stdout.split(f"\n{'=' * 72}\n\n")
    assert text == f"Subject: {alert.title}\n\n{email_body(alert)}"
    assert document == f"{alert_document(alert)}\n"
    assert run(alert_document(alert).encode(), "--channel", "chat").stdout == document


def test_what_somebody_else_wrote_as_a_notification_forges_nothing() -> None:
    forged = {"Type": "Notification", "Subject": "a\nb", "Message": "one\x1b[31m\ntwo"}

    assert run_event(forged).stdout == "Subject: a\\nb\n\none\\x1b[31m\ntwo\n"
