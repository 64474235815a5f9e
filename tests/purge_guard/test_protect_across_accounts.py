"""Queues of another account, on a local AWS that asks IAM and the queue's policy before every call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.demo.actions import ALLOW_SQS, HUB, IRELAND, MEMBER

if TYPE_CHECKING:
    from tests.purge_guard.local_accounts import Operator

ORDERS = f"arn:aws:sqs:{IRELAND}:{MEMBER}:orders"
READER = f"arn:aws:iam::{MEMBER}:role/ops/reader"
APPLY = ("protect", "--apply", "--role-name", "ops/reader")


def inventory(deployer: str) -> str:
    return f"""
version: 1
hub: {{account: "{HUB}", region: {IRELAND}}}
alerts: {{subscriptions: [{{protocol: email, endpoint: security@example.com}}]}}
prevention:
  deny: [purge, purge-equivalents]
  break_glass: {{principals: ["arn:aws:iam::{MEMBER}:user/alice"]}}
  deployer_roles: ["{deployer}", "arn:aws:iam::{HUB}:role/deployer"]
accounts:
  - id: "{MEMBER}"
    name: production
    regions: [{IRELAND}]
    trail: {{mode: create}}
    prevention: {{queues: ["{ORDERS}"]}}
"""


def sids(operator: Operator, url: str) -> list[str]:
    answer = operator.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
    policy = answer.get("Attributes", {}).get("Policy")
    return [statement["Sid"] for statement in json.loads(policy)["Statement"]] if policy else []


@pytest.fixture
def orders(operator: Operator) -> str:
    operator.let_in(MEMBER, ALLOW_SQS)
    return operator.queue()


def test_a_deployer_protects_changes_nothing_twice_and_takes_it_out_again(
    operator: Operator, orders: str
) -> None:
    own = inventory(READER)
    assert operator.run(*APPLY, inventory=own).exit_code == 0
    assert "PurgeGuardDenyPurge" in sids(operator, orders)
    assert operator.run(*APPLY, inventory=own).stdout == f"{ORDERS}: nothing to do\n"
    assert operator.run(*APPLY, "--remove", inventory=own).exit_code == 0
    assert sids(operator, orders) == []


def test_whoever_is_no_deployer_cannot_take_it_out_again(operator: Operator, orders: str) -> None:
    others = inventory(f"arn:aws:iam::{MEMBER}:role/deployer")
    assert operator.run(*APPLY, inventory=others).exit_code == 0
    result = operator.run(*APPLY, "--remove", inventory=others)
    assert result.exit_code == 3
    assert f"failed: {ORDERS}: AccessDenied" in result.stderr
    assert "PurgeGuardDenyPurge" in sids(operator, orders)
