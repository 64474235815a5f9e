"""Ten thousand purges in a minute: what goes in is what is accounted for, in a hundred messages at most.

DynamoDB is the stand-in that `test_dynamodb_in_memory` holds against moto, SNS and the subscriber are moto's.
`tests/deploy/test_bursts.py` does the same with a thousand, on what is deployed.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from policies.detection.burst import MOST_MESSAGES, SPAN_SECONDS
from tests.lambdas.burst_simulation import (
    Account,
    Simulation,
    Unreliable,
    WaitingMessages,
    arrivals,
    request_id,
)
from tests.lambdas.dynamodb_in_memory import DynamoDbInMemory
from tests.policies.detection.test_burst import most_within

if TYPE_CHECKING:
    from tests.lambdas.local_services import LocalServices

PURGES = 10_000
EVERY_PURGE = frozenset(map(request_id, range(PURGES)))


@pytest.fixture
def chance() -> random.Random:
    return random.Random(4711)  # noqa: S311 - luck, and the same each time


@pytest.fixture
def left_at() -> list[float]:
    """When each message left for its subscribers."""
    return []


def topic(local: LocalServices, chance: random.Random, left_at: list[float], **failures: Any) -> Unreliable:  # noqa: ANN401 - shares
    def note(_: str) -> None:
        # Up to a minute may pass from the admission of a message to the message.
        left_at.append(local.clock.now() + chance.uniform(0, 59))

    return Unreliable(local.sns, chance, told=note, **failures)


def test_all_are_told_exactly_once_whatever_comes_twice_and_is_refused(
    local: LocalServices, chance: random.Random, left_at: list[float]
) -> None:
    simulation = Simulation.of(
        local.clock,
        dynamodb=DynamoDbInMemory(),
        sns=topic(local, chance, left_at, refusals=0.1, after=False),
        topic_arn=local.topic_arn,
        waiting=WaitingMessages(),
    )
    simulation.copies = lambda: chance.random() < 0.01

    simulation.deliver(arrivals(PURGES, chance, local.clock.now()))

    account = Account.of(local.received())
    assert account.told == dict.fromkeys(EVERY_PURGE, 1)
    assert account.counted == PURGES
    assert simulation.given_up == []
    assert most_within(SPAN_SECONDS, left_at) <= MOST_MESSAGES


def test_all_are_told_though_processes_die_and_aws_fails_and_what_is_told_twice_says_so(
    local: LocalServices, chance: random.Random, left_at: list[float]
) -> None:
    simulation = Simulation.of(
        local.clock,
        dynamodb=Unreliable(DynamoDbInMemory(), chance, refusals=0.0005, deaths=0.001),
        sns=topic(local, chance, left_at, refusals=0.03, deaths=0.03),
        topic_arn=local.topic_arn,
        waiting=WaitingMessages(),
    )

    simulation.deliver(arrivals(PURGES, chance, local.clock.now()))

    account = Account.of(local.received())
    kept: Any = simulation.given_up
    in_the_failures_queue = {event["detail"]["requestID"] for event in kept}
    assert account.told.keys() | in_the_failures_queue == EVERY_PURGE
    assert len(in_the_failures_queue) < 5
    surplus = account.counted - len(account.told)
    assert 0 < surplus <= account.marked
    assert most_within(SPAN_SECONDS, left_at) <= MOST_MESSAGES


class Refusing(WaitingMessages):
    """A digest queue that takes one message in ten."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, str]:  # noqa: N803 - boto3's names
        if self._chance.random() < 0.9:
            raise EndpointConnectionError(endpoint_url=QueueUrl)
        return super().send_message(QueueUrl=QueueUrl, MessageBody=MessageBody)


def test_a_digest_queue_that_refuses_neither_floods_anybody_nor_loses_anything(
    local: LocalServices, chance: random.Random, left_at: list[float]
) -> None:
    simulation = Simulation.of(
        local.clock,
        dynamodb=DynamoDbInMemory(),
        sns=topic(local, chance, left_at),
        topic_arn=local.topic_arn,
        waiting=Refusing(chance),
    )

    simulation.deliver(arrivals(PURGES, chance, local.clock.now()))

    account = Account.of(local.received())
    kept: Any = simulation.given_up
    in_the_failures_queue = {event["detail"]["requestID"] for event in kept}
    assert in_the_failures_queue
    assert account.told.keys() | in_the_failures_queue == EVERY_PURGE
    assert most_within(SPAN_SECONDS, left_at) <= MOST_MESSAGES
