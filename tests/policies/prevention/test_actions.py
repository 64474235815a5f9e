"""Our lists of actions against AWS's own, as cfn-lint carries them, and against what is deployed."""

from __future__ import annotations

import json
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from policies import naming
from policies.detection.rules import RULES
from policies.naming import Place
from policies.prevention.actions import PURGE, PURGE_EQUIVALENTS, ROLE_CHANGES
from policies.prevention.organization import LEAVING
from policies.prevention.own_resources import BUS_POLICY_CHANGES, tampering_denials
from policies.prevention.scope import Scope
from tests.policies.prevention.documents import documents_of

HERE = Place("111122223333", "us-east-1")
SCOPE = Scope(
    "aws",
    HERE.account,
    frozenset({"purge", "guard-tampering"}),
    (),
    ("arn:aws:iam::111122223333:role/deployer",),
    (),
    HERE.account,
)
EVERY_ACTION = sorted(
    {
        action
        for statements in documents_of("everything").values()
        for statement in statements
        for action in statement["Action"]
        if action != "*"
    }
)

UNLIMITED = {"sqs:ListQueues", *BUS_POLICY_CHANGES, *LEAVING}
"""What AWS cannot limit to a resource, so that our statements about it name all of them."""

DEPLOYED = {
    "bus": HERE.arn("events", f"event-bus/{naming.HUB_BUS}"),
    "rule of the hub": HERE.arn("events", f"rule/{naming.HUB_BUS}/{naming.HUB_PURGE_RULE}"),
    **{rule.id: HERE.arn("events", f"rule/{naming.event_rule(rule.id)}") for rule in RULES},
    "rule of alarms": HERE.arn("events", f"rule/{naming.ALARM_RULE}"),
    "function": HERE.arn("lambda", f"function:{naming.ALERT_FUNCTION}"),
    "daily rule": HERE.arn("events", f"rule/{naming.DAILY_RULE}"),
    "topic for chat": HERE.arn("sns", naming.CHAT_TOPIC),
    "queue of digests": HERE.arn("sqs", naming.DIGEST_QUEUE),
    "daily rule's dead-letter queue": HERE.arn("sqs", naming.DAILY_UNDELIVERED_QUEUE),
    "topic": HERE.arn("sns", naming.ALERT_TOPIC),
    "subscription": HERE.arn("sns", f"{naming.ALERT_TOPIC}:1234abcd-12ab-34cd-56ef-1234567890ab"),
    "ledger": HERE.arn("dynamodb", f"table/{naming.LEDGER_TABLE}"),
    "hub's dead-letter queue": HERE.arn("sqs", naming.HUB_UNDELIVERED_QUEUE),
    "function's dead-letter queue": HERE.arn("sqs", naming.ALERT_FAILURES_QUEUE),
    "topic's dead-letter queue": HERE.arn("sqs", naming.ALERTS_UNDELIVERED_QUEUE),
    "account's dead-letter queue": HERE.arn("sqs", naming.UNDELIVERED_QUEUE),
    "alarm": HERE.arn("cloudwatch", f"alarm:{naming.HUB_ALARM_PREFIX}undelivered"),
    "log": HERE.arn("logs", f"log-group:/aws/lambda/{naming.ALERT_FUNCTION}"),
    "trail": HERE.arn("cloudtrail", f"trail/{naming.TRAIL}"),
    "bucket": f"arn:aws:s3:::{naming.trail_bucket(HERE)}",
    "alias of the topic's key": HERE.arn("kms", naming.ALERT_KEY_ALIAS),
    "alias of the ledger's key": HERE.arn("kms", naming.LEDGER_KEY_ALIAS),
    "alias of the function's key": HERE.arn("kms", naming.FUNCTION_KEY_ALIAS),
    "alias of the trail's key": HERE.arn("kms", naming.TRAIL_KEY_ALIAS),
    "deny policy": HERE.global_arn("iam", f"policy/{naming.DENY_POLICY}-2"),
    "boundary": HERE.global_arn("iam", f"policy/{naming.BOUNDARY_POLICY}"),
}
"""Everything with a name that is deployed, but for roles."""


@cache
def reference() -> dict[str, Any]:
    """The actions of every service, in lower case, and the resources that each is about."""
    text = files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text(encoding="utf-8")
    services: dict[str, Any] = json.loads(text)
    return services


@pytest.mark.parametrize("action", EVERY_ACTION)
def test_an_action_is_one_that_aws_knows(action: str) -> None:
    service, name = action.split(":")
    # PartiQL's own permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
    assert name.lower() in reference()[service]["Actions"]


@pytest.mark.parametrize("action", sorted(set(EVERY_ACTION) - UNLIMITED))
def test_an_action_can_be_limited_to_a_resource(action: str) -> None:
    service, name = action.split(":")
    assert reference()[service]["Actions"][name.lower()]["Resources"]


def test_whatever_changes_a_role_is_denied() -> None:
    about_roles = {
        name for name, about in reference()["iam"]["Actions"].items() if "role" in about.get("Resources", [])
    }
    reading = {name for name in about_roles if name.startswith(("get", "list", "generate", "simulate"))}
    assert {action.removeprefix("iam:").lower() for action in ROLE_CHANGES} == about_roles - reading - {
        "createservicelinkedrole",
        "deleteservicelinkedrole",
    }


def test_every_action_on_a_queue_is_judged() -> None:
    harmless = {
        "changemessagevisibility",
        "createqueue",
        "deletemessage",
        "getqueueattributes",
        "getqueueurl",
        "listdeadlettersourcequeues",
        "listmessagemovetasks",
        "listqueues",
        "listqueuetags",
        "receivemessage",
        "sendmessage",
    }
    denied = {action.removeprefix("sqs:").lower() for action in (*PURGE, *PURGE_EQUIVALENTS)}
    assert set(reference()["sqs"]["Actions"]) == harmless | denied


def test_what_cannot_be_limited_to_a_resource_is_denied_on_all() -> None:
    for statements in documents_of("everything").values():
        for statement in statements:
            if UNLIMITED & set(statement["Action"]):
                assert statement["Resource"] == ["*"]


@pytest.mark.parametrize(("account", "kept"), [(HERE.account, True), ("999988887777", False)])
def test_the_policies_of_buses_and_the_mapping_are_kept_in_the_hub_alone(account: str, kept: bool) -> None:
    sids = [each.sid for each in tampering_denials(replace(SCOPE, account=account), {})]
    assert ({"KeepTheBusPolicy", "KeepTheMappings"} <= set(sids)) is kept
    assert ({"KeepTheBusPolicy", "KeepTheMappings"}.isdisjoint(sids)) is not kept


@pytest.mark.parametrize("arn", DEPLOYED.values(), ids=DEPLOYED)
def test_whatever_is_deployed_is_kept(arn: str) -> None:
    keeping = next(each for each in tampering_denials(SCOPE, {}) if each.sid == "KeepPurgeGuard")
    assert any(fnmatchcase(arn, pattern) for pattern in keeping.resources)
    assert any(action.startswith(f"{arn.split(':')[2]}:") for action in keeping.actions)
