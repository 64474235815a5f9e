"""The hub of an inventory that asks for every channel, for owners and for exceptions."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policies import naming
from policies.detection.estate_document import FILE, read_estate
from policies.detection.owner import OWNER
from policies.estate import estate_of
from policies.settings import DAILY_EVENT, AlertSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Stack, Synthesis


@pytest.fixture
def channels(synthesized: Callable[[str], Synthesis]) -> Synthesis:
    return synthesized("channels")


@pytest.fixture
def hub(channels: Synthesis) -> Stack:
    return channels.hub


def test_the_function_is_told_which_channels_there_are(hub: Stack) -> None:
    variables = hub.only("aws_lambda_function")["environment"]["variables"]
    settings = AlertSettings.from_environment(variables)

    assert (settings.json_format, settings.security_hub, settings.bus_name) == ("ocsf", True, "")
    assert settings.chat_topic_arn == "arn:aws:sns:us-east-1:222233334444:purge-guard-chat"


def test_the_function_has_the_layer_of_databases_that_was_asked_for(hub: Stack) -> None:
    assert hub.only("aws_lambda_function")["layers"] == [
        "arn:aws:lambda:us-east-1:222233334444:layer:geoip:3"
    ]
    assert hub.only("aws_lambda_function")["reserved_concurrent_executions"] == 4


@pytest.mark.parametrize(
    ("inventory", "permissions"),
    [
        (
            "channels",
            {
                "sns:Publish": {
                    "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts",
                    "arn:aws:sns:us-east-1:222233334444:purge-guard-chat",
                },
                "securityhub:BatchImportFindings": {
                    "arn:aws:securityhub:us-east-1:222233334444:product/222233334444/default"
                },
            },
        ),
        (
            "organization",
            {
                "sns:Publish": {"arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"},
                "events:PutEvents": {"arn:aws:events:us-east-1:222233334444:event-bus/purge-guard-hub"},
            },
        ),
    ],
)
def test_the_function_may_use_the_channels_that_there_are_and_no_others(
    synthesized: Callable[[str], Synthesis], inventory: str, permissions: dict[str, set[str]]
) -> None:
    role_policy = synthesized(inventory).hub.only("aws_iam_role_policy")
    found = {
        action: set(statement["Resource"])
        for statement in json.loads(role_policy["policy"])["Statement"]
        for action in statement["Action"]
        if action.split(":")[0] in ("sns", "events", "securityhub")
    }

    assert found == permissions


def test_its_archive_holds_what_it_knows_of_the_organization(channels: Synthesis, hub: Stack) -> None:
    asset = Path(channels.folder, "stacks", "hub", hub.only("aws_lambda_function")["filename"])
    archive = zipfile.ZipFile(io.BytesIO(asset.read_bytes()))

    estate = read_estate(archive.read(FILE).decode())

    assert estate == estate_of(channels.inventory)
    assert estate.accounts["111122223333"].owner == "payments"
    assert [exception.id for exception in estate.exceptions] == ["nightly-tests"]


def test_owners_receive_what_is_theirs_and_the_security_team_everything(hub: Stack) -> None:
    filters = {
        each["endpoint"]: json.loads(each["filter_policy"]) if each.get("filter_policy") else None
        for each in hub.of_type("aws_sns_topic_subscription")
    }

    assert filters == {
        "security@example.com": None,
        "payments@example.com": {OWNER: ["payments"]},
        "https://example.com/payments": {OWNER: ["payments"]},
        "orders@example.com": {OWNER: ["orders"]},
    }


def test_the_topic_for_chat_has_the_key_of_the_other_and_nobody_may_use_it_in_the_clear(hub: Stack) -> None:
    topics = {topic["name"]: topic for topic in hub.of_type("aws_sns_topic")}

    assert topics[naming.CHAT_TOPIC]["kms_master_key_id"] == topics[naming.ALERT_TOPIC]["kms_master_key_id"]
    policies = [json.loads(each["policy"])["Statement"] for each in hub.of_type("aws_sns_topic_policy")]
    (chat,) = (statements for statements in policies if len(statements) == 1)
    assert (chat[0]["Effect"], chat[0]["Resource"]) == (
        "Deny",
        ["arn:aws:sns:us-east-1:222233334444:purge-guard-chat"],
    )


def test_a_schedule_asks_for_the_digest_of_exceptions(hub: Stack) -> None:
    rule = hub.named("aws_cloudwatch_event_rule", naming.DAILY_RULE)
    (target,) = (each for each in hub.of_type("aws_cloudwatch_event_target") if each.get("input"))

    assert (rule["state"], rule["event_bus_name"]) == ("ENABLED", "default")
    assert rule["schedule_expression"] == "cron(0 6 * * ? *)"
    assert json.loads(target["input"]) == DAILY_EVENT
    assert not target.get("role_arn")
    assert target["dead_letter_config"]["arn"]


def test_without_exceptions_there_is_no_schedule(synthesized: Callable[[str], Synthesis]) -> None:
    rules = synthesized("organization").hub.of_type("aws_cloudwatch_event_rule")

    assert not [rule for rule in rules if rule.get("schedule_expression")]
