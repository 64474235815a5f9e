"""An account's rules see every purge in each of its regions, and tell the hub and nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policies import naming
from policies.detection.account_alarm import ACCOUNT_ALARMS
from policies.detection.pattern import check_pattern, matches
from tests.events import event_named, pattern_table
from tests.stacks.synthesis import SCENARIOS, synthesize_into

if TYPE_CHECKING:
    from pathlib import Path

    from tests.events import PatternRow
    from tests.stacks.synthesis import Resource, Stack, Synthesis

REGIONS = ("us-east-1", "eu-west-1")
TOPIC = "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"
OWN_RULES = {
    "purge-guard-purge-guard-tampering",
    "purge-guard-sqs-purge-equivalent",
    "purge-guard-sqs-queue-purge-refused",
    "purge-guard-sqs-queue-purged",
}
ALARMS = len(OWN_RULES) + 1
"""One on each rule, and one on what could not be delivered."""

HUB_BUS = "arn:aws:events:us-east-1:222233334444:event-bus/purge-guard-hub"


def pattern_of(rule: Resource) -> dict[str, Any]:
    pattern: dict[str, Any] = json.loads(rule["event_pattern"])
    return pattern


def rules_in(stack: Stack, region: str) -> dict[str, Resource]:
    """The rules of a region by their names."""
    provider = None if region == stack.providers[0]["region"] else f"aws.{region}"
    rules = stack.of_type("aws_cloudwatch_event_rule")
    return {rule["name"]: rule for rule in rules if rule.get("provider") == provider}


def alarms_in(stack: Stack, region: str) -> list[Resource]:
    """The alarms of a region."""
    provider = None if region == stack.providers[0]["region"] else f"aws.{region}"
    return [
        alarm for alarm in stack.of_type("aws_cloudwatch_metric_alarm") if alarm.get("provider") == provider
    ]


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
        *OWN_RULES,
        "purge-guard-alarms",
    }
    assert {rule["event_bus_name"] for rule in rules.values()} == {"default"}


def test_every_rule_is_on_and_all_but_the_daily_one_because_of_events(synthesis: Synthesis) -> None:
    # A03: another state than ENABLED silently stops scheduled rules.
    rules = [rule for stack in synthesis.stacks for rule in stack.of_type("aws_cloudwatch_event_rule")]

    assert rules
    assert {rule["state"] for rule in rules} == {"ENABLED"}
    scheduled = {rule["name"] for rule in rules if "schedule_expression" in rule.arguments}
    assert scheduled <= {naming.DAILY_RULE}


def test_every_pattern_is_one_that_event_bridge_takes(synthesis: Synthesis) -> None:
    # A04: a bare value where a list has to be.
    for stack in synthesis.stacks:
        for rule in stack.of_type("aws_cloudwatch_event_rule"):
            if rule["name"] != naming.DAILY_RULE:
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
    # A05, A07: a misspelt field, or `exists` on an object, would match nothing.
    purged = rules_in(production, region)["purge-guard-sqs-queue-purged"]

    assert matches(pattern_of(purged), event_named("purged-by-role-session"))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in pattern_table()])
def test_the_deployed_patterns_agree_with_every_example(row: PatternRow, production: Stack) -> None:
    rules = rules_in(production, "eu-west-1")

    matching = {name for name, rule in rules.items() if matches(pattern_of(rule), row.event)}
    assert matching == {f"purge-guard-{rule}" for rule in row.rules}


def test_a_rule_gets_its_target_once_the_role_may_send(synthesis: Synthesis) -> None:
    # EventBridge does not try again where a permission is missing.
    for account in synthesis.accounts:
        policy = next(
            each
            for each in account.of_type("aws_iam_role_policy")
            if account.referred(each["role"])["name"] == "purge-guard-forwarder"
        )
        for target in account.of_type("aws_cloudwatch_event_target"):
            assert target["depends_on"] == [policy.address]


def test_the_hubs_bus_is_the_target_of_every_rule(production: Stack) -> None:
    # A14: a second forward is dropped, so nothing may lie between an account and the hub.
    targets = production.of_type("aws_cloudwatch_event_target")

    assert len(targets) == len(REGIONS) * (len(OWN_RULES) + 1)
    assert {target["arn"] for target in targets} == {HUB_BUS}


def test_a_bus_is_reached_by_a_role(synthesis: Synthesis) -> None:
    # A13: the target in another account that has no role is refused.
    for account in synthesis.accounts:
        for target in account.of_type("aws_cloudwatch_event_target"):
            assert account.referred(target["role_arn"])["name"] == "purge-guard-forwarder"


def test_the_role_may_send_to_the_hub_and_nothing_else(production: Stack) -> None:
    assert production.named("aws_iam_role_policy", "forward").document("policy") == [
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
def test_every_rule_that_fails_to_forward_purges_rings(region: str, production: Stack) -> None:
    watched = {
        alarm["dimensions"]["RuleName"]
        for alarm in alarms_in(production, region)
        if alarm["metric_name"] == "FailedInvocations"
    }

    # All but the rule that forwards alarms: if it cannot send, the news of it would not be sent either.
    assert watched == set(rules_in(production, region)) - {"purge-guard-alarms"}


@pytest.mark.parametrize("region", REGIONS)
def test_an_accounts_alarms_reach_the_hub_over_the_bus(region: str, production: Stack) -> None:
    forwarding = pattern_of(rules_in(production, region)["purge-guard-alarms"])
    alarms = alarms_in(production, region)

    assert len(alarms) == ALARMS
    for alarm in alarms:
        assert matches(forwarding, alarm_change(alarm["alarm_name"]))
        # No topic of the account's own: it would need subscribers, and a key.
        assert alarm["alarm_actions"] == alarm["ok_actions"] == []


def test_beside_the_hub_the_alarms_tell_the_topic_itself(organization: Synthesis) -> None:
    security = organization.account("security")
    alarms = alarms_in(security, "us-east-1")

    # No rule for alarms: by it the topic would be told twice, and neither time if EventBridge is what fails.
    assert set(rules_in(security, "us-east-1")) == OWN_RULES
    assert len(alarms) == ALARMS
    for alarm in alarms:
        assert alarm["alarm_actions"] == alarm["ok_actions"] == [TOPIC]


def test_in_another_region_of_the_hubs_account_they_go_over_the_bus(tmp_path: Path) -> None:
    # An alarm can only tell a topic of its own region.
    inventory = tmp_path / "purge-guard.yaml"
    inventory.write_text(
        SCENARIOS["organization"]
        .read_text(encoding="utf-8")
        .replace(
            "    name: security\n    regions: [us-east-1]",
            "    name: security\n    regions: [us-east-1, eu-west-1]",
        ),
        encoding="utf-8",
    )
    security = synthesize_into(tmp_path / "out", inventory, wanted="security").account("security")
    topics = {region: [each["alarm_actions"] for each in alarms_in(security, region)] for region in REGIONS}

    assert topics == {"us-east-1": [[TOPIC]] * ALARMS, "eu-west-1": [[]] * ALARMS}
    assert "purge-guard-alarms" not in rules_in(security, "us-east-1")
    assert "purge-guard-alarms" in rules_in(security, "eu-west-1")


def test_the_alarms_that_alerts_know_are_those_that_accounts_have(synthesis: Synthesis) -> None:
    for account in synthesis.accounts:
        for region in account.providers:
            deployed = {
                alarm["alarm_name"]: alarm["alarm_description"]
                for alarm in alarms_in(account, region["region"])
            }
            assert deployed == {alarm.name: alarm.meaning for alarm in ACCOUNT_ALARMS.values()}


def test_what_is_forwarded_of_alarms_is_exactly_those(production: Stack) -> None:
    forwarding = pattern_of(rules_in(production, "us-east-1")["purge-guard-alarms"])
    deployed = {alarm["alarm_name"] for alarm in alarms_in(production, "us-east-1")}

    assert len(forwarding["detail"]["alarmName"]) == ALARMS
    assert set(forwarding["detail"]["alarmName"]) == deployed


def test_the_hub_passes_the_accounts_alarms_on_and_not_its_own(hub: Stack, production: Stack) -> None:
    passing = pattern_of(hub.named("aws_cloudwatch_event_rule", "purge-guard-hub-alarms"))
    of_accounts = [each["alarm_name"] for each in production.of_type("aws_cloudwatch_metric_alarm")]
    of_hub = [each["alarm_name"] for each in hub.of_type("aws_cloudwatch_metric_alarm")]

    assert all(matches(passing, alarm_change(name)) for name in of_accounts)
    # Those reach the topic directly; twice would be noise.
    assert not any(matches(passing, alarm_change(name)) for name in of_hub)


@pytest.mark.parametrize(
    "alarm",
    [
        "orders-too-old",
        "purge-guard-account-x",
        "purge-guard-account-undelivered-x",
        "purge-guard-hub-undelivered",
    ],
)
def test_the_alarms_of_others_stay_where_they_are(alarm: str, hub: Stack, production: Stack) -> None:
    forwarding = pattern_of(rules_in(production, "us-east-1")["purge-guard-alarms"])
    passing = pattern_of(hub.named("aws_cloudwatch_event_rule", "purge-guard-hub-alarms"))

    assert not matches(forwarding, alarm_change(alarm))
    # Nor does the hub take them from an account that sends them all the same.
    assert not matches(passing, alarm_change(alarm))
