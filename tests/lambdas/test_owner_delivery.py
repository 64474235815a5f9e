"""Owners and the security team on one topic of moto, which applies the filters of subscriptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.alert.channels.topic import TopicChannel
from policies.detection.alert import alerts_in, with_triage
from policies.detection.estate import Estate, KnownAccount
from policies.detection.owner import OWNER
from policies.detection.triage.evidence import Evidence, Triage
from tests.events import event_named
from tests.lambdas.local_services import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.lambdas.local_services import LocalServices

ESTATE = Estate({"111122223333": KnownAccount("shop", owner="payments")}, owners=("payments", "orders"))


def subscribed(local: LocalServices, owner: str) -> str:
    """Subscribe a queue as the stack does it for an owner, and return its URL."""
    url = str(local.sqs.create_queue(QueueName=owner)["QueueUrl"])
    local.sns.subscribe(
        TopicArn=local.topic_arn,
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{owner}",
        Attributes={"FilterPolicy": json.dumps({OWNER: [owner]})},
    )
    return url


def received(local: LocalServices, url: str) -> list[dict[str, Any]]:
    messages = local.sqs.receive_message(QueueUrl=url).get("Messages", [])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in messages]


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        (None, {"payments": 1, "orders": 0}),
        ("orders", {"payments": 1, "orders": 1}),
        ("attacker@example.com", {"payments": 1, "orders": 0}),
    ],
)
def test_owners_get_what_is_theirs_and_the_security_team_everything(
    local: LocalServices, tag: str | None, told: dict[str, int]
) -> None:
    queues = {owner: subscribed(local, owner) for owner in ESTATE.owners}
    triage = Triage(evidence=Evidence(queue_owner=tag))
    (alert,) = alerts_in(event_named("purged-by-role-session"))

    TopicChannel(local.sns, local.topic_arn, ESTATE, is_ocsf=False, now=local.time).send(
        with_triage(alert, triage, None, ESTATE)
    )

    assert len(local.received()) == 1
    assert {owner: len(received(local, url)) for owner, url in queues.items()} == told


def test_owners_get_nothing_that_is_about_no_queue(local: LocalServices) -> None:
    url = subscribed(local, "payments")
    channel = TopicChannel(local.sns, local.topic_arn, ESTATE, is_ocsf=False, now=local.time)

    channel.send(alerts_in(None)[0])

    assert len(local.received()) == 1
    assert received(local, url) == []
