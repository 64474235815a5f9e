from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from lambdas.alert.message import sns_message
from policies.detection.alert import alerts_in
from tests.events import event_named
from tests.events.arbitrary import FILLERS, JSON_VALUES, largest_record, mutated_records, on_bus
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_MESSAGE = 262_144
LONGEST_SUBJECT = 100
ATTRIBUTES = {"severity", "outcome", "account", "region", "queue", "rule"}


def message_for(event: object) -> dict[str, Any]:
    return sns_message(alerts_in(event)[0])


def attributes_of(message: dict[str, Any]) -> dict[str, str]:
    return {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}


def size_of(message: dict[str, Any]) -> int:
    attributes = message["MessageAttributes"].items()
    in_attributes = sum(len(name + value["DataType"] + value["StringValue"]) for name, value in attributes)
    return len(message["Message"].encode()) + in_attributes


def assert_obeys_the_limits(message: dict[str, Any]) -> None:
    subject = message["Subject"]
    assert 0 < len(subject) <= LONGEST_SUBJECT
    assert subject.isascii()
    assert subject.isprintable()
    assert subject[0] in string.ascii_letters + string.digits + string.punctuation
    assert size_of(message) <= LARGEST_MESSAGE
    assert attributes_of(message).keys() == ATTRIBUTES
    for value in attributes_of(message).values():
        assert value
        assert value.isascii()
        assert value.isprintable()


def test_people_get_text_and_machines_get_json() -> None:
    bodies = json.loads(message_for(event_named("purged-by-role-session"))["Message"])

    assert bodies["default"].startswith("Somebody emptied an SQS queue.")
    assert bodies.keys() == {"default", "http", "https", "lambda", "sqs"}
    for protocol in ("http", "https", "lambda", "sqs"):
        assert json.loads(bodies[protocol])["outcome"] == "purged"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            event_named("purged-by-role-session"),
            {
                "severity": "medium",
                "outcome": "purged",
                "account": "111122223333",
                "region": "us-east-1",
                "queue": "orders",
                "rule": "sqs-queue-purged",
            },
        ),
        (
            event_named("denied-without-parameters"),
            {
                "severity": "low",
                "outcome": "denied",
                "account": "111122223333",
                "region": "us-east-1",
                "queue": "unknown",
                "rule": "sqs-queue-purge-refused",
            },
        ),
        (
            ALARM_EVENT,
            {
                "severity": "high",
                "outcome": "alarm",
                "account": "111122223333",
                "region": "eu-west-1",
                "queue": "unknown",
                "rule": "alarm",
            },
        ),
        (
            None,
            {
                "severity": "low",
                "outcome": "unknown",
                "account": "unknown",
                "region": "unknown",
                "queue": "unknown",
                "rule": "unrecognized",
            },
        ),
    ],
    ids=["purged", "denied", "alarm", "unrecognized"],
)
def test_subscribers_can_filter_on_every_attribute(event: object, expected: dict[str, str]) -> None:
    assert attributes_of(message_for(event)) == expected


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_the_largest_event_still_fits(filler: str) -> None:
    message = message_for(on_bus(largest_record(filler)))

    assert_obeys_the_limits(message)
    assert json.loads(json.loads(message["Message"])["sqs"])["truncated"] is True


@given(event=mutated_records() | JSON_VALUES | st.builds(on_bus, JSON_VALUES))
def test_every_message_obeys_the_limits_of_sns(event: object) -> None:
    assert_obeys_the_limits(message_for(event))


@pytest.fixture(scope="module")
def sns() -> Iterator[tuple[Any, str]]:
    with mock_aws():
        client = boto3.client("sns", region_name="us-east-1")
        yield client, client.create_topic(Name="alerts")["TopicArn"]


@given(record=mutated_records())
def test_sns_takes_every_message(sns: tuple[Any, str], record: dict[str, object]) -> None:
    client, topic_arn = sns

    assert client.publish(TopicArn=topic_arn, **message_for(record))["MessageId"]
