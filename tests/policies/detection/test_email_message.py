from __future__ import annotations

import re

import pytest
from hypothesis import given

from policies.detection.alert import Alert, alerts_in
from policies.detection.email_message import email_body
from tests.events import event_named
from tests.events.arbitrary import (
    FILLERS,
    JSON_VALUES,
    RECORD,
    largest_record,
    mutated_records,
    outsider_named,
)
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged


def alert_in(event: object) -> Alert:
    return next(alert for alert in alerts_in(event))


def line_of(body: str, label: str) -> str:
    (line,) = (line for line in body.splitlines() if re.match(f"  {label}( {{2}}|:)", line))
    return line.removeprefix(f"  {label}").removeprefix(":").strip()


def test_says_what_who_where_and_how_bad() -> None:
    body = email_body(alert_in(event_named("purged-by-role-session")))

    assert body.startswith("Somebody emptied an SQS queue. Every message that was in it is gone")
    assert line_of(body, "What") == "PurgeQueue: purged"
    assert line_of(body, "Queue") == "orders"
    assert line_of(body, "Where") == "account 111122223333, region us-east-1"
    assert line_of(body, "When") == "2026-01-15T10:00:00Z"
    assert line_of(body, "Who") == "role AppRole, session alice, of account 111122223333, without MFA"
    assert line_of(body, "From") == "203.0.113.10 (public)"
    assert line_of(body, "Tool") == "aws-cli/2.15"
    assert line_of(body, "How bad") == "MEDIUM, risk 47 of 99"
    assert line_of(body, "Runbook") == "docs/runbooks/queue-purged.md"


@pytest.mark.parametrize(
    ("example", "label", "value"),
    [
        (
            "purged-by-root-through-support",
            "Who",
            "root of account 111122223333, through support.amazonaws.com",
        ),
        (
            "purged-by-root-through-support",
            "How bad",
            "CRITICAL, risk 99 of 99; +52 the root user, whom no policy of the account can stop",
        ),
        (
            "purged-by-outsider",
            "Who",
            "somebody of AWS account 444455556666, ANOTHER ACCOUNT than the queue's",
        ),
        ("purged-by-identity-center-user", "Who", "Identity Center user u-1, of account 111122223333"),
        ("purged-from-aws-internal", "From", "AWS Internal (aws-internal)"),
        ("purged-from-nowhere", "From", "unknown"),
        ("denied-without-parameters", "Queue", "unknown"),
        ("denied-without-parameters", "Error", "AccessDenied"),
        ("purged-without-time", "When", "unknown"),
    ],
)
def test_shows_what_is_special_about_the_example(example: str, label: str, value: str) -> None:
    assert line_of(email_body(alert_in(event_named(example))), label) == value


@pytest.mark.parametrize("filler", ["R", "\u202e", "&"], ids=ascii)
def test_no_name_is_so_long_that_it_hides_what_is_said_of_the_actor(filler: str) -> None:
    body = email_body(alert_in(outsider_named(filler * 2_000)))

    assert ", session " in line_of(body, "Who")
    assert line_of(body, "Who").endswith(
        ", of account 444455556666, ANOTHER ACCOUNT than the queue's, without MFA"
    )
    assert line_of(body, "From").endswith(" (unknown)")


def test_a_name_that_imitates_the_text_is_quoted() -> None:
    body = email_body(alert_in({**RECORD, "requestParameters": {"queueUrl": "orders, account 444455556666"}}))

    assert line_of(body, "Queue") == '"orders, account 444455556666"'
    assert "  - SQS gives no queue such a name; it stands in quotation marks." in body


def test_lists_what_is_missing() -> None:
    body = email_body(alert_in(event_named("denied-without-parameters")))

    assert "  - requestParameters is null: the queue is unknown." in body


def test_an_alarm_says_where_and_why() -> None:
    body = email_body(alert_in(ALARM_EVENT))

    assert body.startswith("An event of this region was not delivered to the hub")
    assert "Purges could not be forwarded" not in body.partition("As it arrived")[0]
    assert line_of(body, "State") == "ALARM, before OK"
    assert line_of(body, "Reason") == "Threshold crossed"


def test_no_value_forges_a_line() -> None:
    body = email_body(alert_in(event_named("purged-user-agent-breaks-templates")))

    assert line_of(body, "How bad") == "MEDIUM, risk 47 of 99"
    assert line_of(body, "Tool") == 'curl "x"\\nHow bad       LOW'


def test_direction_overrides_are_spelled_out() -> None:
    body = email_body(alert_in(event_named("purged-user-agent-mentions-everyone")))

    assert "\u202e" not in body
    assert "\\u202egnp.exe" in line_of(body, "Tool")


@given(record=mutated_records())
def test_the_lines_are_the_same_whatever_the_record_holds(record: dict[str, object]) -> None:
    body = email_body(alert_in(record))
    labels = [line.split("  ")[1].strip() for line in body.splitlines() if line.startswith("  ")]

    assert labels.count("How bad") == 1
    assert all(line.isprintable() for line in body.split("\n"))
    assert len(body.encode()) <= 20_000


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_the_largest_record_is_cut_to_the_size_that_is_promised(filler: str) -> None:
    assert len(email_body(alert_in(largest_record(filler))).encode()) <= 20_000


@given(document=JSON_VALUES)
def test_any_json_can_be_shown(document: object) -> None:
    assert "As it arrived" in email_body(alert_in(document))


def test_a_huge_value_is_cut_and_marked() -> None:
    body = email_body(alert_in({**RECORD, "userAgent": "é" * 150_000}))

    assert line_of(body, "Tool").endswith("...[truncated]")


def test_shows_what_the_triage_found_out_and_what_it_made_of_the_risk() -> None:
    body = email_body(triaged(RECORD))

    assert line_of(body, "Lost") == "about 1,240 messages, the oldest of 3 h 20 min"
    assert line_of(body, "Role") == "may not be asked: AccessDenied"
    assert line_of(body, "How bad") == (
        "MEDIUM, risk 32 of 99; +15 1,000 messages or more in the queue; -30 covered by an exception on trial"
    )
    assert line_of(body, "Exception") == "weekly (payments, OPS-1) does not silence this: it is on trial"


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_a_triage_full_of_rubbish_leaves_room_for_the_rest(filler: str) -> None:
    body = email_body(flooded(largest_record(filler), filler))

    assert len(body.encode("utf-8", "surrogatepass")) <= 20_000
    assert "  ...[more of it is in the alert's JSON document]" in body.splitlines()
    assert "As it arrived" in body.splitlines()
