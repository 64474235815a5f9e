"""A thousand purges in a minute, on the table, the topic and the digest queue that are deployed.

moto invokes no functions: the simulation around this one does, on its own clock. And moto copies the whole
table for each transaction, which is why ten thousand are left to `tests/lambdas/test_ten_thousand_purges.py`.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from policies import naming
from policies.detection.burst import MOST_MESSAGES, SPAN_SECONDS
from policies.detection.digest import MOST_ENTRIES
from tests.deploy.moto_server import ACCOUNT, REGION
from tests.lambdas.burst_simulation import (
    Account,
    Record,
    Simulation,
    Unreliable,
    WaitingMessages,
    arrivals,
    request_id,
)
from tests.lambdas.local_services import Clock
from tests.policies.detection.test_burst import most_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.moto_server import MotoServer
    from tests.deploy.terraform import Deployed

HERE = naming.Place(ACCOUNT, REGION)
ALERTS = HERE.arn("sns", naming.ALERT_TOPIC)
PURGES = 1_000
MOST_RECEIVED = 10


class DeployedQueue(WaitingMessages):
    """The deployed queue, read as Lambda's pollers read it: ten messages at a time, as they come."""

    def __init__(self, sqs: Any, url: str) -> None:  # noqa: ANN401 - boto3 has no types
        super().__init__()
        self._sqs = sqs
        self._url = url
        self._unread = 0

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, str]:  # noqa: N803 - boto3's names
        answer: dict[str, str] = self._sqs.send_message(QueueUrl=QueueUrl, MessageBody=MessageBody)
        self._unread += 1
        if self._unread >= MOST_RECEIVED:
            self._read()
        return answer

    def take(self) -> list[Record]:
        while self._unread and len(self.records) < MOST_ENTRIES:
            self._read()
        return super().take()

    def gather(self) -> list[Record]:
        if self._unread and not self.records:
            self._read()
        return self.records

    def _read(self) -> None:
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=MOST_RECEIVED)
        for message in answer.get("Messages", []):
            self._unread -= 1
            self.records.append({"messageId": message["MessageId"], "body": message["Body"], "receives": 0})
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture
def inbox(aws: MotoServer, deployed: Deployed) -> Iterator[str]:  # noqa: ARG001 - it is its topic
    """The URL of a queue that listens to the topic for a while."""
    sns = aws.client("sns")
    url: str = aws.client("sqs").create_queue(QueueName="bursts")["QueueUrl"]
    endpoint = HERE.arn("sqs", "bursts")
    subscription = sns.subscribe(TopicArn=ALERTS, Protocol="sqs", Endpoint=endpoint)
    yield url
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def documents_in(aws: MotoServer, url: str) -> Iterator[dict[str, Any]]:
    sqs = aws.client("sqs")
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            yield json.loads(json.loads(message["Body"])["Message"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_all_of_them_are_accounted_for_in_a_hundred_messages(aws: MotoServer, inbox: str) -> None:
    chance = random.Random(4711)  # noqa: S311 - luck, and the same each time
    clock, left_at = Clock(), list[float]()
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=naming.DIGEST_QUEUE)["QueueUrl"]
    simulation = Simulation.of(
        clock,
        dynamodb=aws.client("dynamodb"),
        sns=Unreliable(
            aws.client("sns"), chance, refusals=0.05, after=False, told=lambda _: left_at.append(clock.now())
        ),
        topic_arn=ALERTS,
        waiting=DeployedQueue(sqs, url),
        queue_url=url,
    )

    simulation.deliver(arrivals(PURGES, chance, clock.now()))

    documents = list(documents_in(aws, inbox))
    account = Account.of(documents)
    assert account.told == {request_id(number): 1 for number in range(PURGES)}
    assert account.counted == PURGES
    assert 0 < Counter(document["kind"] for document in documents)["digest"] < 5
    assert most_within(SPAN_SECONDS, left_at) <= MOST_MESSAGES
