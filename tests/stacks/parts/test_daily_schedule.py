"""The daily digest of exceptions: who may ask for it, and what becomes of a request that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Stack, Synthesis

RULE = "purge-guard-daily"
RULE_ARN = "arn:aws:events:us-east-1:222233334444:rule/purge-guard-daily"


@pytest.fixture
def signed(synthesized: Callable[[str], Synthesis]) -> Stack:
    """The hub of an inventory with exceptions."""
    return synthesized("channels").hub


def test_a_request_that_fails_is_tried_for_a_day_and_then_kept(signed: Stack) -> None:
    (target,) = (each for each in signed.of_type("aws_cloudwatch_event_target") if each["target_id"] == RULE)
    queue = signed.named("aws_sqs_queue", "purge-guard-daily-undelivered")

    assert target["retry_policy"] == {"maximum_event_age_in_seconds": 86_400, "maximum_retry_attempts": 185}
    assert target["dead_letter_config"]["arn"] == f"${{{queue.address}.arn}}"
    assert RULE_ARN in queue["policy"]


def test_the_schedule_and_nothing_else_of_its_kind_may_invoke_the_function(signed: Stack) -> None:
    (permission,) = (
        each for each in signed.of_type("aws_lambda_permission") if each["source_arn"] == RULE_ARN
    )

    assert permission["principal"] == "events.amazonaws.com"
