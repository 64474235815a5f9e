from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from policies.detection.alert import Alert, alerts_in
from policies.detection.chat_message import chat_message
from tests.events import event_cases, event_named
from tests.events.arbitrary import (
    FILLERS,
    JSON_VALUES,
    RECORD,
    largest_record,
    mutated_records,
    outsider_named,
)
from tests.policies.detection.custom_notification import CUSTOM_NOTIFICATION
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import triaged


def content_of(event: object) -> dict[str, str]:
    message = json.loads(chat_message(first_alert(event)))
    assert problems_of(message) == []
    content: dict[str, str] = message["content"]
    return content


def problems_of(message: dict[str, Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(CUSTOM_NOTIFICATION).iter_errors(message)]


def first_alert(event: object) -> Alert:
    return alerts_in(event)[0]


@pytest.mark.parametrize("event", [case.event for case in event_cases()] + [ALARM_EVENT], ids=lambda _: "")
def test_every_alert_is_a_custom_notification(event: object) -> None:
    for alert in alerts_in(event):
        assert problems_of(json.loads(chat_message(alert))) == []


@pytest.mark.parametrize(
    "message",
    [
        {"default": "text"},
        {"version": "1.0", "source": "custom", "content": {"textType": "markdown", "description": "x"}},
        {"version": "1.0", "source": "custom", "content": {"title": "t" * 251, "description": "x"}},
        {"version": "1.0", "source": "custom", "content": {"description": "d" * 8001}},
        {"version": "1.0", "source": "custom", "content": {"description": "x"}, "detail": {}},
    ],
    ids=["plain", "text type", "title", "description", "extra"],
)
def test_the_format_of_custom_notifications_can_refuse(message: dict[str, Any]) -> None:
    # B09
    assert problems_of(message)


def test_says_what_who_and_what_to_read() -> None:
    content = content_of(event_named("purged-by-role-session"))

    assert content["textType"] == "client-markdown"
    assert content["title"] == "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)"
    assert (
        "*Who:* `role AppRole, session alice, of account 111122223333, without MFA`" in content["description"]
    )
    assert "*Runbook:* docs/runbooks/queue-purged.md" in content["description"]


def test_nobody_is_mentioned_and_nothing_becomes_a_link() -> None:
    description = content_of(event_named("purged-user-agent-mentions-everyone"))["description"]

    assert "*Tool:* `&lt;!channel&gt; [ok](http://198.51.100.7) 'x' \\u202egnp.exe`" in description


def test_ampersands_are_escaped_once() -> None:
    assert "`a &amp; b`" in content_of({**RECORD, "userAgent": "a & b"})["description"]


def test_an_impossible_name_stays_out_of_the_title() -> None:
    content = content_of({**RECORD, "requestParameters": {"queueUrl": "https://x/<!here> evil.example"}})

    assert content["title"] == "[MEDIUM] SQS queue purged"
    assert '*Queue:* `"&lt;!here&gt; evil.example"`' in content["description"]


@pytest.mark.parametrize("filler", ["R", "\u202e", "&"], ids=ascii)
def test_no_name_is_so_long_that_it_hides_what_is_said_of_the_actor(filler: str) -> None:
    lines = content_of(outsider_named(filler * 2_000))["description"].split("\n")

    (who,) = (line for line in lines if line.startswith("*Who:*"))
    assert who.endswith(", of account 444455556666, ANOTHER ACCOUNT than the queue's, without MFA`")


def test_notes_and_odd_links_stand_between_backquotes() -> None:
    alert = replace(first_alert(RECORD), notes=("*no* <!here> [x](y) `",), runbook="[x](https://y) `<!here>")
    lines = json.loads(chat_message(alert))["content"]["description"].split("\n")

    assert "- `*no* &lt;!here&gt; [x](y) '`" in lines
    assert "*Runbook:* `[x](https://y) '&lt;!here&gt;`" in lines


def test_a_description_that_grows_too_long_ends_with_a_whole_line() -> None:
    alert = replace(
        first_alert(RECORD), runbook="https://example.com/&" + "a" * 9_000, notes=("n" * 190,) * 20
    )
    description = json.loads(chat_message(alert))["content"]["description"]

    assert 2_700 < len(description) <= 3_000
    assert description.endswith(f"\n- `{'n' * 190}`\n...[truncated]")


def test_an_alarms_reason_is_quoted() -> None:
    detail = {
        **ALARM_EVENT["detail"],
        "state": {"value": "ALARM", "reason": "*x* <!here>"},
        "alarmName": "a b",
    }
    content = content_of({**ALARM_EVENT, "detail": detail})

    assert content["title"] == "[HIGH] purge-guard needs attention"
    assert "*Reason:* `*x* &lt;!here&gt;`" in content["description"]


@given(record=mutated_records())
def test_what_the_caller_chose_stays_between_backquotes(record: dict[str, object]) -> None:
    content = content_of(record)

    assert len(content["title"]) <= 100
    assert len(content["description"]) <= 3_000
    for line in content["description"].split("\n"):
        assert line.count("`") in (0, 2)
        assert not re.search("[<>]", line)


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_the_largest_record_is_cut_to_the_size_that_is_promised(filler: str) -> None:
    assert len(content_of(largest_record(filler))["description"]) <= 3_000


@given(document=JSON_VALUES)
def test_any_json_can_be_shown(document: object) -> None:
    assert content_of(document)["description"]


def test_shows_what_the_triage_found_out() -> None:
    content = json.loads(chat_message(triaged(RECORD)))["content"]

    assert "*Lost:* `about 1,240 messages, the oldest of 3 h 20 min`" in content["description"].splitlines()
