"""What happens when somebody else writes the policy at the same moment, or SQS is slow to show ours.

The other writer's calls are real ones, made right before or after ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from policies.document import Statement
from purge_guard.protection.queue import CONFIRMATION_WAITS_SECONDS, ConfirmationError, QueuePolicy
from tests.purge_guard.on_moto import IRELAND, MotoAccounts, policy

if TYPE_CHECKING:
    from collections.abc import Callable

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"
OWN = {"Sid": "Own", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE}
FOREIGN = OWN | {"Sid": "Foreign"}
OURS = (Statement("PurgeGuardDenyPurge", ("sqs:PurgeQueue",), (QUEUE,), effect="Deny", principals="*"),)
MERGED = policy(OWN, OURS[0].to_dict())

READ, WRITE = "GetQueueAttributes", "SetQueueAttributes"


@dataclass
class Race:
    """A queue whose policy we change while somebody else is at it."""

    ours: QueuePolicy
    other: Any
    url: str

    def set(self, text: str) -> None:
        self.other.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": text})

    @property
    def policy(self) -> str:
        answer = self.other.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        return str(answer["Attributes"]["Policy"])

    @property
    def sids(self) -> list[str]:
        return [statement["Sid"] for statement in json.loads(self.policy)["Statement"]]

    def on(self, moment: str, call: str, *acts: Callable[[], None]) -> None:
        """Do something before or after a call of ours: the first act with the first call, and so on."""
        left = list(acts)

        def hook(**_: object) -> None:
            if left:
                left.pop(0)()

        self.ours.sqs.meta.events.register(f"{moment}-call.sqs.{call}", hook)


@pytest.fixture
def race(moto: MotoAccounts, monkeypatch: pytest.MonkeyPatch) -> Race:
    monkeypatch.setattr("purge_guard.protection.queue.CONFIRMATION_WAITS_SECONDS", (0, 0, 0))
    url = moto.queue(Policy=policy(OWN))
    return Race(QueuePolicy(boto3.client("sqs", region_name=IRELAND), "orders"), moto.client("sqs"), url)


def test_what_is_written_before_we_read_is_kept(race: Race) -> None:
    race.on("before", READ, lambda: race.set(policy(OWN, FOREIGN)))
    race.ours.change(OURS)
    assert race.sids == ["Own", "Foreign", "PurgeGuardDenyPurge"]


def test_a_change_that_was_overwritten_is_told_where_it_was_seen(race: Race) -> None:
    """SQS answers from several places, so that the other's policy can be seen after ours was written."""
    race.on("after", WRITE, lambda: race.set(policy(OWN, FOREIGN)))
    race.on("before", READ, nothing, nothing, lambda: race.set(MERGED))
    with pytest.raises(
        ConfirmationError, match="somebody else changed the policy at the same moment, and that"
    ):
        race.ours.change(OURS)
    assert race.sids == ["Own", "PurgeGuardDenyPurge"]


def nothing() -> None:
    """Let a call pass."""


def test_whoever_writes_after_us_and_keeps_ours_is_no_matter(race: Race) -> None:
    race.on("after", WRITE, lambda: race.set(policy(FOREIGN, OURS[0].to_dict())))
    race.ours.change(OURS)
    assert race.sids == ["Foreign", "PurgeGuardDenyPurge"]


def test_whoever_writes_after_us_and_drops_ours_is_told(race: Race) -> None:
    race.on("after", WRITE, lambda: race.set(policy(OWN, FOREIGN)))
    with pytest.raises(ConfirmationError, match="somebody else's policy stands there now: run this again"):
        race.ours.change(OURS)


def test_a_change_that_is_seen_late_is_waited_for(race: Race) -> None:
    late = [nothing, lambda: race.set(policy(OWN)), lambda: race.set(MERGED)]
    race.on("before", READ, *late)
    race.ours.change(OURS)
    assert race.sids == ["Own", "PurgeGuardDenyPurge"]


def test_a_change_that_is_never_seen_is_told(race: Race) -> None:
    race.on("after", WRITE, lambda: race.set(policy(OWN)))
    with pytest.raises(ConfirmationError, match="SQS still shows the former policy"):
        race.ours.change(OURS)


def test_what_needs_no_change_is_not_written(race: Race) -> None:
    race.set(MERGED)
    race.on("before", WRITE, lambda: pytest.fail("written"))
    assert not race.ours.change(OURS).is_needed


def test_a_plan_writes_nothing(race: Race) -> None:
    assert race.ours.planned(OURS).is_needed
    assert race.policy == policy(OWN)


def test_it_is_waited_longer_than_sqs_takes() -> None:
    assert 60 < sum(CONFIRMATION_WAITS_SECONDS) <= 120
