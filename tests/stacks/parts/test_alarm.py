"""The alarms on our own parts: they ring at once, and whoever is woken knows what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stacks.synthesis import Stack, Synthesis

TOPIC = "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"

ADVICE = re.compile(r"Read the messages|Does the bus exist|is in purge-guard|See the ")
"""How a description says what to look at."""


def test_every_alarm_says_what_has_happened_and_what_to_look_at(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm"):
            assert len(alarm["alarm_description"]) <= 1024
            assert ADVICE.search(alarm["alarm_description"]), alarm["alarm_description"]


def test_an_alarm_rings_within_a_minute_and_is_quiet_while_nothing_happens(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm"):
            assert (alarm["period"], alarm["evaluation_periods"]) == (60, 1)
            assert alarm["comparison_operator"] == "GreaterThanThreshold"
            assert alarm["treat_missing_data"] == "notBreaching"


def test_the_hubs_alarms_tell_the_topic_past_the_function_that_they_watch(hub: Stack) -> None:
    alarms = hub.of_type("aws_cloudwatch_metric_alarm")

    assert len(alarms) == 10
    for alarm in alarms:
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [TOPIC]


def test_everything_in_the_hub_that_can_lose_an_alert_is_watched(hub: Stack) -> None:
    watched = {
        (alarm["namespace"], alarm["metric_name"], *alarm["dimensions"].values())
        for alarm in hub.of_type("aws_cloudwatch_metric_alarm")
    }

    assert watched == {
        ("AWS/Lambda", "Errors", "purge-guard-alert"),
        ("AWS/Lambda", "Throttles", "purge-guard-alert"),
        ("AWS/Lambda", "AsyncEventAge", "purge-guard-alert"),
        ("AWS/Lambda", "DestinationDeliveryFailures", "purge-guard-alert"),
        ("AWS/SNS", "NumberOfNotificationsFailed", "purge-guard-alerts"),
        ("AWS/Events", "FailedInvocations", "purge-guard-hub", "purge-guard-hub-purges"),
        ("AWS/Events", "FailedInvocations", "purge-guard-hub", "purge-guard-hub-alarms"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-alert-failures"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-alerts-undelivered"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-hub-undelivered"),
    }


def test_a_count_is_summed_and_a_length_or_an_age_is_not(synthesis: Synthesis) -> None:
    lengths_and_ages = {"ApproximateNumberOfMessagesVisible", "AsyncEventAge"}
    for stack in synthesis.stacks:
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm"):
            if alarm["metric_name"] in lengths_and_ages:
                assert alarm["statistic"] == "Maximum"
