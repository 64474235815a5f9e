"""The partitions: other ARNs, other domains, the same stacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.stacks.synthesis import strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis

PARTITIONS = {
    "example": ("aws", "amazonaws.com"),
    "china": ("aws-cn", "amazonaws.com.cn"),
    "govcloud": ("aws-us-gov", "amazonaws.com"),
}


@pytest.mark.parametrize("scenario", PARTITIONS)
def test_every_arn_lies_in_the_partition_of_the_hub(
    scenario: str, synthesized: Callable[[str], Synthesis]
) -> None:
    partition, _ = PARTITIONS[scenario]
    texts = [text for stack in synthesized(scenario).stacks for text in strings(stack.configuration)]

    assert {found for text in texts for found in re.findall(r"\barn:([a-z-]*)[:/]", text)} == {partition}


@pytest.mark.parametrize("scenario", PARTITIONS)
def test_a_service_is_called_as_it_is_in_the_partition(
    scenario: str, synthesized: Callable[[str], Synthesis]
) -> None:
    synthesis = synthesized(scenario)
    region, (_, suffix) = synthesis.inventory.hub.region, PARTITIONS[scenario]
    text = "".join(stack.text for stack in synthesis.stacks)

    # Only what has a region in its name has the partition's domain; all others are the same everywhere.
    assert set(re.findall(r"[a-z0-9.-]+\.amazonaws\.com[a-z.]*", text)) == {
        f"logs.{region}.{suffix}",
        f"sns.{region}.{suffix}",
        f"dynamodb.{region}.{suffix}",
        "cloudtrail.amazonaws.com",
        "cloudwatch.amazonaws.com",
        "events.amazonaws.com",
        "kms.amazonaws.com",
        "lambda.amazonaws.com",
        "organizations.amazonaws.com",
        "sns.amazonaws.com",
        "sqs.amazonaws.com",
    }
