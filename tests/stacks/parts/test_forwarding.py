"""An account's rules see every purge in each of its regions, and tell the hub and nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policies.detection.pattern import check_pattern, matches
from policies.naming import ACCOUNT_ALARM_PREFIX
from tests.events import event_named, pattern_table

if TYPE_CHECKING:
    from tests.events import PatternRow
    from tests.stacks.synthesis import Resource, Stack, Synthesis

REGIONS = ("us-east-1", "eu-west-1")
HUB_BUS = "arn:aws:events:us-east-1:222233334444:event-bus/purge-guard-hub"


def pattern_of(rule: Resource) -> dict[str, Any]:
    pattern: dict[str, Any] = json.loads(rule["event_pattern"])
    return pattern


def rules_in(stack: Stack, region: str) -> dict[str, Resource]:
    """The rules of a region by their names."""
    provider = None if region == stack.providers[0]["region"] else f"aws.{region}"
    rules = stack.of_type("aws_cloudwatch_event_rule")
    return {rule["name"]: rule for rule in rules if rule.get("provider") == provider}


def alarm_change(alarm_name: str) -> dict[str, Any]:
    """The event that CloudWatch sends when an alarm of this name rings."""
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "detail": {"alarmName": alarm_name, "state": {"value": "ALARM"}},
    }


@pytest.mark.parametrize("region", REGIONS)
def test_each_region_has_all_rules_on_its_default_bus(region: str, production: Stack) -> None:
    # A15: a rule sees the events of its own region only.
    rules = rules_in(production, region)

    assert set(rules) == {
        "purge-guard-sqs-queue-purged",
        "purge-guard-sqs-queue-purge-refused",
        "purge-guard-alarms",
    }
    assert {rule["event_bus_name"] for rule in rules.values()} == {"default"}


def test_a_rule_is_on_because_of_events_and_never_of_the_clock(synthesis: Synthesis) -> None:
    # A03: another state than ENABLED silently stops scheduled rules.
    rules = [rule for stack in synthesis.stacks for rule in stack.of_type("aws_cloudwatch_event_rule")]

    assert rules
    assert {rule["state"] for rule in rules} == {"ENABLED"}
    assert all("schedule_expression" not in rule.arguments for rule in rules)


def test_every_pattern_is_one_that_event_bridge_takes(synthesis: Synthesis) -> None:
    # A04: a bare value instead of a list, A07: `exists` on what is no leaf.
    for stack in synthesis.stacks:
        for rule in stack.of_type("aws_cloudwatch_event_rule"):
            check_pattern(pattern_of(rule))


def test_the_patterns_do_not_grow_with_the_inventory(synthesis: Synthesis, production: Stack) -> None:
    # A10: EventBridge takes 2,048 characters.
    expected = {name: rule["event_pattern"] for name, rule in rules_in(production, "us-east-1").items()}

    for account in synthesis.accounts:
        for rule in account.of_type("aws_cloudwatch_event_rule"):
            assert rule["event_pattern"] == expected[rule["name"]]
            assert len(rule["event_pattern"]) <= 2048


@pytest.mark.parametrize("region", REGIONS)
def test_the_deployed_pattern_matches_a_plain_purge(region: str, production: Stack) -> None:
    # A05: a field misspelt in the pattern would match nothing.
    purged = rules_in(production, region)["purge-guard-sqs-queue-purged"]

    assert matches(pattern_of(purged), event_named("purged-by-role-session"))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in pattern_table()])
def test_the_deployed_patterns_agree_with_every_example(row: PatternRow, production: Stack) -> None:
    rules = rules_in(production, "eu-west-1")

    matching = {name for name, rule in rules.items() if matches(pattern_of(rule), row.event)}
    assert matching == {f"purge-guard-{rule}" for rule in row.rules}


def test_the_hubs_bus_is_the_target_of_every_rule(production: Stack) -> None:
    # A14: a second forward is dropped, so nothing may lie between an account and the hub.
    targets = production.of_type("aws_cloudwatch_event_target")

    assert len(targets) == 6
    assert {target["arn"] for target in targets} == {HUB_BUS}


def test_a_bus_is_reached_by_a_role(synthesis: Synthesis) -> None:
    # A13: the target in another account that has no role is refused.
    for account in synthesis.accounts:
        for target in account.of_type("aws_cloudwatch_event_target"):
            assert account.referred(target["role_arn"])["name"] == "purge-guard-forwarder"


def test_the_role_may_send_to_the_hub_and_nothing_else(production: Stack) -> None:
    assert production.only("aws_iam_role_policy").document("policy") == [
        {
            "Sid": "SendToTheHub",
            "Effect": "Allow",
            "Action": ["events:PutEvents"],
            "Resource": [HUB_BUS],
        }
    ]


def test_a_rule_and_all_that_belongs_to_it_are_in_one_region(production: Stack) -> None:
    for target in production.of_type("aws_cloudwatch_event_target"):
        rule = production.referred(target["rule"])
        queue = production.referred(target["dead_letter_config"]["arn"])
        assert target["target_id"] == rule["name"]
        assert rule.get("provider") == queue.get("provider") == target.get("provider")


@pytest.mark.parametrize("region", REGIONS)
def test_every_rule_that_fails_to_forward_rings(region: str, production: Stack) -> None:
    provider = None if region == "us-east-1" else f"aws.{region}"
    watched = {
        alarm["dimensions"]["RuleName"]
        for alarm in production.of_type("aws_cloudwatch_metric_alarm")
        if alarm["metric_name"] == "FailedInvocations" and alarm.get("provider") == provider
    }

    assert watched == set(rules_in(production, region))


def test_an_accounts_alarms_reach_the_hub_over_the_bus(production: Stack) -> None:
    forwarding = pattern_of(rules_in(production, "us-east-1")["purge-guard-alarms"])
    alarms = production.of_type("aws_cloudwatch_metric_alarm")

    assert len(alarms) == 8
    for alarm in alarms:
        assert alarm["alarm_name"].startswith(ACCOUNT_ALARM_PREFIX)
        assert matches(forwarding, alarm_change(alarm["alarm_name"]))
        # No topic of the account's own: it would need subscribers, and a key.
        assert alarm["alarm_actions"] == []


def test_the_hub_passes_the_accounts_alarms_on_and_not_its_own(hub: Stack, production: Stack) -> None:
    passing = pattern_of(hub.named("aws_cloudwatch_event_rule", "purge-guard-hub-alarms"))
    of_accounts = [each["alarm_name"] for each in production.of_type("aws_cloudwatch_metric_alarm")]
    of_hub = [each["alarm_name"] for each in hub.of_type("aws_cloudwatch_metric_alarm")]

    assert all(matches(passing, alarm_change(name)) for name in of_accounts)
    # Those reach the topic directly; twice would be noise.
    assert not any(matches(passing, alarm_change(name)) for name in of_hub)


def test_the_alarms_of_others_stay_where_they_are(production: Stack) -> None:
    forwarding = pattern_of(rules_in(production, "us-east-1")["purge-guard-alarms"])

    assert not matches(forwarding, alarm_change("orders-too-old"))
