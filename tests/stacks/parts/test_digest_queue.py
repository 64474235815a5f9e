"""The queue of alerts that wait for a digest: what Lambda does with it, and what becomes of what fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.detection.burst import LONGEST_DELAY_SECONDS
from policies.detection.digest import MOST_ENTRIES

if TYPE_CHECKING:
    from tests.stacks.synthesis import Resource, Stack

QUEUE = "purge-guard-digest"


@pytest.fixture
def queue(hub: Stack) -> Resource:
    return hub.named("aws_sqs_queue", QUEUE)


@pytest.fixture
def mapping(hub: Stack) -> Resource:
    return hub.only("aws_lambda_event_source_mapping")


def test_what_gathers_in_a_minute_is_one_batch_of_the_alert_function(
    hub: Stack, queue: Resource, mapping: Resource
) -> None:
    assert hub.referred(mapping["event_source_arn"]) == queue
    assert hub.referred(mapping["function_name"]) == hub.only("aws_lambda_function")
    assert (mapping["batch_size"], mapping["maximum_batching_window_in_seconds"]) == (MOST_ENTRIES, 60)


def test_a_batch_fits_into_an_invocation(mapping: Resource) -> None:
    # An entry has less than 3,000 bytes even if somebody chose all of it, and most have about 500. What
    # Lambda hands over is 6 MB at most, and it makes batches smaller for that.
    assert mapping["batch_size"] <= 10_000


def test_two_digests_are_made_at_a_time_at_most(mapping: Resource) -> None:
    assert mapping["scaling_config"] == {"maximum_concurrency": 2}


def test_the_function_says_which_messages_have_to_come_again(mapping: Resource) -> None:
    assert mapping["function_response_types"] == ["ReportBatchItemFailures"]


def test_a_batch_is_hidden_for_six_times_as_long_as_the_function_can_take(
    hub: Stack, queue: Resource
) -> None:
    function = hub.only("aws_lambda_function")

    assert queue["visibility_timeout_seconds"] == 6 * function["timeout"] + 60


def test_no_message_is_out_later_than_the_arithmetic_of_the_budget_says(hub: Stack) -> None:
    assert hub.only("aws_lambda_function")["timeout"] <= LONGEST_DELAY_SECONDS


def test_what_cannot_be_told_for_six_hours_goes_where_one_message_rings(hub: Stack, queue: Resource) -> None:
    redrive = json.loads(queue["redrive_policy"])

    assert hub.referred(redrive["deadLetterTargetArn"])["name"] == "purge-guard-alert-failures"
    assert redrive["maxReceiveCount"] == 51
    assert redrive["maxReceiveCount"] * queue["visibility_timeout_seconds"] == pytest.approx(
        6 * 3600, rel=0.02
    )


def test_the_function_may_do_with_it_what_lambda_needs_and_nothing_more(hub: Stack) -> None:
    policy = hub.named("aws_iam_role_policy", "alert").document("policy")
    (gathering,) = (statement for statement in policy if statement["Sid"] == "GatherForDigests")

    assert gathering["Resource"] == [f"arn:aws:sqs:us-east-1:222233334444:{QUEUE}"]
    assert gathering["Action"] == [
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
    ]


def test_nobody_but_the_function_takes_an_alert_out_of_it(queue: Resource) -> None:
    (keeping, refusing, _) = queue.document("policy")

    assert (refusing["Effect"], refusing["Principal"]) == ("Deny", {"AWS": ["*"]})
    assert (refusing["Action"], refusing.get("Condition")) == (["sqs:PurgeQueue"], None)
    assert (keeping["Effect"], keeping["Principal"]) == ("Deny", {"AWS": ["*"]})
    assert keeping["Action"] == ["sqs:DeleteMessage"]
    role = "arn:aws:iam::222233334444:role/purge-guard-alert"
    assert keeping["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}
