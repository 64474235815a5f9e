"""Metrics: fields in a line of the function's log that make CloudWatch count it.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

METRICS = "purge-guard"
"""The namespace."""


def excepted(exception: str, seconds: float) -> dict[str, Any]:
    """Return the fields that count a call for the exception that silences it, at a time since 1970."""
    return _metric("ExceptedCalls", "Exception", exception, seconds)


def channel_failure(channels: Iterable[str], seconds: float) -> dict[str, Any]:
    """Return the fields that count a message for the channels that did not take it, at a time since 1970."""
    return _metric("ChannelFailures", "Channel", ",".join(sorted(channels)), seconds)


def _metric(name: str, dimension: str, value: str, seconds: float) -> dict[str, Any]:
    directive = {
        "Namespace": METRICS,
        "Dimensions": [[dimension]],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    stamp = {"Timestamp": int(seconds * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": stamp, dimension: value, name: 1}
