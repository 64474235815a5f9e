from __future__ import annotations

from itertools import product

import pytest

from policies.evaluation import Answer, decide
from policies.exposure import Exposure, QuestionError, exposure_of
from tests.policies.exposure.snapshots import (
    OURS,
    OUTSIDER,
    allow,
    collected,
    deny,
    queue,
    role,
    snapshot,
    user,
)

WORLD = snapshot(
    collected(
        user("alice", allow(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
        user("bob", allow("sqs:*", Resource=f"arn:aws:sqs:*:{OURS}:orders*")),
        role("ops/drainer", allow()),
        role("reader", allow("sqs:Get*")),
        queue("orders", allow(Principal={"AWS": OUTSIDER})),
        queue("orders.fifo", deny(Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})),
        queue("payments"),
    )
)


def names(exposure: Exposure) -> tuple[list[str], list[str]]:
    """The ends of the ARNs that were chosen."""
    return (
        [each.name.split(":")[-1] for each in exposure.principals],
        [each.arn.split(":")[-1] for each in exposure.queues],
    )


def test_everybody_is_asked_about_and_outsiders_come_first() -> None:
    principals, queues = names(exposure_of(WORLD, "sqs:PurgeQueue"))
    assert principals == ["root", "user/alice", "user/bob", "role/ops/drainer", "role/reader", "root"]
    assert queues == ["orders", "orders.fifo", "payments"]


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("drainer", ["role/ops/drainer"]),
        ("dr?iner", ["role/ops/drainer"]),
        ("*:role/*", ["role/ops/drainer", "role/reader"]),
        ("arn:aws:iam::111122223333:user/bob", ["user/bob"]),
    ],
    ids=["name", "question-mark", "asterisk", "arn"],
)
def test_principals_are_chosen_by_name_or_arn(pattern: str, chosen: list[str]) -> None:
    assert names(exposure_of(WORLD, "sqs:PurgeQueue", principal=pattern))[0] == chosen


@pytest.mark.parametrize(
    ("pattern", "chosen"),
    [
        ("orders", ["orders"]),
        ("orders*", ["orders", "orders.fifo"]),
        ("arn:aws:sqs:eu-west-1:*:payments", ["payments"]),
    ],
    ids=["name", "asterisk", "arn"],
)
def test_queues_are_chosen_by_name_or_arn(pattern: str, chosen: list[str]) -> None:
    assert names(exposure_of(WORLD, "sqs:PurgeQueue", queue=pattern))[1] == chosen


@pytest.mark.parametrize("pattern", ["Drainer", "[dr]*", "drain", "draine.", ""])
def test_only_asterisk_and_question_mark_are_special_and_capitals_count(pattern: str) -> None:
    with pytest.raises(QuestionError, match="no principal of the snapshot matches"):
        exposure_of(WORLD, "sqs:PurgeQueue", principal=pattern)


def test_a_queue_that_is_not_there_is_no_silent_no() -> None:
    with pytest.raises(QuestionError, match="no queue of the snapshot matches 'order'"):
        exposure_of(WORLD, "sqs:PurgeQueue", queue="order")


def test_outsiders_are_those_of_the_chosen_queues() -> None:
    assert exposure_of(WORLD, "sqs:PurgeQueue", queue="payments").outsiders == ()


def test_an_account_without_queues_has_no_decisions() -> None:
    exposure = exposure_of(snapshot(collected(user("alice"))), "sqs:PurgeQueue")
    assert [row for _, row in exposure.rows()] == [[], []]


def test_the_answers_are_those_of_each_pair_alone() -> None:
    exposure = exposure_of(WORLD, "sqs:purgequeue")
    answers = [decision for _, row in exposure.rows() for decision in row]
    pairs = product(exposure.principals, exposure.queues)
    assert answers == [decide(principal, queue, "sqs:PurgeQueue") for principal, queue in pairs]
    assert {decision.answer for decision in answers} == set(Answer)


@pytest.mark.parametrize(
    ("value", "answer"), [("true", "yes"), ("false", "no"), (None, "no")], ids=["true", "false", "absent"]
)
def test_what_is_known_of_the_request_decides(value: str | None, answer: str) -> None:
    exposure = exposure_of(
        WORLD,
        "sqs:PurgeQueue",
        principal="alice",
        queue="payments",
        context={"aws:MultiFactorAuthPresent": value},
    )
    assert [decision.answer for _, row in exposure.rows() for decision in row] == [answer]
