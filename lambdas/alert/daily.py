"""Once a day: what exceptions silenced the day before, and which of them are about to end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.table_items import UnreadItemsError
from policies.detection.exception_digest import (
    KIND,
    ExceptionDigest,
    GoneHits,
    Hits,
    exception_document,
    exception_text,
)
from policies.detection.owner import OWNER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lambdas.alert.exception_records import ExceptionRecords
    from policies.detection.estate import Estate
    from policies.detection.exception_counts import Count
    from policies.detection.exceptions import PurgeException

_MACHINE_PROTOCOLS = ("http", "https", "lambda", "sqs")


def tell_day(
    sns: Any,  # noqa: ANN401 - boto3 has no types
    topic_arn: str,
    records: ExceptionRecords,
    estate: Estate,
    now: datetime,
) -> dict[str, object]:
    """Tell what exceptions did yesterday, if there is anything to tell; return what to log.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        The digest cannot be published.
    """
    digest = _digest(records, estate, now)
    entry: dict[str, object] = {"kind": KIND, "day": str(digest.day), "met": len(digest.met)}
    if digest.is_empty:
        return {**entry, "decision": "nothing to tell"}
    owners = [owner for owner in estate.owners if owner in digest.owners]
    answer = sns.publish(TopicArn=topic_arn, **_message(digest, owners))
    return {**entry, "decision": "sent", "message_id": answer["MessageId"]}


def _digest(records: ExceptionRecords, estate: Estate, now: datetime) -> ExceptionDigest:
    day = (now - timedelta(days=1)).date()
    counts: dict[str, Count] = {}
    unread = ""
    try:
        counts = records.hits_on([day])
    except (BotoCoreError, ClientError, UnreadItemsError) as error:
        unread = f"the table {records.table} could not be read ({error})"
    exceptions = estate.exceptions
    known = {exception.id for exception in exceptions}
    hits = (_hits(exception, counts) for exception in exceptions)
    # What was met and has left the inventory since: whoever took it out hides nothing by that.
    gone = (GoneHits(name, count.calls, count.last) for name, count in counts.items() if name not in known)
    return ExceptionDigest(day, tuple(hits), now, unread, tuple(gone))


def _hits(exception: PurgeException, counts: Mapping[str, Count]) -> Hits:
    count = counts.get(exception.id)
    return Hits(exception, count.calls, count.last) if count else Hits(exception, 0)


def _message(digest: ExceptionDigest, owners: list[str]) -> dict[str, Any]:
    """Return the arguments of ``sns.publish``; the subscriptions of the owners of what ends get it too."""
    document = exception_document(digest)
    bodies = {"default": exception_text(digest), **dict.fromkeys(_MACHINE_PROTOCOLS, document)}
    attributes = {
        "severity": "low",
        "outcome": KIND,
        "account": "unknown",
        "region": "unknown",
        "queue": "unknown",
        "rule": KIND,
    }
    filtered = {OWNER: {"DataType": "String.Array", "StringValue": json.dumps(owners)}} if owners else {}
    return {
        "Subject": digest.title,
        "Message": json.dumps(bodies, ensure_ascii=False),
        "MessageStructure": "json",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        }
        | filtered,
    }
