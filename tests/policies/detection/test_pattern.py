from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services import eventbridge as ministack_eventbridge  # type: ignore[import-untyped]  # it ships no types
from moto.events.models import EventPattern

from policies.detection.account_alarm import ALARM_EVENT_PATTERN
from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.pattern import LONGEST_PATTERN, PatternError, check_pattern, matches
from policies.detection.rules import HUB_EVENT_PATTERN, RULES
from tests.events import PatternRow, pattern_table

EVENT = {
    "source": "aws.sqs",
    "detail-type": "AWS API Call via CloudTrail",
    "detail": {
        "eventName": "PurgeQueue",
        "requestParameters": {"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"},
        "resources": [
            {"type": "AWS::SQS::Queue", "accountId": "111122223333"},
            {"type": "other", "accountId": "1"},
        ],
        "tags": ["blue", "green"],
        "absent": None,
        "count": 5,
        "flag": True,
    },
}


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        pytest.param({"eventName": ["PurgeQueue"]}, True, id="literal"),
        pytest.param({"eventName": ["purgequeue"]}, False, id="literal-in-other-case"),
        pytest.param({"eventName": [{"prefix": "Purge"}]}, True, id="prefix"),
        pytest.param({"count": [{"prefix": "5"}]}, False, id="prefix-of-a-number"),
        pytest.param({"eventName": [{"wildcard": "*rge*ue"}]}, True, id="wildcard"),
        pytest.param({"eventName": [{"wildcard": "PurgeQueue*"}]}, True, id="wildcard-for-nothing"),
        pytest.param({"eventName": [{"wildcard": "Purge.*"}]}, False, id="an-asterisk-alone-is-a-wildcard"),
        pytest.param({"eventName": [{"wildcard": "*purge*"}]}, False, id="wildcard-in-other-case"),
        pytest.param({"count": [{"wildcard": "*5"}]}, False, id="wildcard-of-a-number"),
        pytest.param({"resources": {"type": [{"wildcard": "*:SQS:*"}]}}, True, id="wildcard-in-an-array"),
        pytest.param({"count": [5]}, True, id="number"),
        pytest.param({"count": ["5"]}, False, id="text-is-no-number"),
        pytest.param({"flag": [1]}, False, id="true-is-not-1"),
        pytest.param({"absent": [None]}, True, id="explicit-null"),
        pytest.param({"missing": [None]}, False, id="a-missing-field-is-no-null"),
        pytest.param({"missing": [{"exists": False}]}, True, id="missing"),
        pytest.param({"absent": [{"exists": True}]}, True, id="null-exists"),
        pytest.param({"requestParameters": [{"exists": True}]}, False, id="an-object-never-exists"),
        pytest.param({"requestParameters": [{"exists": False}]}, True, id="an-object-is-no-leaf"),
        pytest.param({"missing": [{"anything-but": ["x"]}]}, False, id="anything-but-needs-the-field"),
        pytest.param({"absent": [{"anything-but": ["x"]}]}, True, id="null-is-anything-but"),
        pytest.param({"eventName": [{"anything-but": ["PurgeQueue"]}]}, False, id="anything-but"),
        pytest.param({"tags": ["green"]}, True, id="one-element-of-an-array"),
        pytest.param({"tags": [{"anything-but": ["green"]}]}, True, id="one-element-is-another"),
        pytest.param(
            {"resources": {"type": ["other"], "accountId": ["1"]}}, True, id="one-object-of-an-array"
        ),
        pytest.param(
            {"resources": {"type": ["other"], "accountId": ["111122223333"]}}, False, id="not-across-objects"
        ),
        pytest.param({"missing": {"field": [{"exists": False}]}}, True, id="missing-under-a-missing-object"),
        pytest.param({"$or": [{"eventName": ["DeleteQueue"]}, {"count": [5]}]}, True, id="or"),
        pytest.param({"$or": [{"eventName": ["DeleteQueue"]}, {"count": [6]}]}, False, id="or-neither"),
    ],
)
def test_matches_as_eventbridge_does(detail: dict[str, object], *, expected: bool) -> None:
    assert matches({"detail": detail}, EVENT) is expected


