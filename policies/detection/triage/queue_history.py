"""What was done to a queue before: changes in the day before, and the rhythm of its purges.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from policies.detection.cards.purge import EVENT_NAME
from policies.detection.event_time import format_time
from policies.detection.queue import may_be_same
from policies.detection.rule import Outcome
from policies.detection.triage.duration import duration_text
from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from datetime import datetime

    from policies.detection.queue import Queue
    from policies.detection.record import ApiCall
    from policies.detection.triage.past_calls import PastCalls

CHANGES_NAME = "queue-changes"
CHANGES_LABEL = "Queue before"
CHANGES_LOOK_BACK = timedelta(days=1)

PURGES_NAME = "queue-purges"
PURGES_LABEL = "Purges before"
PURGES_LOOK_BACK = timedelta(days=30)

_MOST_SHOWN = 5

# Two intervals make a rhythm, if the longest is not much longer than the shortest.
_FEWEST_INTERVALS = 2
_MOST_UNEVEN = 1.5


def read_changes(past: PastCalls, call: ApiCall, queue: Queue) -> Reading:
    """Return what was done to a queue in the day before a call, purges excepted.

    Parameters
    ----------
    past
        The calls to SQS in the account and region.
    call
        The call that it was before.
    queue
        The queue.
    """
    changes = [done for done in _on(queue, past, call) if done.event_name != EVENT_NAME]
    shown = [_told(done, call) for done in changes[:_MOST_SHOWN]]
    more = len(changes) - _MOST_SHOWN
    parts = [*shown, *([f"{more} more"] if more > 0 else [])]
    text = "; ".join(parts) or f"nothing else in the {_span(past, call)} before"
    data = {"changes": [_as_data(done) for done in changes], "is_complete": past.is_complete}
    return Reading((Finding(CHANGES_NAME, CHANGES_LABEL, text + _gap(past), data=data),))


def read_purges(past: PastCalls, call: ApiCall, queue: Queue) -> Reading:
    """Return how often a queue was purged before a call, and in which rhythm.

    Parameters
    ----------
    past
        The calls of PurgeQueue in the account and region.
    call
        The call that it was before.
    queue
        The queue.
    """
    purges = [done for done in _on(queue, past, call) if done.outcome is Outcome.PURGED]
    times = [done.time for done in purges if done.time]
    data = {"count": len(purges), "times": [format_time(time) for time in times]}
    finding = Finding(
        PURGES_NAME,
        PURGES_LABEL,
        _counted(len(purges), past, call) + _rhythm(times, call) + _gap(past),
        data={**data, "is_complete": past.is_complete},
    )
    return Reading((finding,))


def _on(queue: Queue, past: PastCalls, call: ApiCall) -> list[ApiCall]:
    return [done for done in past.before(call) if done.queue and may_be_same(done.queue, queue)]


def _told(done: ApiCall, call: ApiCall) -> str:
    ago = f" {duration_text(call.time - done.time)} before" if call.time and done.time else ""
    refused = "" if done.outcome in (Outcome.SUCCEEDED, Outcome.PURGED) else " (in vain)"
    return f"{done.event_name} by {done.actor.label}{ago}{refused}"


def _as_data(done: ApiCall) -> dict[str, object]:
    return {
        "name": done.event_name,
        "actor": done.actor.arn,
        "time": format_time(done.time) if done.time else None,
        "outcome": done.outcome,
        "event_id": done.ids.event,
    }


def _counted(count: int, past: PastCalls, call: ApiCall) -> str:
    return f"{count or 'no'} {'purge' if count == 1 else 'purges'} in the {_span(past, call)} before"


def _span(past: PastCalls, call: ApiCall) -> str:
    return duration_text(call.time - past.since) if call.time else "time"


def _rhythm(times: list[datetime], call: ApiCall) -> str:
    """Return when the last one was, and how regular they are with the call that makes the next."""
    if not times or not call.time:
        return ""
    last = f", the last one {duration_text(call.time - max(times))} before"
    intervals = sorted(later - earlier for earlier, later in pairwise(sorted([*times, call.time])))
    if len(intervals) < _FEWEST_INTERVALS:
        return last
    if intervals[-1] > _MOST_UNEVEN * intervals[0]:
        return f"{last}, in no rhythm"
    return f"{last}, about every {duration_text(intervals[len(intervals) // 2])}"


def _gap(past: PastCalls) -> str:
    return "" if past.is_complete else " (only the newest of the account's events were read)"
