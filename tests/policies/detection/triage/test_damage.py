from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policies.detection.triage.damage import METRICS, metric_queries, metrics_window, read_backlog

CALLED = datetime(2026, 1, 15, 10, 0, 30, tzinfo=UTC)
LAST = datetime(2026, 1, 15, 9, 58, tzinfo=UTC)

Points = dict[str, list[tuple[int, float]]]
"""By metric: how many minutes before the last one, and the value."""


def answer(points: Points) -> dict[str, Any]:
    return {
        "MetricDataResults": [
            {
                "Id": name,
                "Timestamps": [LAST - timedelta(minutes=minutes) for minutes, _ in points.get(name, [])],
                "Values": [value for _, value in points.get(name, [])],
            }
            for name in METRICS
        ]
    }


@pytest.mark.parametrize(
    ("points", "text", "backlog"),
    [
        ({"visible": [(0, 0.0)]}, "no messages", 0),
        ({"visible": [(0, 0.0)], "oldest": [(0, 0.0)]}, "no messages", 0),
        ({"visible": [(0, 1240.0)]}, "about 1,240 messages waiting", 1240),
        (
            {"visible": [(0, 3.0)], "in_flight": [(0, 12.0)], "delayed": [(0, 1.0)], "oldest": [(0, 61.0)]},
            "about 3 messages waiting, 12 in flight, 1 delayed, oldest 1 min 1 s",
            16,
        ),
        (
            {"visible": [(0, 0.0)], "in_flight": [(0, 12.0)]},
            "about 0 messages waiting, 12 in flight",
            12,
        ),
        ({"visible": [(5, 9.0), (0, 3.0), (1, 7.0)]}, "about 3 messages waiting", 3),
        (
            {"visible": [(0, 3.0)], "in_flight": [(1, 12.0)]},
            "about 3 messages waiting, 12 in flight",
            15,
        ),
        ({"visible": [(0, 3.0)], "in_flight": [(30, 12.0)]}, "about 3 messages waiting", 3),
    ],
    ids=[
        "empty",
        "empty and of no age",
        "waiting",
        "all of them",
        "in flight only",
        "the newest in any order",
        "a minute apart",
        "long out of flight",
    ],
)
def test_the_backlog_is_what_was_there_at_the_last_data_point(
    points: Points, text: str, backlog: int
) -> None:
    reading = read_backlog(answer(points), CALLED)

    assert reading.findings[0].text == f"{text} (last data point 1 min 30 s before)"
    assert reading.evidence == {"backlog": backlog}


def test_an_empty_queue_is_believed_only_where_all_is_known_and_recent() -> None:
    whole, cut = answer({"visible": [(0, 0.0)]}), answer({"visible": [(0, 0.0)]})
    cut["MetricDataResults"][1]["StatusCode"] = "InternalError"
    old = answer({"visible": [(7, 0.0)]})

    assert read_backlog(whole, CALLED).evidence == {"backlog": 0}
    assert read_backlog(cut, CALLED).evidence == read_backlog(old, CALLED).evidence == {"backlog": None}
    assert "no messages, as far as CloudWatch could say" in read_backlog(cut, CALLED).findings[0].text


def test_what_was_there_counts_however_old_it_is() -> None:
    assert read_backlog(answer({"visible": [(50, 2_000.0)]}), CALLED).evidence == {"backlog": 2_000}


def test_no_data_is_no_empty_queue() -> None:
    reading = read_backlog(answer({}), CALLED)

    assert reading.findings[0].text == (
        "unknown: CloudWatch has no data of the 1 h before, as of a queue that nobody used for six hours"
    )
    assert reading.evidence == {}


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"MetricDataResults": None},
        {"MetricDataResults": [{}]},
        {"MetricDataResults": []},
        {"MetricDataResults": [{"Id": "visible", "Timestamps": None, "Values": []}]},
        {"MetricDataResults": [{"Id": "visible", "Timestamps": [LAST], "Values": []}]},
        {"MetricDataResults": [{"Id": "visible", "Timestamps": [LAST], "Values": [float("nan")]}]},
        {"MetricDataResults": [{"Id": "visible", "Timestamps": [LAST], "Values": [float("inf")]}]},
        {"MetricDataResults": [{"Id": "visible", "Timestamps": ["now"], "Values": [1.0]}]},
    ],
    ids=repr,
)
def test_garbage_is_not_taken_for_a_backlog(garbage: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError, OverflowError)):
        read_backlog(garbage, CALLED)


@pytest.mark.parametrize(
    ("called", "end"),
    [
        ("2026-01-15T10:00:00+00:00", "2026-01-15T10:00:00+00:00"),
        ("2026-01-15T10:00:59.900+00:00", "2026-01-15T10:00:00+00:00"),
    ],
    ids=["on the minute", "within it"],
)
def test_the_minute_of_the_call_is_not_looked_at(called: str, end: str) -> None:
    start, stop = metrics_window(datetime.fromisoformat(called))

    assert stop == datetime.fromisoformat(end)
    assert stop - start == timedelta(hours=1)


def test_the_queries_are_of_the_one_queue() -> None:
    queries = [query["MetricStat"] for query in metric_queries("orders")]

    assert [query["Metric"]["MetricName"] for query in queries if isinstance(query, dict)] == [
        *METRICS.values()
    ]
    assert all("{'Name': 'QueueName', 'Value': 'orders'}" in str(query) for query in queries)
