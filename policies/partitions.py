"""AWS partitions: which one a region belongs to, and what that means for names.

A partition is a group of regions with its own accounts, ARNs and domain names; nothing crosses it.
See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partition:
    """One AWS partition.

    Parameters
    ----------
    name
        The second field of every ARN in it, as in ``arn:aws-cn:sqs:…``.
    region_prefix
        What the names of its regions begin with; empty for the commercial partition, which is the rest.
    dns_suffix
        The domain of its endpoints.
    global_region
        The region where IAM and other services without regions are, and where CloudTrail records their calls:
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
    """

    name: str
    region_prefix: str
    dns_suffix: str
    global_region: str


COMMERCIAL = Partition("aws", "", "amazonaws.com", "us-east-1")

# The longer prefix first: the commercial partition's empty prefix matches every region.
PARTITIONS = (
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "us-gov-west-1"),
    Partition("aws-cn", "cn-", "amazonaws.com.cn", "cn-north-1"),
    COMMERCIAL,
)


def partition_of(region: str) -> Partition:
    """Return the partition that a region belongs to.

    Parameters
    ----------
    region
        A region name such as ``eu-west-1``. An unknown name counts as commercial, as a new region
        of the commercial partition would.

    Examples
    --------
    >>> partition_of("cn-north-1").name
    'aws-cn'
    >>> partition_of("eu-west-1").dns_suffix
    'amazonaws.com'
    """
    return next(partition for partition in PARTITIONS if region.startswith(partition.region_prefix))
