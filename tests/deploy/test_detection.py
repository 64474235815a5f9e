"""Events are put on the default bus and reach the queues of the deployed rules that match them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policies import naming
from policies.detection.pattern import matches
from policies.detection.rule import HUB_EVENT_PATTERN, RULES
from tests.deploy.moto_server import ACCOUNT, REGION
from tests.events import PatternRow, pattern_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.deploy.moto_server import MotoServer
    from tests.deploy.terraform import Deployed

Probes = dict[str, str]

RULE_NAMES = {rule.id: naming.event_rule(rule.id) for rule in RULES}


@pytest.fixture(scope="module")
def hub_without_function(aws: MotoServer, deployed: Deployed) -> Iterator[None]:  # noqa: ARG001 - it is its hub
    """The hub's rule for purges without its function for a while, since moto cannot invoke one."""
    events = aws.client("events")
    rule = {"Rule": naming.HUB_PURGE_RULE, "EventBusName": naming.HUB_BUS}
    targets = events.list_targets_by_rule(**rule)["Targets"]
    events.remove_targets(**rule, Ids=[target["Id"] for target in targets])
    yield
    events.put_targets(**rule, Targets=targets)


@pytest.fixture(scope="module")
def probes(aws: MotoServer, hub_without_function: None) -> Probes:  # noqa: ARG001 - what is probed has to be there
    """A queue as one more target of each deployed rule, by the rule's name."""
    sqs, events = aws.client("sqs"), aws.client("events")
    buses = dict.fromkeys(RULE_NAMES.values(), "default") | {naming.HUB_PURGE_RULE: naming.HUB_BUS}
    queues = {}
    for rule, bus in buses.items():
        queues[rule] = sqs.create_queue(QueueName=f"probe-{rule}")["QueueUrl"]
        target = {"Id": "probe", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:probe-{rule}"}
        events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])
    return queues


def put(aws: MotoServer, event: dict[str, Any]) -> None:
    entry = {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    assert aws.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def count_arrived(aws: MotoServer, queue_url: str) -> int:
    sqs = aws.client("sqs")
    messages = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)


def test_the_table_shows_every_kind_of_event() -> None:
    assert len(pattern_table()) >= 20
    assert {row.rules for row in pattern_table()} >= {frozenset(), *(frozenset({rule.id}) for rule in RULES)}


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_an_event_reaches_the_rules_that_the_table_says(
    aws: MotoServer, probes: Probes, row: PatternRow
) -> None:
    put(aws, row.event)

    arrived = {rule_id for rule_id, name in RULE_NAMES.items() if count_arrived(aws, probes[name])}
    assert arrived == row.rules
    # One delivery for each rule that forwards it: the hub merges them.
    assert count_arrived(aws, probes[naming.HUB_PURGE_RULE]) == len(row.rules)


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_the_rules_in_process_agree_with_the_table(row: PatternRow) -> None:
    assert {rule.id for rule in RULES if matches(rule.event_pattern, row.event)} == row.rules
    if row.rules:
        assert matches(HUB_EVENT_PATTERN, row.event)
