from __future__ import annotations

import json
from typing import Any

import pytest

from policies.document import Statement
from policies.prevention.queue import QueuePolicyError
from purge_guard.protection.change import planned_change, theirs

QUEUE = "arn:aws-cn:sqs:cn-north-1:111122223333:orders.fifo"
OWN: dict[str, Any] = {
    "Sid": "Senders",
    "Effect": "Allow",
    "Principal": {"AWS": ["arn:aws-cn:iam::111122223333:role/b", "arn:aws-cn:iam::111122223333:role/a"]},
    "Action": "sqs:SendMessage",
    "Resource": QUEUE,
}
DENY = Statement("PurgeGuardDenyPurge", ("sqs:PurgeQueue",), (QUEUE,), effect="Deny", principals="*")
OTHER = Statement("PurgeGuardDenyPurge", ("sqs:PurgeQueue",), ("*",), effect="Deny", principals="*")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def shown(existing: str, *statements: Statement) -> list[str]:
    return list(planned_change(existing, statements).lines())


def test_what_is_added_is_shown_whole() -> None:
    assert shown(policy(OWN), DENY) == [
        'add "PurgeGuardDenyPurge"',
        "+{",
        '+  "Sid": "PurgeGuardDenyPurge",',
        '+  "Effect": "Deny",',
        '+  "Principal": "*",',
        '+  "Action": [',
        '+    "sqs:PurgeQueue"',
        "+  ],",
        '+  "Resource": [',
        f'+    "{QUEUE}"',
        "+  ]",
        "+}",
    ]


def test_what_is_replaced_is_shown_as_a_difference() -> None:
    lines = shown(policy(OWN, OTHER.to_dict()), DENY)
    assert lines[0] == 'replace "PurgeGuardDenyPurge"'
    assert [line for line in lines[1:] if line[0] in "+-"] == ['-    "*"', f'+    "{QUEUE}"']


def test_what_is_removed_is_shown_whole() -> None:
    lines = shown(policy(OWN, DENY.to_dict()))
    assert lines[0] == 'remove "PurgeGuardDenyPurge"'
    assert {line[0] for line in lines[1:]} == {"-"}


def test_a_policy_that_has_our_statements_needs_no_change() -> None:
    merged = planned_change(policy(OWN), (DENY,)).after
    assert not planned_change(merged, (DENY,)).is_needed
    assert shown(merged, DENY) == []


def test_the_way_aws_spells_it_back_makes_no_difference() -> None:
    returned = DENY.to_dict() | {"Action": "sqs:PurgeQueue", "Resource": QUEUE}
    assert not planned_change(policy(returned, OWN), (DENY,)).is_needed


def test_other_values_make_a_difference() -> None:
    returned = DENY.to_dict() | {"Action": "sqs:DeleteQueue"}
    assert planned_change(policy(returned), (DENY,)).is_needed


def test_without_a_policy_before_there_is_none_after_removal() -> None:
    merged = planned_change("", (DENY,)).after
    assert planned_change(merged, ()).after == ""


def test_what_others_wrote_is_compared_without_ours() -> None:
    reordered = OWN | {"Principal": {"AWS": OWN["Principal"]["AWS"][::-1]}}
    assert theirs(policy(OWN, DENY.to_dict())) == theirs(policy(reordered))
    assert theirs(policy(OWN)) != theirs(policy(OWN, OWN | {"Sid": "More"}))
    assert theirs("") == theirs(policy(DENY.to_dict()))


def test_one_statement_alone_may_stand_without_a_list() -> None:
    alone = json.dumps({"Version": "2012-10-17", "Statement": OWN})
    assert theirs(alone) == theirs(policy(OWN))


def test_hostile_text_cannot_forge_a_line() -> None:
    hostile = OTHER.to_dict() | {"Sid": "PurgeGuard\n+ forged\x1b[31m"}
    assert all(line.isprintable() for line in shown(policy(hostile), DENY))


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(QueuePolicyError, match="not JSON"):
        planned_change("{", (DENY,))
