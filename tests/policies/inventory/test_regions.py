from __future__ import annotations

import boto3
import pytest

from policies.inventory.regions import known_regions
from policies.partitions import PARTITIONS, partition_of


@pytest.mark.parametrize("partition", [partition.name for partition in PARTITIONS])
def test_the_regions_are_those_where_boto3_finds_queues(partition: str) -> None:
    known = {region for region, its_partition in known_regions().items() if its_partition == partition}
    assert known == set(boto3.Session().get_available_regions("sqs", partition))


def test_a_supported_region_lies_where_names_are_built_for() -> None:
    supported = {partition.name for partition in PARTITIONS}
    for region, partition in known_regions().items():
        if partition in supported:
            assert partition_of(region).name == partition
