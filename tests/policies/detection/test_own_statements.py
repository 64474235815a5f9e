from __future__ import annotations

from typing import Any

import pytest

from policies.detection.own_statements import normal, own_statements_digest

DENIAL: dict[str, Any] = {
    "Sid": "PurgeGuardDeny",
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["sqs:DeleteQueue", "sqs:PurgeQueue"],
    "Resource": "arn:aws:sqs:us-east-1:111122223333:orders",
    "Condition": {"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/a", "arn:aws:iam::*:role/b"]}},
}


@pytest.mark.parametrize(
    "spelled",
    [
        {"Principal": {"AWS": ["*"]}},
        {"Action": ("sqs:PurgeQueue", "SQS:deletequeue")},
        {"Resource": ["arn:aws:sqs:us-east-1:111122223333:orders"]},
        {
            "Condition": {
                "ArnNotLike": {"AWS:principalarn": ["arn:aws:iam::*:role/b", "arn:aws:iam::*:role/a"]}
            }
        },
    ],
    ids=lambda spelled: next(iter(spelled)),
)
def test_what_does_the_same_has_one_digest(spelled: dict[str, Any]) -> None:
    assert own_statements_digest([DENIAL | spelled]) == own_statements_digest([DENIAL])


@pytest.mark.parametrize(
    "changed",
    [
        {"Effect": "Allow"},
        {"Principal": {"AWS": "111122223333"}},
        {"Principal": {"Service": "*"}},
        {"Action": "sqs:PurgeQueue"},
        {"Resource": "arn:aws:sqs:us-east-1:111122223333:Orders"},
        {"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}},
        {"Condition": {"ArnLike": DENIAL["Condition"]["ArnNotLike"]}},
        {"Condition": None},
        {"NotAction": "sqs:SendMessage"},
    ],
    ids=str,
)
def test_what_does_something_else_has_another(changed: dict[str, Any]) -> None:
    assert own_statements_digest([DENIAL | changed]) != own_statements_digest([DENIAL])


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (["a"], "a", True),
        (["a", "b"], ["b", "a"], True),
        ({"a": [1, 2]}, {"a": [2, 1]}, True),
        (["a", "b"], ["a"], False),
        ({"a": "b"}, {"b": "a"}, False),
        (None, {}, False),
    ],
)
def test_what_means_the_same_is_spelled_the_same(one: object, other: object, equal: bool) -> None:
    assert (normal(one) == normal(other)) is equal
