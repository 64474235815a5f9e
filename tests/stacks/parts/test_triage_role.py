"""The triage role: it reads, and the alert function of the hub alone can assume it, as far as AWS decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policies.evaluation import (
    Account,
    Answer,
    Organization,
    Policy,
    PolicyKind,
    Principal,
    Resource,
    decide,
    read_document,
)
from policies.triage_role import HISTORY_READS, IDENTITY_READS, METRIC_READS, QUEUE_READS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Stack, Synthesis

OURS, HUB, OUTSIDE, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ROLE = "role/purge-guard-triage"
ANYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}

RESOURCES = {
    **dict.fromkeys(QUEUE_READS, f"arn:aws:sqs:us-east-1:{OURS}:orders"),
    **dict.fromkeys(METRIC_READS, f"arn:aws:cloudwatch:us-east-1:{OURS}:*"),
    **dict.fromkeys(HISTORY_READS, f"arn:aws:cloudtrail:us-east-1:{OURS}:*"),
    **dict.fromkeys(IDENTITY_READS, f"arn:aws:iam::{OURS}:role/ops/queue-drainer"),
}
"""Everything that the role may do, and something that it may do it with."""


def policy(kind: PolicyKind, document: dict[str, Any]) -> Policy:
    return Policy(kind, kind.value, read_document(json.dumps(document)))


FULL_ACCESS = policy(PolicyKind.SCP, ANYTHING)


class World:
    """The accounts, under the organization's own policies where there are any."""

    def __init__(self, synthesis: Synthesis) -> None:
        self._synthesis = synthesis
        self._layers: dict[str, list[Policy]] = {"SERVICE_CONTROL_POLICY": [], "RESOURCE_CONTROL_POLICY": []}
        kinds = {"SERVICE_CONTROL_POLICY": PolicyKind.SCP, "RESOURCE_CONTROL_POLICY": PolicyKind.RCP}
        for stack in synthesis.stacks:
            for deployed in stack.of_type("aws_organizations_policy"):
                layer = self._layers[deployed["type"]]
                layer.append(policy(kinds[deployed["type"]], json.loads(deployed["content"])))

    def account(self, account: str) -> Account:
        if account == OUTSIDE:
            return Account(OUTSIDE)
        return Account(
            account,
            organization=Organization("o-exampleorgid", MANAGEMENT),
            scps=((FULL_ACCESS, *self._layers["SERVICE_CONTROL_POLICY"]),),
            rcps=(tuple(self._layers["RESOURCE_CONTROL_POLICY"]),),
        )

    def session(self, account: str, role: str, stack: Stack | None) -> Principal:
        """Return a session of a role with what its stack lets it do, or with everything."""
        documents = [ANYTHING]
        if stack:
            deployed = [item for item in stack.of_type("aws_iam_role") if item["name"] == role]
            documents = [
                json.loads(item["policy"])
                for item in stack.of_type("aws_iam_role_policy")
                if stack.referred(item["role"]) == deployed[0]
            ]
        identity = tuple(policy(PolicyKind.IDENTITY, document) for document in documents)
        return Principal.role(f"arn:aws:iam::{account}:role/{role}", self.account(account), identity=identity)

    def triage_role(self, account: str = OURS) -> Resource:
        """Return the role as something that can be assumed; in every account it admits the same."""
        deployed = self._synthesis.account("production").named("aws_iam_role", "purge-guard-triage")
        trust = policy(PolicyKind.QUEUE, json.loads(deployed["assume_role_policy"]))
        return Resource(f"arn:aws:iam::{account}:{ROLE}", self.account(account), trust)


@pytest.fixture(params=["organization", "prevention"])
def world(request: pytest.FixtureRequest, synthesized: Callable[[str], Synthesis]) -> World:
    return World(synthesized(request.param))


def answer(principal: Principal, resource: Resource, action: str) -> Answer:
    return decide(principal, resource, action).answer


def test_the_alert_function_can_assume_it_in_an_account_of_the_organization(
    world: World, synthesized: Callable[[str], Synthesis]
) -> None:
    function = world.session(HUB, "purge-guard-alert", synthesized("organization").hub)

    assert answer(function, world.triage_role(), "sts:AssumeRole") is Answer.YES
    assert answer(function, world.triage_role(HUB), "sts:AssumeRole") is Answer.YES


def test_the_alert_function_cannot_assume_one_that_an_outsider_made(
    world: World, synthesized: Callable[[str], Synthesis]
) -> None:
    function = world.session(HUB, "purge-guard-alert", synthesized("organization").hub)

    assert answer(function, world.triage_role(OUTSIDE), "sts:AssumeRole") is Answer.NO


def test_without_an_organization_it_is_assumed_in_the_listed_accounts_only(
    world: World, synthesized: Callable[[str], Synthesis]
) -> None:
    function = world.session(HUB, "purge-guard-alert", synthesized("listed-accounts").hub)

    assert answer(function, world.triage_role(OURS), "sts:AssumeRole") is Answer.YES
    assert answer(function, world.triage_role(OUTSIDE), "sts:AssumeRole") is Answer.NO


@pytest.mark.parametrize(
    ("account", "role"),
    [
        (HUB, "administrator"),
        (HUB, "ops/purge-guard-alert"),
        (OUTSIDE, "purge-guard-alert"),
    ],
    ids=["hub's administrator", "the name under a path", "outsider of that name"],
)
def test_nobody_else_can_assume_it(world: World, account: str, role: str) -> None:
    principal = world.session(account, role, stack=None)

    assert answer(principal, world.triage_role(), "sts:AssumeRole") is Answer.NO


@pytest.mark.parametrize("action", RESOURCES)
def test_it_can_read_under_whatever_purge_guard_denies(
    world: World, synthesized: Callable[[str], Synthesis], action: str
) -> None:
    triage = world.session(OURS, "purge-guard-triage", synthesized("prevention").account("production"))
    account = world.account(OURS)

    assert answer(triage, Resource(RESOURCES[action], account), action) is Answer.YES


@pytest.mark.parametrize(
    "action",
    [
        "sqs:ReceiveMessage",
        "sqs:PurgeQueue",
        "sqs:SetQueueAttributes",
        "sqs:ListQueues",
        "iam:CreateAccessKey",
        "iam:GetRolePolicy",
        "cloudtrail:StopLogging",
        "cloudwatch:PutMetricAlarm",
        "sts:AssumeRole",
    ],
)
def test_it_can_neither_change_anything_nor_read_messages(
    world: World, synthesized: Callable[[str], Synthesis], action: str
) -> None:
    triage = world.session(OURS, "purge-guard-triage", synthesized("prevention").account("production"))
    account = world.account(OURS)
    queue, role = RESOURCES["sqs:ListQueueTags"], RESOURCES["iam:ListAccessKeys"]

    assert answer(triage, Resource(queue, account), action) is Answer.NO
    assert answer(triage, Resource(role, account), action) is Answer.NO


def test_it_reads_its_own_account_only(world: World, synthesized: Callable[[str], Synthesis]) -> None:
    triage = world.session(OURS, "purge-guard-triage", synthesized("prevention").account("production"))
    queue = Resource(f"arn:aws:sqs:us-east-1:{HUB}:orders", world.account(HUB))

    assert answer(triage, queue, "sqs:ListQueueTags") is Answer.NO
