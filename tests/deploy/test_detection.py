"""Events are put on a bus and reach the queues of the deployed rules that match them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.alert.channels.topic import TopicChannel
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.handler import process
from lambdas.alert.investigation import Investigation
from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import Services
from policies import naming
from policies.detection.account_alarm import ACCOUNT_ALARMS
from policies.detection.alert import NOTHING_KNOWN
from policies.detection.pattern import matches
from policies.detection.rules import HUB_EVENT_PATTERN, RULES
from tests.deploy.moto_server import ACCOUNT, REGION
from tests.events import PatternRow, pattern_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.moto_server import MotoServer
    from tests.deploy.terraform import Deployed

HERE = naming.Place(ACCOUNT, REGION)
ALERTS = HERE.arn("sns", naming.ALERT_TOPIC)

Probes = dict[str, str]

HUB_RULES = (naming.HUB_PURGE_RULE, naming.HUB_ALARM_RULE)
RULE_NAMES = {rule.id: naming.event_rule(rule.id) for rule in RULES}


@pytest.fixture(scope="module")
def hub_without_function(aws: MotoServer, deployed: Deployed) -> Iterator[None]:  # noqa: ARG001 - it is its hub
    """The hub's rules without their function for a while, since moto cannot invoke one."""
    events = aws.client("events")
    rules = [{"Rule": rule, "EventBusName": naming.HUB_BUS} for rule in HUB_RULES]
    targets = [events.list_targets_by_rule(**rule)["Targets"] for rule in rules]
    for rule, removed in zip(rules, targets, strict=True):
        events.remove_targets(**rule, Ids=[target["Id"] for target in removed])
    yield
    for rule, removed in zip(rules, targets, strict=True):
        events.put_targets(**rule, Targets=removed)


@pytest.fixture(scope="module")
def probes(aws: MotoServer, hub_without_function: None) -> Probes:  # noqa: ARG001 - what is probed has to be there
    """A queue as one more target of each deployed rule, by the rule's name."""
    sqs, events = aws.client("sqs"), aws.client("events")
    buses = dict.fromkeys(RULE_NAMES.values(), "default") | dict.fromkeys(HUB_RULES, naming.HUB_BUS)
    queues = {}
    for rule, bus in buses.items():
        queues[rule] = sqs.create_queue(QueueName=f"probe-{rule}")["QueueUrl"]
        target = {"Id": "probe", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:probe-{rule}"}
        events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])
    return queues


@pytest.fixture(scope="module")
def function(aws: MotoServer, deployed: Deployed) -> Services:  # noqa: ARG001 - it is its topic and its ledger
    """What the deployed function works with."""
    ledger = Ledger(aws.client("dynamodb"), naming.LEDGER_TABLE, 90, now=time.time, sleep=time.sleep)
    topic = TopicChannel(aws.client("sns"), ALERTS, NOTHING_KNOWN, is_ocsf=False, now=now)
    return Services(
        ledger,
        NOTHING_KNOWN,
        runbook_url="",
        channels=lambda: (topic,),
        investigation=lambda: Investigation(NOTHING_KNOWN),
        exception_records=lambda: ExceptionRecords(aws.client("dynamodb"), naming.LEDGER_TABLE, 90, now),
    )


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def subscriber(aws: MotoServer, function: Services) -> Iterator[str]:  # noqa: ARG001 - it is its topic
    """The URL of a queue that listens to the topic for a while."""
    sns = aws.client("sns")
    url: str = aws.client("sqs").create_queue(QueueName="subscriber")["QueueUrl"]
    subscription = sns.subscribe(TopicArn=ALERTS, Protocol="sqs", Endpoint=HERE.arn("sqs", "subscriber"))
    yield url
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def put(aws: MotoServer, event: dict[str, Any], bus: str = "default") -> None:
    entry = {
        "EventBusName": bus,
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def arrived_in(aws: MotoServer, queue_url: str) -> list[Any]:
    """What lies in a queue, which is empty afterwards."""
    sqs = aws.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def test_the_table_shows_every_kind_of_event() -> None:
    assert len(pattern_table()) >= 20
    assert {row.rules for row in pattern_table()} >= {frozenset(), *(frozenset({rule.id}) for rule in RULES)}


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_an_event_reaches_the_rules_that_the_table_says(
    aws: MotoServer, probes: Probes, row: PatternRow
) -> None:
    put(aws, row.event)

    arrived = {rule_id for rule_id, name in RULE_NAMES.items() if arrived_in(aws, probes[name])}
    assert arrived == row.rules
    # One delivery for each rule that forwards it: the hub merges them.
    assert len(arrived_in(aws, probes[naming.HUB_PURGE_RULE])) == len(row.rules)


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_the_rules_in_process_agree_with_the_table(row: PatternRow) -> None:
    assert {rule.id for rule in RULES if matches(rule.event_pattern, row.event)} == row.rules
    if row.rules:
        assert matches(HUB_EVENT_PATTERN, row.event)


def alarm_change(name: str) -> dict[str, Any]:
    """The event that CloudWatch sends when an alarm rings."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "detail": {
            "alarmName": name,
            "state": {"value": "ALARM", "reason": "Threshold Crossed: 1 datapoint was greater than 0"},
            "previousState": {"value": "OK"},
        },
    }


@pytest.mark.parametrize("name", ACCOUNT_ALARMS)
def test_an_accounts_alarm_that_reaches_the_hub_is_told_in_our_words(
    aws: MotoServer, probes: Probes, function: Services, subscriber: str, name: str
) -> None:
    # The example's one account is the hub's, and tells the topic itself; another's alarms come over the bus.
    put(aws, alarm_change(name), bus=naming.HUB_BUS)

    (event,) = arrived_in(aws, probes[naming.HUB_ALARM_RULE])
    assert arrived_in(aws, probes[naming.HUB_PURGE_RULE]) == []
    (done,) = process(event, function, seconds_left=lambda: 60.0)
    assert (done["decision"], done["unconfirmed"]) == ("sent", None)
    (envelope,) = arrived_in(aws, subscriber)
    alert = json.loads(envelope["Message"])
    assert (alert["kind"], alert["severity"], alert["alarm"]["name"]) == ("alarm", "high", name)
    assert alert["summary"] == ACCOUNT_ALARMS[name].meaning


@pytest.mark.parametrize("name", ["purge-guard-account-x", "purge-guard-hub-undelivered", "orders-too-old"])
def test_no_other_alarm_gets_past_the_hubs_bus(aws: MotoServer, probes: Probes, name: str) -> None:
    put(aws, alarm_change(name), bus=naming.HUB_BUS)

    assert arrived_in(aws, probes[naming.HUB_ALARM_RULE]) == []
