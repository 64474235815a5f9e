"""From whatever arrives to CloudTrail records.

The same record comes bare, inside an EventBridge event, in a log file, or as text in the answer of
LookupEvents. See https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass


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
        A record, an EventBridge event, a list of either, a log file (``{"Records": […]}``) or an answer of
        LookupEvents (``{"Events": […]}``). Anything else counts as one record that cannot be read.

    Examples
    --------
    >>> records_in({"Records": [{"eventName": "PurgeQueue"}]})
    (Received(record={'eventName': 'PurgeQueue'}, envelope=None),)
    """
    if isinstance(document, list):
        return tuple(_received(item) for item in document)
    if isinstance(document, dict) and "eventName" not in document:
        for key in ("Records", "Events"):
            items = document.get(key)
            if isinstance(items, list):
                return tuple(_received(item) for item in items)
    return (_received(document),)


def _received(item: object) -> Received:
    if not isinstance(item, dict) or "eventName" in item:
        return Received(item)
    if isinstance(item.get("CloudTrailEvent"), str):
        return Received(_parsed(item["CloudTrailEvent"]))
    if "detail" in item and ("detail-type" in item or "source" in item):
        return Received(item["detail"], item)
    return Received(item)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
