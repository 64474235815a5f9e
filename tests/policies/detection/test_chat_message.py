from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from policies.detection.alert import Alert, alerts_in
from policies.detection.chat_message import chat_message
from tests.events import event_named
from tests.events.arbitrary import FILLERS, JSON_VALUES, RECORD, largest_record, mutated_records


def content_of(event: object) -> dict[str, str]:
    message = json.loads(chat_message(first_alert(event)))
    assert (message["version"], message["source"]) == ("1.0", "custom")
    content: dict[str, str] = message["content"]
    return content


def first_alert(event: object) -> Alert:
    return alerts_in(event)[0]


def test_is_a_custom_notification() -> None:
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
    assert "*Queue:* `&lt;!here&gt; evil.example`" in content["description"]


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
