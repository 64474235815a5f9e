"""The alarms on our own parts: they ring at once, and whoever is woken knows what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.detection.burst import MOST_MESSAGES, MOST_OF_THE_FUNCTION, SPAN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.synthesis import Resource, Stack, Synthesis

TOPIC = "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"

FAILURES = {
    "DestinationDeliveryFailures",
    "Errors",
    "FailedInvocations",
    "NumberOfNotificationsFailedToRedriveToDlq",
    "NumberOfNotificationsRedrivenToDlq",
    "Throttles",
}
"""Metrics that count, and have no number while there is nothing to count."""

AGES = {"AsyncEventAge": 60_000, "ApproximateAgeOfOldestMessage": 600}
"""The metrics that say how long something waits, in milliseconds and in seconds, and what is too long."""

LENGTH = "ApproximateNumberOfMessagesVisible"

UNREACHABLE_SUBSCRIBER = {"purge-guard-hub-notifications-failed", "purge-guard-hub-notifications-lost"}
"""The alarms that go to the very subscriber that they are about."""

WITHOUT_END = {
    *UNREACHABLE_SUBSCRIBER,
    "purge-guard-hub-function-losing",
    "purge-guard-hub-failed-purge-guard-daily",
}
"""The alarms that do not tell when they are over: what they are about is not mended then."""

DAILY_DIGESTS = 1
"""Messages of the daily schedule in any five minutes."""

ADVICE = re.compile(r"Read the messages|Does the hub's bus exist|is in purge-guard|See the log|Look for ")
"""How a description says what to look at."""


def alarms_of(synthesis: Synthesis) -> Iterator[Resource]:
    """Yield the alarms of all stacks, of which every scenario has some."""
    alarms = [each for stack in synthesis.stacks for each in stack.of_type("aws_cloudwatch_metric_alarm")]
    assert alarms
    yield from alarms


def test_every_alarm_says_what_has_happened_and_what_to_look_at(synthesis: Synthesis) -> None:
    for alarm in alarms_of(synthesis):
        assert len(alarm["alarm_description"]) <= 1024
        assert ADVICE.search(alarm["alarm_description"]), alarm["alarm_description"]


def test_every_metric_is_of_a_known_kind(synthesis: Synthesis) -> None:
    assert {alarm["metric_name"] for alarm in alarms_of(synthesis)} == FAILURES | AGES.keys() | {LENGTH}


def test_a_count_is_summed_and_a_length_or_an_age_is_not(synthesis: Synthesis) -> None:
    # The maximum of Lambda's Errors is 1 however many there are, and SNS and EventBridge report sums.
    for alarm in alarms_of(synthesis):
        counts = alarm["metric_name"] in FAILURES
        assert alarm["statistic"] == ("Sum" if counts else "Maximum"), alarm["alarm_name"]


def test_the_first_failure_rings_the_first_message_and_a_wait(synthesis: Synthesis) -> None:
    for alarm in alarms_of(synthesis):
        assert alarm["comparison_operator"] == "GreaterThanThreshold"
        assert alarm["threshold"] == AGES.get(alarm["metric_name"], 0)


def test_one_bad_minute_rings(synthesis: Synthesis) -> None:
    for alarm in alarms_of(synthesis):
        assert (alarm["period"], alarm["datapoints_to_alarm"]) == (60, 1)


def test_a_minute_without_failures_is_a_good_one_and_one_without_news_of_a_queue_says_nothing(
    synthesis: Synthesis,
) -> None:
    # SQS reports nothing on a queue that was not used for six hours: the messages in it are still unread.
    for alarm in alarms_of(synthesis):
        missing = "ignore" if alarm["namespace"] == "AWS/SQS" else "notBreaching"
        assert alarm["treat_missing_data"] == missing, alarm["alarm_name"]


def test_an_alarm_looks_at_the_last_five_minutes_and_tells_when_it_is_over(hub: Stack) -> None:
    for alarm in hub.of_type("aws_cloudwatch_metric_alarm"):
        if alarm["alarm_name"] not in UNREACHABLE_SUBSCRIBER:
            assert alarm["evaluation_periods"] == 5
        assert alarm["ok_actions"] == ([] if alarm["alarm_name"] in WITHOUT_END else [TOPIC])


def test_alarms_and_alerts_together_stay_within_the_budget_of_messages(synthesis: Synthesis) -> None:
    # An alarm stays for five minutes at least, so that in as many it tells that it rings, or that it is over,
    # or both, and not more often.
    messages = 0
    for alarm in alarms_of(synthesis):
        assert alarm["evaluation_periods"] * alarm["period"] >= SPAN_SECONDS
        assert set(alarm["ok_actions"]) <= set(alarm["alarm_actions"])
        messages += len(alarm["alarm_actions"]) * (2 if alarm["ok_actions"] else 1)

    assert messages
    assert MOST_OF_THE_FUNCTION + DAILY_DIGESTS + messages <= MOST_MESSAGES


def test_an_alarm_on_a_subscriber_does_not_keep_itself_ringing(hub: Stack) -> None:
    # What the alarm says fails to reach that subscriber too. Were it over after a minute, and told so, that
    # would be the next failure: it would ring all night. So it stays for an hour, and ends in silence.
    for name in UNREACHABLE_SUBSCRIBER:
        alarm = hub.named("aws_cloudwatch_metric_alarm", name)
        assert alarm["evaluation_periods"] == 60
        assert alarm["ok_actions"] == []


def test_the_hubs_alarms_tell_the_topic_past_the_function_that_they_watch(hub: Stack) -> None:
    alarms = hub.of_type("aws_cloudwatch_metric_alarm")

    assert len(alarms) == 12
    for alarm in alarms:
        assert alarm["alarm_actions"] == [TOPIC]


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
        ("AWS/SNS", "NumberOfNotificationsRedrivenToDlq", "purge-guard-alerts"),
        ("AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq", "purge-guard-alerts"),
        ("AWS/Events", "FailedInvocations", "purge-guard-hub", "purge-guard-hub-purges"),
        ("AWS/Events", "FailedInvocations", "purge-guard-hub", "purge-guard-hub-alarms"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "purge-guard-digest"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-alert-failures"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-alerts-undelivered"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "purge-guard-hub-undelivered"),
    }
