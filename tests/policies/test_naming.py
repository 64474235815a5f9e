"""Names that hold a region or a rule; what else is named here is checked where it is deployed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from policies import naming
from policies.detection.account_alarm import ACCOUNT_ALARMS
from policies.detection.rules import RULES
from policies.inventory.regions import known_regions
from policies.naming import Place
from policies.partitions import PARTITIONS

if TYPE_CHECKING:
    from policies.detection.rule import Rule

SUPPORTED = {partition.name for partition in PARTITIONS}
NAMES_OF_NOTHING_IN_AWS = {
    "HUB_STACK",
    "LEDGER_EXPIRY_ATTRIBUTE",
    "LEDGER_KEY_ATTRIBUTE",
    "MANAGED_BY",
    "ORGANIZATION_STACK",
}
"""Stacks, which are Terraform's, a tag, and what is within a table."""

REGIONS = [region for region, partition in known_regions().items() if partition in SUPPORTED]


@pytest.mark.parametrize("region", REGIONS)
def test_the_bucket_of_the_trail_has_a_name_that_s3_takes(region: str) -> None:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    name = naming.trail_bucket(Place("111122223333", region))

    assert 3 <= len(name) <= 63
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])", name)
    assert not name.startswith(("xn--", "sthree-", "amzn-s3-demo-"))


def test_buckets_of_two_accounts_or_regions_do_not_meet() -> None:
    places = [Place(account, region) for account in ("111122223333", "222233334444") for region in REGIONS]

    assert len({naming.trail_bucket(place) for place in places}) == len(places)


@pytest.mark.parametrize("region", REGIONS)
def test_an_arn_names_partition_region_and_account(region: str) -> None:
    place = Place("111122223333", region)
    partition = known_regions()[region]

    assert place.arn("sqs", "orders") == f"arn:{partition}:sqs:{region}:111122223333:orders"
    assert place.global_arn("iam", "root") == f"arn:{partition}:iam::111122223333:root"


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_has_a_name_that_event_bridge_takes(rule: Rule) -> None:
    # F08
    name = naming.event_rule(rule.id)

    assert re.fullmatch(r"[.\-_A-Za-z0-9]{1,64}", name)


def test_the_accounts_alarms_are_told_from_the_hubs_by_their_names() -> None:
    # In the hub's own account and region there are both.
    assert not any(name.startswith(naming.HUB_ALARM_PREFIX) for name in ACCOUNT_ALARMS)


def test_everything_is_found_by_its_prefix() -> None:
    names = [
        value
        for name, value in vars(naming).items()
        if name.isupper() and isinstance(value, str) and name not in NAMES_OF_NOTHING_IN_AWS
    ]

    assert len(names) > 15
    # A log group is named by Lambda, after the function.
    given = [re.sub("^(alias|/aws/lambda)/", "", name) for name in names]
    assert all(name.startswith("purge-guard") for name in given)
