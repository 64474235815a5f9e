"""What all findings for Security Hub have in common, and what Security Hub takes of a text.

See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.detection.alert import UNKNOWN
from policies.detection.event_time import format_time
from policies.detection.text import visible
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from policies.naming import Place

SCHEMA_VERSION = "2018-10-08"

# https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html
EVASION = "TTPs/Defense Evasion"
DESTRUCTION = "Effects/Data Destruction"
UNUSUAL = "Unusual Behaviors/Application"

# Where AWS states no limit, a text is cut all the same: a finding has 240 KB at most.
LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 1024
LONGEST_RECOMMENDATION = 512
LONGEST_TEXT = 512
LONGEST_FIELD = 1024
LONGEST_NAME = 128
LONGEST_TAG = 256
LONGEST_URL = 2048
_LONGEST_REGION = 16


def finding_frame(hub: Place, kind: str, identity: str, generator: str) -> dict[str, Any]:
    """Return the fields that say which finding it is, and whose.

    Parameters
    ----------
    hub
        The hub's account and region, whose Security Hub takes the finding.
    kind
        What kind of finding it is.
    identity
        What is the same for all news of the same thing.
    generator
        What found it, such as the id of a rule.
    """
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": f"purge-guard/{hub.region}/{hub.account}/{kind}/{identity}",
        "ProductArn": product_arn(hub),
        "ProductName": "purge-guard",
        "GeneratorId": generator,
        "AwsAccountId": hub.account,
    }


def finding_judgement(severity: dict[str, str], types: Sequence[str]) -> dict[str, Any]:
    """Return the fields that say how bad it is, and what.

    Once a finding exists, its provider changes them through FindingProviderFields alone.

    See https://docs.aws.amazon.com/securityhub/latest/userguide/finding-provider-fields.html
    """
    provided = {"Severity": severity, "Types": [*types]}
    return {**provided, "FindingProviderFields": provided}


def finding_times(first: datetime, last: datetime, now: datetime) -> dict[str, str]:
    """Return the fields that say when it happened, and that this is the newest of it."""
    return {
        "CreatedAt": format_time(first),
        "LastObservedAt": format_time(last),
        "UpdatedAt": format_time(max(now, last)),
    }


def target_place(region: str) -> dict[str, Any]:
    """Return where a finding's resource is, without a region that Security Hub would refuse."""
    place = {"Partition": partition_of(region).name, "ResourceRole": "Target"}
    if region != UNKNOWN and len(region) <= _LONGEST_REGION:
        place["Region"] = finding_text(region, _LONGEST_REGION)
    return place


def product_arn(hub: Place) -> str:
    """Return the ARN of the product that every account has for findings of its own.

    Examples
    --------
    >>> from policies.naming import Place
    >>> product_arn(Place("222233334444", "us-east-1"))
    'arn:aws:securityhub:us-east-1:222233334444:product/222233334444/default'
    """
    return hub.arn("securityhub", f"product/{hub.account}/default")


def finding_text(text: str, most: int) -> str:
    """Return a text that has something to see and no more characters than Security Hub takes."""
    # To make a character visible takes at least one, so what is cut here would not be shown either.
    start = text.strip()[: most + 1]
    shown = visible(start.encode("utf-8", "backslashreplace").decode()) or UNKNOWN
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."
