"""From whatever arrives to CloudTrail records.

The same record comes bare, inside an EventBridge event, in a log file, as text in the answer of
LookupEvents, or in what a queue keeps of an event that was not delivered or that a function failed at. See
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html and
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from policies.detection.json_text import json_or_text

# Lists of records: log files, answers of LookupEvents, answers of ReceiveMessage.
_LISTS = ("Records", "Events", "Messages")

# What wraps one record, often as text: an event that was looked up, a message as ReceiveMessage returns it
# and as a function gets it, and the account of an invocation that failed.
_WRAPPERS = ("CloudTrailEvent", "Body", "body", "requestPayload")


@dataclass(frozen=True, slots=True)
class Received:
    """One record as it arrived.

    Parameters
    ----------
    record
        A CloudTrail record, or any other JSON value that stood in its place.
    envelope
        The EventBridge event around it, if there was one.
    """

    record: object
    envelope: dict[str, object] | None = None


def records_in(document: object) -> tuple[Received, ...]:
    """Return the records in a JSON value, in their order.

    Parameters
    ----------
    document
        A record, an EventBridge event, or anything that wraps them, in lists or one by one. Anything else
        counts as one record that cannot be read.

    Examples
    --------
    >>> records_in({"Records": [{"eventName": "PurgeQueue"}]})
    (Received(record={'eventName': 'PurgeQueue'}, envelope=None),)
    """
    records, pending = [], [document]
    while pending:
        item = pending.pop()
        inner = _inside(item)
        # What arrives may be a list of no records. In a record's place, an empty list is a damaged one.
        if inner is None or (item == [] and item is not document):
            records.append(_received(item))
        else:
            pending.extend(reversed(inner))
    return tuple(records)


def _inside(item: object) -> list[object] | None:
    """Return what something wraps, or None where it is a record or an event itself."""
    if isinstance(item, list):
        return item
    if not isinstance(item, dict) or "eventName" in item or _is_event(item):
        return None
    lists = (item[key] for key in _LISTS if isinstance(item.get(key), list))
    texts = ([json_or_text(item[key])] for key in _WRAPPERS if isinstance(item.get(key), str))
    objects = ([item[key]] for key in _WRAPPERS if isinstance(item.get(key), dict))
    return next(chain(lists, texts, objects), None)


def _is_event(item: dict[str, object]) -> bool:
    return "detail" in item and ("detail-type" in item or "source" in item)


def _received(item: object) -> Received:
    if isinstance(item, dict) and "eventName" not in item and _is_event(item):
        return Received(item["detail"], item)
    return Received(item)
