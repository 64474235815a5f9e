"""How rules deliver: as long as EventBridge can, and never into nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies import naming
from policies.detection.pattern import PatternError
from policies.naming import Place
from stacks.parts.delivery import deliver, rule_arn
from stacks.provider import App, TerraformStack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stacks.synthesis import Synthesis


def test_every_target_retries_for_a_day_and_then_keeps_the_event(synthesis: Synthesis) -> None:
    for stack in (synthesis.hub, *synthesis.accounts):
        targets = stack.of_type("aws_cloudwatch_event_target")
        assert targets
        for target in targets:
            assert target["retry_policy"] == {
                "maximum_event_age_in_seconds": 86_400,
                "maximum_retry_attempts": 185,
            }
            queue = stack.referred(target["dead_letter_config"]["arn"])
            assert queue.type == "aws_sqs_queue"


def test_a_dead_letter_queue_admits_exactly_the_rules_that_name_it(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        regions = {f"aws.{each['alias']}": each["region"] for each in stack.providers if "alias" in each}
        senders: dict[str, set[str]] = {}
        for target in stack.of_type("aws_cloudwatch_event_target"):
            queue = stack.referred(target["dead_letter_config"]["arn"])
            place = Place(stack.account, regions.get(target.get("provider"), stack.providers[0]["region"]))
            bus = "default" if target["event_bus_name"] == "default" else "purge-guard-hub"
            rule = rule_arn(place, stack.referred(target["rule"])["name"], bus)
            senders.setdefault(queue.address, set()).add(rule)
        for queue in stack.of_type("aws_sqs_queue"):
            if queue.address in senders:
                (admission, _) = queue.document("policy")
                assert admission["Principal"] == {"Service": ["events.amazonaws.com"]}
                assert set(admission["Condition"]["ArnEquals"]["aws:SourceArn"]) == senders[queue.address]


def test_nothing_transforms_an_event_on_its_way(synthesis: Synthesis) -> None:
    # B11: an input transformer does not escape what it inserts.
    for stack in synthesis.stacks:
        for target in stack.of_type("aws_cloudwatch_event_target"):
            constant = {"input"} if target["target_id"] == naming.DAILY_RULE else set()
            assert {"input", "input_path", "input_transformer"} & set(target.arguments) == constant


def test_a_pattern_that_event_bridge_would_refuse_is_refused_at_synthesis(tmp_path: Path) -> None:
    # A04
    stack = TerraformStack(App(outdir=str(tmp_path)), "stack")

    with pytest.raises(PatternError, match=r'source: write a list, \["aws.sqs"\]'):
        deliver(
            stack,
            "rule",
            rule="rule",
            description="",
            pattern={"source": "aws.sqs"},
            target_arn="arn",
            dead_letter_arn="arn",
        )


@pytest.mark.parametrize(
    ("bus", "arn"),
    [
        pytest.param("default", "arn:aws:events:eu-west-1:111122223333:rule/purges", id="default-bus"),
        pytest.param("hub", "arn:aws:events:eu-west-1:111122223333:rule/hub/purges", id="own-bus"),
    ],
)
def test_the_arn_of_a_rule_names_its_bus_unless_it_is_the_default_one(bus: str, arn: str) -> None:
    assert rule_arn(Place("111122223333", "eu-west-1"), "purges", bus) == arn
