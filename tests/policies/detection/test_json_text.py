from __future__ import annotations

import json

import pytest

from policies.detection.json_text import JsonTextError, json_or_text, json_text, parsed_json
from tests.events.arbitrary import DEEP


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [None, True, "\xe9"]}, '{"a":[null,true,"\\u00e9"],"b":1}'),
        ({"a": float("nan"), "b": [float("inf")]}, '{"a":"NaN","b":["Infinity"]}'),
        (json.loads("1e999"), '"Infinity"'),
        (DEEP, None),
        (10**5_000, None),
        ({1, 2}, None),
    ],
    ids=["canonical", "no-numbers", "too-large", "too-deep", "too-long", "no-json"],
)
def test_writes_json_and_nothing_that_is_not(value: object, text: str | None) -> None:
    assert json_text(value) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{,", "is not JSON at line 1, column 2"),
        ("{}\n{}", "goes on after its JSON value at line 2, column 1"),
        ("[" * 100_000, "is nested too deeply to be read"),
        ("9" * 5_000, "holds a number of more than 4300 digits"),
        ("[NaN]", "holds NaN, which is not JSON"),
        ("[-Infinity]", "holds -Infinity, which is not JSON"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', 'holds the key "b" twice in one object'),
        ('{"\u202eb": 1, "\u202eb": 1}', 'holds the key "\\u202eb" twice in one object'),
    ],
    ids=["no-json", "several-values", "too-deep", "too-long", "nan", "infinity", "key-twice", "hidden-key"],
)
def test_says_in_its_own_words_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(JsonTextError) as caught:
        parsed_json(text)

    assert str(caught.value) == reason
    assert json_or_text(text) == text


def test_reads_json() -> None:
    assert parsed_json('{"a": [1, null]}') == json_or_text('{"a": [1, null]}') == {"a": [1, None]}
