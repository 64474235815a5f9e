"""What was lost: how many messages were in the queue just before, and how old the oldest of them was.

SQS reports to CloudWatch every minute as long as a queue has messages or anybody asks it for something, and
stops six hours later. What is in flight or delayed it reports only while there is any. See
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
and https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from policies.detection.triage.duration import duration_text
from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "backlog"
LABEL = "Backlog before"

PERIOD = timedelta(minutes=1)
LOOK_BACK = timedelta(hours=1)

# The metrics of one minute need not come in the same one.
_TOGETHER = timedelta(minutes=5)

# What is older says nothing about the moment of the call: SQS reports every minute.
_RECENT = timedelta(minutes=5)
_COMPLETE = "Complete"

METRICS = {
    "visible": "ApproximateNumberOfMessagesVisible",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
    "oldest": "ApproximateAgeOfOldestMessage",
}
"""CloudWatch's metrics, by the ids that they are asked for with."""


@dataclass(frozen=True, slots=True)
class _Point:
    time: datetime
    value: int


def metrics_window(call_time: datetime) -> tuple[datetime, datetime]:
    """Return the start and the end of the minutes to look at: all are over before the call.

    A minute that the call falls into may already count the queue as empty.
    """
    end = call_time.replace(second=0, microsecond=0)
    return end - LOOK_BACK, end


def metric_queries(queue_name: str) -> list[dict[str, object]]:
    """Return the queries for GetMetricData.

    See https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    dimensions = [{"Name": "QueueName", "Value": queue_name}]
    return [
        {
            "Id": query,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/SQS", "MetricName": metric, "Dimensions": dimensions},
                "Period": int(PERIOD.total_seconds()),
                "Stat": "Maximum",
            },
        }
        for query, metric in METRICS.items()
    ]


def read_backlog(answer: Mapping[str, object], call_time: datetime) -> Reading:
    """Return what the answer of GetMetricData says.

    Parameters
    ----------
    answer
        The answer, its times with a zone.
    call_time
        When the call was made, in UTC.

    Raises
    ------
    LookupError, TypeError, ValueError, OverflowError
        The answer is not one of GetMetricData.
    """
    results = _results(answer)
    series = {result["Id"]: [*_points(result)] for result in results}
    newest = max(series["visible"], key=lambda point: point.time, default=None)
    if newest is None:
        text = (
            f"unknown: CloudWatch has no data of the {duration_text(LOOK_BACK)} before, as of a queue that "
            "nobody used for six hours"
        )
        return Reading((Finding(NAME, LABEL, text),))
    counts = {name: _value_at(newest.time, series.get(name, [])) for name in METRICS}
    backlog = sum(counts[name] or 0 for name in ("visible", "in_flight", "delayed"))
    oldest = counts["oldest"] if backlog else None
    age = call_time - newest.time - PERIOD
    is_whole = all(result.get("StatusCode", _COMPLETE) == _COMPLETE for result in results)
    gap = "" if is_whole else ", as far as CloudWatch could say"
    text = f"{_described(counts, backlog, oldest)}{gap} (last data point {duration_text(age)} before)"
    return Reading(
        (Finding(NAME, LABEL, text, data={**counts, "measured_seconds_before": int(age.total_seconds())}),),
        # What is there counts however old or incomplete; that nothing was there has to be certain.
        {"backlog": backlog if backlog or (is_whole and age < _RECENT) else None},
    )


def _results(answer: Mapping[str, object]) -> list[dict[str, object]]:
    results = answer["MetricDataResults"]
    if not isinstance(results, list):
        raise TypeError("MetricDataResults is no list")
    return results


def _points(result: dict[str, object]) -> Iterator[_Point]:
    times, values = result["Timestamps"], result["Values"]
    if not isinstance(times, list) or not isinstance(values, list):
        raise TypeError("the data points are no lists")
    for time, value in zip(times, values, strict=True):
        yield _Point(time, round(value))


def _value_at(time: datetime, points: list[_Point]) -> int | None:
    """Return the newest value of the minutes that belong together, or None where there is none."""
    near = [point for point in points if abs(time - point.time) < _TOGETHER]
    return max(near, key=lambda point: point.time).value if near else None


def _described(counts: Mapping[str, int | None], backlog: int, oldest: int | None) -> str:
    if not backlog:
        return "no messages"
    parts = [f"about {counts['visible'] or 0:,} messages waiting"]
    parts += [
        f"{counts[name]:,} {what}"
        for name, what in (("in_flight", "in flight"), ("delayed", "delayed"))
        if counts[name]
    ]
    if oldest is not None:
        parts.append(f"oldest {duration_text(timedelta(seconds=oldest))}")
    return ", ".join(parts)