@pytest.mark.parametrize("event", [None, 3, "text", [], {}, {"detail": None}, {"detail": [[]]}])
def test_what_is_no_event_matches_nothing(event: object) -> None:
    assert not matches(HUB_EVENT_PATTERN, event)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        pytest.param({"source": "aws.sqs"}, 'source: write a list, ["aws.sqs"], instead', id="scalar"),
        pytest.param({"details": {"eventName": ["x"]}}, "details: no event has this key", id="details"),
        pytest.param({"detailType": ["x"]}, "detailType: no event has this key", id="detailType"),
        pytest.param(
            {"$or": [{"Source": ["x"]}, {"source": ["y"]}]}, "Source: no event has this key", id="inside-or"
        ),
        pytest.param({"source": []}, "source: write at least one value", id="empty-list"),
        pytest.param({}, "the pattern: write an object", id="empty-pattern"),
        pytest.param(
            {"detail": {}}, "detail: write an object that names at least one field", id="empty-object"
        ),
        pytest.param({"source": [["x"]]}, "source: a list inside a list", id="nested-list"),
        pytest.param(
            {"source": [{"exists": "false"}]}, "source: exists takes true or false", id="quoted-exists"
        ),
        pytest.param(
            {"source": [{"suffix": "x"}]}, "source: the operator suffix is not one of", id="unknown-operator"
        ),
        pytest.param(
            {"source": [{"prefix": "x", "exists": True}]}, "one operator in each object", id="two-operators"
        ),
        pytest.param({"source": [{"prefix": ["x"]}]}, "source: prefix takes one string", id="prefix-list"),
        pytest.param({"source": [{"wildcard": "a**"}]}, "wildcard takes one string", id="two-asterisks"),
        pytest.param({"source": [{"wildcard": "a\\*"}]}, "wildcard takes one string", id="escaped-asterisk"),
        pytest.param({"source": [{"wildcard": ["a"]}]}, "wildcard takes one string", id="wildcard-list"),
        pytest.param(
            {"source": [{"anything-but": [None]}]}, "anything-but takes strings or numbers", id="but-null"
        ),
        pytest.param(
            {"source": [{"anything-but": [1, "x"]}]}, "anything-but takes strings or numbers", id="but-mixed"
        ),
        pytest.param(
            {"source": [{"anything-but": []}]}, "anything-but takes strings or numbers", id="but-nothing"
        ),
        pytest.param(
            {"$or": [{"source": ["x"]}]}, "$or: write a list of at least two objects", id="or-of-one"
        ),
        pytest.param(
            {"source": ["a"], "$or": [{"source": ["b"]}, {"id": ["c"]}]},
            "$or: source is constrained both inside and beside it",
            id="or-repeats-a-field",
        ),
        pytest.param({"source": ["x" * LONGEST_PATTERN]}, "EventBridge accepts 2048", id="too-long"),
    ],
)
def test_refuses_a_pattern_and_says_where(pattern: dict[str, object], sentence: str) -> None:
    with pytest.raises(PatternError) as refused:
        matches(pattern, EVENT)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "pattern",
    [*(rule.event_pattern for rule in RULES), HUB_EVENT_PATTERN, ALARM_EVENT_PATTERN],
    ids=json.dumps,
)
def test_accepts_every_pattern_that_is_deployed(pattern: dict[str, object]) -> None:
    check_pattern(pattern)


WORDS = st.sampled_from(["", "a", "ab", "PurgeQueue", "AccessDenied"])
SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | WORDS
FIELDS = st.sampled_from(["a", "b", "c"])
LEAVES = st.lists(
    SCALARS
    | st.builds(lambda flag: {"exists": flag}, st.booleans())
    | st.builds(lambda text: {"prefix": text}, WORDS)
    | st.builds(lambda text: {"wildcard": text}, st.sampled_from(["*", "a*", "*b", "*rge*", "P*Q*e", "a"]))
    | st.builds(lambda texts: {"anything-but": texts}, st.lists(WORDS, min_size=1, max_size=3)),
    min_size=1,
    max_size=3,
)
OBJECTS = st.dictionaries(
    FIELDS, LEAVES | st.dictionaries(FIELDS, LEAVES, min_size=1, max_size=2), min_size=1, max_size=3
)
ALTERNATIVES = st.builds(lambda some: {"$or": some}, st.lists(OBJECTS, min_size=2, max_size=3))
PATTERNS = st.builds(lambda detail: {"detail": detail}, OBJECTS | ALTERNATIVES)


def details(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(FIELDS, values | st.dictionaries(FIELDS, values, max_size=2), max_size=3)


def matches_in_ministack(pattern: dict[str, object], event: dict[str, Any]) -> bool:
    found: bool = ministack_eventbridge._matches_pattern(  # noqa: SLF001 - the matcher behind its TestEventPattern
        json.dumps(pattern),
        ministack_eventbridge._event_from_test_payload(event),  # noqa: SLF001
    )
    return found


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_ministack_lets_through_what_the_table_says(row: PatternRow) -> None:
    assert {rule.id for rule in RULES if matches_in_ministack(rule.event_pattern, row.event)} == row.rules


@given(
    pattern=PATTERNS, detail=details(SCALARS | st.lists(SCALARS | st.lists(SCALARS, max_size=2), max_size=3))
)
def test_agrees_with_ministack(pattern: dict[str, object], detail: dict[str, object]) -> None:
    event = {"source": "aws.sqs", "detail": detail}

    assert matches(pattern, event) is matches_in_ministack(pattern, event)


# moto takes true for 1, lists as existing values and an empty object for a leaf; EventBridge does none of it.
@given(pattern=PATTERNS, detail=details(st.none() | WORDS))
def test_agrees_with_moto(pattern: dict[str, object], detail: dict[str, object]) -> None:
    detail = {key: value for key, value in detail.items() if value != {}}

    theirs = EventPattern.load(json.dumps(pattern)).matches_event({"detail": detail})  # type: ignore[typeddict-item]  # moto's type asks for the whole envelope

    assert matches(pattern, {"detail": detail}) is theirs


ERRORS = st.fixed_dictionaries({}, optional={"errorCode": SCALARS, "errorMessage": SCALARS})


@given(error=ERRORS)
def test_the_rules_patterns_leave_no_gap(error: dict[str, object]) -> None:
    detail = {"eventSource": "sqs.amazonaws.com", "eventName": "PurgeQueue", **error}
    event = {"source": "aws.sqs", "detail-type": "AWS API Call via CloudTrail", "detail": detail}

    is_error = any(value not in (None, "") for value in error.values())

    assert matches(QUEUE_PURGED.event_pattern, event) is not is_error
    assert matches(PURGE_REFUSED.event_pattern, event) or not is_error
