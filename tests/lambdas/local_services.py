"""The function's surroundings on moto: a topic with a queue that listens to it, and a ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.alert.channels.topic import TopicChannel
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.handler import process
from lambdas.alert.investigation import Investigation
from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import Services
from policies.detection.alert import NOTHING_KNOWN
from policies.naming import LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from policies.detection.estate import Estate

REGION = "us-east-1"
TABLE = "purge-guard-ledger"
TIMEOUT_SECONDS = 60.0
ACCOUNT = "123456789012"  # moto's own

# What fails here fails on purpose: trying again would only wait.
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@dataclass
class Clock:
    """A clock that only moves when somebody sleeps, or is told to."""

    seconds: float = 1_768_471_200.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class LocalServices:
    """Everything that the function touches, on moto."""

    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.sns = boto3.client("sns", region_name=REGION, config=ONE_ATTEMPT)
        self.sqs: Any = boto3.client("sqs", region_name=REGION)
        self.dynamodb = boto3.client("dynamodb", region_name=REGION, config=ONE_ATTEMPT)
        self.topic_arn = self.sns.create_topic(Name="purge-guard-alerts")["TopicArn"]
        self._queue_url = self.sqs.create_queue(QueueName="security-team")["QueueUrl"]
        queue_arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:security-team"
        self.sns.subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=queue_arn)
        self._create_table()

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.dynamodb, TABLE, days=90, now=self.clock.now, sleep=self.clock.sleep)

    @property
    def services(self) -> Services:
        return self.services_with()

    def services_with(
        self, *, sns: object = None, ledger: Ledger | None = None, estate: Estate = NOTHING_KNOWN
    ) -> Services:
        """Return the function's services, some of them others than usual."""
        topic = TopicChannel(sns or self.sns, self.topic_arn, estate, is_ocsf=False, now=self.time)
        return Services(
            ledger=ledger or self.ledger,
            estate=estate,
            runbook_url="",
            channels=lambda: (topic,),
            investigation=lambda: Investigation(estate),
            exception_records=lambda: ExceptionRecords(self.dynamodb, TABLE, days=90, now=self.time),
        )

    def time(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def deliver(self, event: object) -> list[dict[str, object]]:
        """Hand an event to the function, as Lambda does."""
        return process(event, self.services, lambda: TIMEOUT_SECONDS)

    def received(self) -> list[dict[str, Any]]:
        """Return the alerts that have reached the subscriber since the last time, as JSON documents."""
        documents = []
        while messages := self._receive():
            for message in messages:
                documents.append(json.loads(json.loads(message["Body"])["Message"]))
                self.sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        return documents

    def raw_messages(self) -> list[dict[str, Any]]:
        """Return the next messages that have reached the subscriber, with all that SNS says around them."""
        return self._receive()

    def forget(self) -> None:
        """Empty the ledger, so that the next event is a new one."""
        self.dynamodb.delete_table(TableName=TABLE)
        self._create_table()

    def item(self, key: str) -> dict[str, Any]:
        """Return what the ledger holds under a key."""
        answer = self.dynamodb.get_item(TableName=TABLE, Key={LEDGER_KEY_ATTRIBUTE: {"S": key}})
        item: dict[str, Any] = answer["Item"]
        return item

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self._queue_url, MaxNumberOfMessages=10)
        return list(answer.get("Messages", []))

    def _create_table(self) -> None:
        self.dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": LEDGER_KEY_ATTRIBUTE, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": LEDGER_KEY_ATTRIBUTE, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
