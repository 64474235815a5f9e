"""The hub's bus: who may send to it, and where everything on it goes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.detection.pattern import matches
from tests.events import pattern_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.events import PatternRow
    from tests.stacks.synthesis import Stack, Synthesis

FUNCTION = "aws_lambda_function"


def test_with_an_organization_the_bus_admits_that_and_nobody_else(hub: Stack) -> None:
    assert hub.only("aws_cloudwatch_event_bus_policy").document("policy") == [
        {
            "Sid": "AdmitTheOrganization",
            "Effect": "Allow",
            "Principal": {"AWS": ["*"]},
            "Action": ["events:PutEvents"],
            "Resource": ["arn:aws:events:us-east-1:222233334444:event-bus/purge-guard-hub"],
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
        }
    ]


def test_without_one_the_bus_admits_the_listed_accounts_and_nobody_else(
    synthesized: Callable[[str], Synthesis],
) -> None:
    hub = synthesized("listed-accounts").hub

    assert hub.only("aws_cloudwatch_event_bus_policy").document("policy") == [
        {
            "Sid": "AdmitTheAccounts",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::222233334444:root"]},
            "Action": ["events:PutEvents"],
            "Resource": ["arn:aws:events:eu-central-1:222233334444:event-bus/purge-guard-hub"],
        }
    ]


def test_a_bus_has_one_policy_since_two_would_overwrite_each_other(synthesis: Synthesis) -> None:
    policies = [
        each for stack in synthesis.stacks for each in stack.of_type("aws_cloudwatch_event_bus_policy")
    ]

    assert len(policies) == 1


def test_everything_on_the_bus_goes_to_the_function_and_no_further(hub: Stack) -> None:
    # A14: a bus behind the hub's bus would get nothing.
    targets = hub.of_type("aws_cloudwatch_event_target")

    assert len(targets) == 2
    assert {hub.referred(target["arn"]).type for target in targets} == {FUNCTION}


def test_a_function_is_invoked_without_a_role(synthesis: Synthesis) -> None:
    # A13: with a role, delivery to a function may fail.
    for target in synthesis.hub.of_type("aws_cloudwatch_event_target"):
        assert "role_arn" not in target.arguments


def test_each_rule_and_no_other_may_invoke_the_function(hub: Stack) -> None:
    permissions = [
        each
        for each in hub.of_type("aws_lambda_permission")
        if each["function_name"].startswith(f"${{{FUNCTION}.")
    ]

    assert {each["source_arn"] for each in permissions} == {
        "arn:aws:events:us-east-1:222233334444:rule/purge-guard-hub/purge-guard-hub-purges",
        "arn:aws:events:us-east-1:222233334444:rule/purge-guard-hub/purge-guard-hub-alarms",
    }
    assert {each["principal"] for each in permissions} == {"events.amazonaws.com"}
    # EventBridge does not name the account; with one, the permission would never hold.
    assert all("source_account" not in each.arguments for each in permissions)


def test_a_rule_gets_its_target_once_it_may_invoke_the_function(hub: Stack) -> None:
    permissions = {each["source_arn"]: each.address for each in hub.of_type("aws_lambda_permission")}
    for target in hub.of_type("aws_cloudwatch_event_target"):
        rule = f"arn:aws:events:us-east-1:222233334444:rule/purge-guard-hub/{target['target_id']}"
        assert target["depends_on"] == [permissions[rule]]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in pattern_table()])
def test_the_hub_passes_on_whatever_an_account_forwards(row: PatternRow, hub: Stack) -> None:
    pattern = json.loads(hub.named("aws_cloudwatch_event_rule", "purge-guard-hub-purges")["event_pattern"])

    if row.rules:
        assert matches(pattern, row.event)
