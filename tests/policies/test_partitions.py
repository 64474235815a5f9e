from __future__ import annotations

import pytest
from botocore.loaders import create_loader

from policies.inventory.regions import known_regions
from policies.partitions import COMMERCIAL, PARTITIONS, partition_of

SUPPORTED = {partition.name: partition for partition in PARTITIONS}
REGIONS = [region for region, name in known_regions().items() if name in SUPPORTED]


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_lies_in_the_partition_that_boto3_says(region: str) -> None:
    assert partition_of(region).name == known_regions()[region]


@pytest.mark.parametrize("name", SUPPORTED)
def test_the_domain_of_a_partition_is_the_one_that_boto3_says(name: str) -> None:
    (outputs,) = (
        partition["outputs"]
        for partition in create_loader().load_data("partitions")["partitions"]
        if partition["id"] == name
    )

    assert SUPPORTED[name].dns_suffix == outputs["dnsSuffix"]


def test_a_region_that_is_newer_than_this_code_counts_as_commercial() -> None:
    assert partition_of("mars-central-1") is COMMERCIAL


def test_there_are_regions_of_every_partition_to_look_at() -> None:
    assert {partition_of(region).name for region in REGIONS} == {"aws", "aws-cn", "aws-us-gov"}
