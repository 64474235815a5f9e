from __future__ import annotations

import botocore.session
import pytest

from policies.evaluation import Account, Principal
from policies.evaluation.context import Unknown
from policies.exposure.question import QUEUE_ACTIONS, QuestionError, informed, known_context, queue_action

ACCOUNT = Account("111122223333")
ALICE = Principal.user("arn:aws:iam::111122223333:user/alice", ACCOUNT, tags={"team": "orders"})
DRAINER = Principal.role("arn:aws:iam::111122223333:role/drainer", ACCOUNT)
MFA = "aws:multifactorauthpresent"


def test_the_actions_are_those_that_sqs_has_on_a_queue_that_is_there() -> None:
    operations = botocore.session.get_session().get_service_model("sqs").operation_names
    # A batch needs the permission of the single call; the other two are about no queue that is there.
    of_queues = {name for name in operations if not name.endswith("Batch")} - {"ListQueues", "CreateQueue"}
    assert set(QUEUE_ACTIONS) == {f"sqs:{name}" for name in of_queues}


@pytest.mark.parametrize("text", ["sqs:PurgeQueue", "SQS:purgequeue", "sqs:PURGEQUEUE"])
def test_an_action_may_have_any_capitals(text: str) -> None:
    assert queue_action(text) == "sqs:PurgeQueue"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("PurgeQueue", "'PurgeQueue' is no action: write sqs:NAME, such as sqs:PurgeQueue"),
        ("sqs:", "'sqs:' is no action: write sqs:NAME, such as sqs:PurgeQueue"),
        ("kms:Decrypt", "'kms:Decrypt' is not done to a queue: write sqs:NAME, such as sqs:PurgeQueue"),
        ("sqs:PurgeQueues", "'sqs:PurgeQueues' is no action on a queue: did you mean sqs:PurgeQueue?"),
        ("sqs:Purge*", "'sqs:Purge*' is no action on a queue: did you mean sqs:PurgeQueue?"),
    ],
    ids=["no-service", "no-name", "another-service", "misspelled", "pattern"],
)
def test_another_action_is_refused_with_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(QuestionError) as refused:
        queue_action(text)
    assert str(refused.value) == sentence


def test_an_action_like_no_other_is_refused_with_all_there_are() -> None:
    with pytest.raises(QuestionError, match=r"write one of sqs:AddPermission, .*sqs:UntagQueue"):
        queue_action("sqs:Explode")


def test_keys_are_known_in_any_case() -> None:
    assert known_context({"aws:SourceIp": "192.0.2.1"}) == {"aws:sourceip": "192.0.2.1"}


@pytest.mark.parametrize(
    "key", ["aws:PrincipalArn", "AWS:PRINCIPALORGID", "aws:username", "aws:ResourceAccount"]
)
def test_nobody_chooses_what_follows_from_principal_and_queue(key: str) -> None:
    with pytest.raises(QuestionError, match=f"{key} follows from the principal and the queue"):
        known_context({key: "x"})


def test_a_principal_is_told_what_is_not_known_of_it() -> None:
    assert ALICE.facts[MFA] is Unknown.ENTIRELY
    assert informed(ALICE, {MFA: "true"}).facts[MFA] == "true"


def test_what_is_known_of_a_principal_counts_for_more() -> None:
    assert informed(DRAINER, {MFA: "true"}).facts[MFA] is None


@pytest.mark.parametrize(
    ("principal", "is_told"), [(ALICE, False), (DRAINER, True)], ids=["known", "unknown"]
)
def test_tags_are_told_only_to_those_whose_tags_are_not_known(principal: Principal, is_told: bool) -> None:
    told = informed(principal, {"aws:principaltag/team": "payments"})
    assert ("aws:principaltag/team" in told.facts) is is_told
