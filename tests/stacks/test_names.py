"""Names and descriptions: valid and short enough everywhere, and never the same twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.stacks.synthesis import name_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis

NAMES = {
    "aws_cloudtrail": (3, 128, r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"),
    "aws_cloudwatch_event_bus": (1, 256, r"[/.\-_A-Za-z0-9]+"),
    "aws_cloudwatch_event_rule": (1, 64, r"[.\-_A-Za-z0-9]+"),
    "aws_cloudwatch_log_group": (1, 512, r"[.\-_/#A-Za-z0-9]+"),
    "aws_cloudwatch_metric_alarm": (1, 255, r"[!-~]+"),
    "aws_dynamodb_table": (3, 255, r"[a-zA-Z0-9_.-]+"),
    "aws_iam_policy": (1, 128, r"[\w+=,.@-]+"),
    "aws_iam_role": (1, 64, r"[\w+=,.@-]+"),
    "aws_iam_role_policy": (1, 128, r"[\w+=,.@-]+"),
    "aws_kms_alias": (7, 256, r"alias/(?!aws/)[a-zA-Z0-9/_-]+"),
    "aws_lambda_function": (1, 64, r"[a-zA-Z0-9-_]+"),
    "aws_organizations_policy": (1, 128, r"[ -~]+"),
    "aws_s3_bucket": (3, 63, r"[a-z0-9][a-z0-9-]*[a-z0-9]"),
    "aws_sns_topic": (1, 256, r"[A-Za-z0-9_-]+"),
    "aws_sqs_queue": (1, 80, r"[A-Za-z0-9_-]+"),
}
"""The shortest and the longest name that AWS takes, and of what it may be made."""

DESCRIPTIONS = {
    "aws_cloudwatch_event_rule": 512,
    "aws_cloudwatch_metric_alarm": 1024,
    "aws_iam_policy": 1000,
    "aws_iam_role": 1000,
    "aws_kms_key": 8192,
    "aws_lambda_function": 256,
    "aws_organizations_policy": 512,
}
"""The most characters that AWS takes of each description."""


def test_every_name_is_one_that_aws_takes(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for resource in stack.resources:
            if name := name_of(resource):
                shortest, longest, characters = NAMES[resource.type]
                assert shortest <= len(name) <= longest
                assert re.fullmatch(characters, name), f"{resource.address} is called {name}"


def test_every_description_is_one_that_aws_takes(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for resource in stack.resources:
            text = resource.get("description") or resource.get("alarm_description")
            if text is not None:
                assert len(text) <= DESCRIPTIONS[resource.type]
                # IAM takes Latin-1 only.
                assert text.isascii()


def test_no_two_things_of_a_kind_have_one_name_in_an_account_and_region(synthesis: Synthesis) -> None:
    taken: dict[tuple[str, ...], str] = {}
    for stack in synthesis.stacks:
        regions = {f"aws.{each['alias']}": each["region"] for each in stack.providers if "alias" in each}
        for resource in stack.resources:
            region = regions.get(resource.get("provider"), stack.providers[0]["region"])
            place = "" if resource.type.startswith("aws_iam") else region
            parent = resource.get("event_bus_name") or resource.get("role") or ""
            if name := name_of(resource):
                key = (stack.account, place, resource.type, parent, name)
                owner = f"{stack.name} {resource.address}"
                assert taken.setdefault(key, owner) == owner
    assert taken


def test_the_hub_and_an_account_share_an_account_and_region_in_some_scenario(
    synthesized: Callable[[str], Synthesis],
) -> None:
    places = [(stack.account, stack.providers[0]["region"]) for stack in synthesized("example").stacks]

    assert len(places) == 2
    assert places[0] == places[1]
