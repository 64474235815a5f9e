"""Whatever could not be delivered lies in an encrypted queue, and somebody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stacks.synthesis import Stack, Synthesis


def test_every_queue_keeps_messages_as_long_as_sqs_can_and_encrypts_them(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for queue in stack.of_type("aws_sqs_queue"):
            assert queue["message_retention_seconds"] == 14 * 86_400
            assert queue["sqs_managed_sse_enabled"] is True


def test_every_queue_refuses_what_is_not_encrypted_in_transit(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for queue in stack.of_type("aws_sqs_queue"):
            refusal = queue.document("policy")[-1]
            assert refusal["Effect"] == "Deny"
            assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            assert refusal["Resource"] == [
                arn for arn in refusal["Resource"] if arn.endswith(f":{queue['name']}")
            ]


def test_one_message_in_any_queue_where_none_belongs_rings(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        alarms = [
            (alarm["dimensions"]["QueueName"], alarm.get("provider"))
            for alarm in stack.of_type("aws_cloudwatch_metric_alarm")
            if alarm["metric_name"] == "ApproximateNumberOfMessagesVisible" and alarm["threshold"] == 0
        ]
        queues = [
            (queue["name"], queue.get("provider"))
            for queue in stack.of_type("aws_sqs_queue")
            if not queue.get("redrive_policy")
        ]
        assert sorted(alarms, key=str) == sorted(queues, key=str)


def test_who_is_woken_reads_once_in_which_queue_to_look_and_for_how_long_it_is_there(
    synthesis: Synthesis,
) -> None:
    for stack in synthesis.stacks:
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm"):
            if queue := alarm["dimensions"].get("QueueName"):
                assert alarm["alarm_description"].count(f"Read the messages in the queue {queue}") == 1
                assert alarm["alarm_description"].endswith("; they expire after 14 days.")


def test_the_queue_that_the_function_sends_to_admits_no_service(hub: Stack) -> None:
    # The function's role is of the same account and says by itself that it may send.
    failures = hub.named("aws_sqs_queue", "purge-guard-alert-failures")

    assert [statement["Effect"] for statement in failures.document("policy")] == ["Deny"]
