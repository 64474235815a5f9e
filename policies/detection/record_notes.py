"""What a reader of a call must know about its record: what is missing, unreadable or not to be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.actor import ActorKind
from policies.detection.cards.purge import EVENT_SOURCE
from policies.detection.json_text import json_type
from policies.detection.queue import is_region, may_be_same, queue_from_url
from policies.detection.text import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.intake import Received
    from policies.detection.record import ApiCall

# What CloudTrail writes in place of a parameter that is nobody's business.
# The one call that names a queue by its ARN.
_MOVE = "StartMessageMoveTask"

_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def notes_of(received: Received, call: ApiCall) -> Iterator[str]:
    """Yield a sentence for everything that a reader of the alert would miss."""
    if not isinstance(received.record, dict):
        yield f"The record is {json_type(received.record)}, not an object, so nothing in it could be read."
        return
    record = received.record
    if not call.is_genuine:
        yield "The event was not sent by AWS: its source or detail-type is another, which anyone can write."
    if call.event_source in (EVENT_SOURCE, None):
        yield from _queue_notes(record, call)
    unread = {
        "eventTime": call.time is None,
        "userIdentity": call.actor.kind is ActorKind.UNKNOWN,
        "sourceIPAddress": call.source.text is None,
        "awsRegion": not is_region(record.get("awsRegion")),
    }
    for key, is_unread in unread.items():
        if is_unread:
            yield f"{key} {_condition(record, key)}."
    for key, value in (("errorCode", call.error_code), ("errorMessage", call.error_message)):
        if value is not None and not isinstance(record[key], str):
            yield f"{key} is {json_type(record[key])}, not text; the call does not count as a success."


def _queue_notes(record: dict[str, object], call: ApiCall) -> Iterator[str]:
    if call.called == _MOVE and call.queue is not None:
        return
    if call.queue_url is None:
        consequence = "the queue is unknown" if call.queue is None else "the record names the queue elsewhere"
        yield f"requestParameters {_condition(record, 'requestParameters')}: {consequence}."
        return
    named = queue_from_url(call.queue_url, call.region)
    if named is None:
        yield "The queue URL names no queue."
    if call.queue is None:
        return
    if named and not may_be_same(named, call.queue):
        yield "The queue URL, which the caller chose, names another queue than AWS does, and AWS is believed."
    if not is_plain(call.queue.name):
        yield "SQS gives no queue such a name; it stands in quotation marks."


def _condition(record: dict[str, object], key: str) -> str:
    """Return what is wrong with a field, as the end of a sentence."""
    value = record.get(key)
    if key not in record:
        return "is missing"
    if value == _HIDDEN:
        return "was hidden by AWS"
    if isinstance(value, dict) and value.get("omitted") is True:
        return "was left out by CloudTrail because the record was too large"
    if value in ("", {}, []):
        return "is empty"
    if value is None:
        return "is null"
    return (
        "lacks what was looked for"
        if isinstance(value, dict)
        else f"is {json_type(value)} that cannot be read"
    )
