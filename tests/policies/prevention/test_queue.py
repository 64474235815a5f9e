from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from policies.limits import PolicySizeError
from policies.prevention.queue import QueuePolicyError, merge_statements, queue_statements
from policies.prevention.scope import Scope

if TYPE_CHECKING:
    from policies.document import Statement

ORDERS = "arn:aws:sqs:us-east-1:111122223333:orders"
DEPLOYERS = ("arn:aws:iam::111122223333:role/deployer",)
LEAST = Scope("aws", "111122223333", frozenset({"purge"}), (), DEPLOYERS, (), "222233334444")
MORE = replace(LEAST, denied=frozenset({"purge", "purge-equivalents"}))
OURS = queue_statements(LEAST, ORDERS)
OWNERS = {
    "Sid": "topic",
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "SQS:SendMessage",
    "Resource": ORDERS,
    "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:orders"}},
}
WITHOUT_SID = {"Effect": "Allow", "Principal": "*", "NotAction": ["sqs:*"], "Resource": ORDERS}


def policy(*statements: object, **elements: Any) -> str:  # noqa: ANN401 - an element is any JSON value
    return json.dumps({"Version": "2012-10-17", **elements, "Statement": list(statements)}, indent=2)


def merged(existing: str | None, statements: tuple[Statement, ...] = OURS) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(merge_statements(existing, statements))
    return document


@pytest.mark.parametrize("existing", [None, ""], ids=["no policy", "an empty one"])
def test_a_queue_without_a_policy_gets_ours(existing: str | None) -> None:
    assert merged(existing) == {"Version": "2012-10-17", "Statement": [OURS[0].to_dict()]}


def test_what_the_owner_wrote_is_kept_as_it_is_and_in_its_order() -> None:
    # E19
    result = merged(policy(OWNERS, WITHOUT_SID, Id="owners", Version="2008-10-17"))
    assert list(result) == ["Version", "Id", "Statement"]
    assert (result["Version"], result["Id"]) == ("2008-10-17", "owners")
    assert result["Statement"] == [OWNERS, WITHOUT_SID, OURS[0].to_dict()]
    assert list(result["Statement"][0]) == list(OWNERS)


def test_one_statement_without_a_list_is_kept() -> None:
    assert merged(json.dumps({"Statement": OWNERS}))["Statement"] == [OWNERS, OURS[0].to_dict()]


def test_text_beyond_ascii_is_kept() -> None:
    owners = {**OWNERS, "Sid": "größe"}
    assert merged(policy(owners))["Statement"][0] == owners


@pytest.mark.parametrize("scope", [LEAST, MORE], ids=["purge", "more"])
def test_merging_twice_is_merging_once(scope: Scope) -> None:
    # E19
    statements = queue_statements(scope, ORDERS)
    once = merge_statements(policy(OWNERS), statements)
    assert merge_statements(once, statements) == once


def test_statements_of_ours_that_are_not_wanted_any_more_are_taken_out() -> None:
    before = merge_statements(policy(OWNERS), queue_statements(MORE, ORDERS))
    assert merged(before)["Statement"] == [OWNERS, OURS[0].to_dict()]
    assert merged(before, ())["Statement"] == [OWNERS]


def test_where_nothing_is_left_the_policy_is_empty_as_sqs_takes_it() -> None:
    assert merge_statements(merge_statements(None, OURS), ()) == ""


def test_a_policy_is_minified() -> None:
    text = merge_statements(policy(OWNERS), OURS)
    assert text == json.dumps(json.loads(text), separators=(",", ":"))


def test_no_statement_has_more_actions_than_sqs_takes() -> None:
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    statements = queue_statements(MORE, ORDERS)
    assert [len(each.actions) for each in statements] == [1, 7, 1]


def test_a_queue_policy_with_too_many_statements_is_refused() -> None:
    with pytest.raises(PolicySizeError) as caught:
        merge_statements(policy(*[{**OWNERS, "Sid": f"s{number}"} for number in range(20)]), OURS)
    assert str(caught.value) == (
        "the queue policy would have 21 statements, and AWS allows 20:"
        " let its owner merge 1 of them into others"
    )


def test_a_queue_policy_that_grows_too_long_is_refused() -> None:
    with pytest.raises(PolicySizeError) as caught:
        merge_statements(policy({**OWNERS, "Sid": "s" * 8_000}), OURS)
    assert "characters longer than the 8,192 that AWS allows" in str(caught.value)
    assert "let the queue's owner shorten its own statements" in str(caught.value)


@pytest.mark.parametrize(
    ("existing", "sentence"),
    [
        ("{", "the queue's policy cannot be merged: line 1, column 2: not JSON"),
        ("[]", "the queue's policy is no JSON object"),
        (
            '{"Statement": [{"Sid": "a", "Sid": "b"}]}',
            "the queue's policy cannot be merged: Statement[0]: the key Sid is repeated",
        ),
        ("[" * 5_000, "the queue's policy cannot be merged: the policy: nested too deeply to be a policy"),
        (
            '{"Statement":{"a":' + "[" * 200 + "]" * 200 + "}}",
            "the queue's policy is nested too deeply to be one",
        ),
        ('{"Statement":[{"Sid":"\\ud800"}]}', "the queue's policy has half a character in it"),
        ('{"Statement":null}', "the queue's policy has a statement that is no JSON object"),
        ('{"Statement":[{},1]}', "the queue's policy has a statement that is no JSON object"),
        ('{"Statement":[{"a":NaN}]}', "the queue's policy cannot be merged: the policy: NaN is not JSON"),
    ],
    ids=["not JSON", "a list", "a key twice", "too deep", "deep", "surrogate", "null", "number", "NaN"],
)
def test_what_is_no_policy_is_refused_rather_than_replaced(existing: str, sentence: str) -> None:
    with pytest.raises(QueuePolicyError) as caught:
        merge_statements(existing, OURS)
    assert str(caught.value).startswith(sentence)
