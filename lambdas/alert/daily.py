"""Once a day: what exceptions silenced the day before, and which of them are about to end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.ledger import PEOPLE
from lambdas.alert.message import MACHINE_PROTOCOLS
from lambdas.alert.metric import channel_failure
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
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lambdas.alert.exception_records import ExceptionRecords
    from lambdas.alert.ledger import Claim, Ledger
    from policies.detection.estate import Estate
    from policies.detection.exception_counts import Count
    from policies.detection.exceptions import PurgeException


@dataclass(frozen=True, slots=True)
class DayServices:
    """What a day is told with.

    Parameters
    ----------
    sns
        An SNS client. Needs ``sns:Publish`` on the topic.
    topic_arn
        The topic.
    records
        The counts of calls that met an exception.
    ledger
        Remembers which days were told.
    estate
        What is known of the organization, with its exceptions.
    doubt
        What is wrong with what the function was told; empty where nothing is.
    """

    sns: Any
    topic_arn: str
    records: ExceptionRecords
    ledger: Ledger
    estate: Estate
    doubt: str = ""


def day_key(digest: ExceptionDigest) -> str:
    """Return the key under which the ledger remembers that a day was told, such as ``daily#2026-01-15``."""
    return f"daily#{digest.day.isoformat()}"


def tell_day(services: DayServices, now: datetime, seconds_left: Callable[[], float]) -> dict[str, Any]:
    """Tell what exceptions did yesterday, if there is anything to tell; return what to log.

    A day is told once however often the schedule asks for it, as far as the ledger can say. Where the topic
    takes nothing, ``failures`` say so, and the same request has to be delivered again.

    Parameters
    ----------
    services
        What to work with.
    now
        The time, in UTC.
    seconds_left
        How long this invocation can still take.
    """
    digest = _digest(services, now)
    met = len(digest.met) + len(digest.gone)
    entry: dict[str, Any] = {"kind": KIND, "day": str(digest.day), "met": met}
    if digest.is_empty:
        return {**entry, "decision": "nothing to tell"}
    claim = services.ledger.claim(day_key(digest), seconds_left())
    entry["deliveries"] = claim.deliveries
    if claim.is_sent:
        return {**entry, "decision": "already sent"}
    return {**entry, **_publish(digest, services, claim)}


def _publish(digest: ExceptionDigest, services: DayServices, claim: Claim) -> dict[str, Any]:
    """Publish a digest; return what became of it, and why it may come twice if it may."""
    ledger, key = services.ledger, day_key(digest)
    owners = [owner for owner in services.estate.owners if owner in digest.owners]
    try:
        answer = services.sns.publish(TopicArn=services.topic_arn, **_message(digest, owners))
    except (BotoCoreError, ClientError) as error:
        failures = {PEOPLE: str(error)}
        return {
            "decision": "failed",
            "failures": failures,
            "doubt": claim.doubt,
            "unconfirmed": ledger.postpone(key, frozenset()),
            **channel_failure(failures, ledger.now()),
        }
    return {
        "decision": "sent",
        "message_id": answer["MessageId"],
        "doubt": claim.doubt,
        "unconfirmed": ledger.confirm(key),
    }


def _digest(services: DayServices, now: datetime) -> ExceptionDigest:
    day = (now - timedelta(days=1)).date()
    counts: dict[str, Count] = {}
    unread = ""
    try:
        counts = services.records.hits_on([day])
    except (BotoCoreError, ClientError, UnreadItemsError) as error:
        unread = f"the table {services.records.table} could not be read ({error})"
    exceptions = services.estate.exceptions
    known = {exception.id for exception in exceptions}
    hits = (_hits(exception, counts) for exception in exceptions)
    # What was met and has left the inventory since: whoever took it out hides nothing by that.
    gone = (GoneHits(name, count.calls, count.last) for name, count in counts.items() if name not in known)
    return ExceptionDigest(day, tuple(hits), now, unread, tuple(gone), services.doubt)


def _hits(exception: PurgeException, counts: Mapping[str, Count]) -> Hits:
    count = counts.get(exception.id)
    return Hits(exception, count.calls, count.last) if count else Hits(exception, 0)


def _message(digest: ExceptionDigest, owners: list[str]) -> dict[str, Any]:
    """Return the arguments of ``sns.publish``; the subscriptions of the owners of what ends get it too."""
    document = exception_document(digest)
    bodies = {"default": exception_text(digest), **dict.fromkeys(MACHINE_PROTOCOLS, document)}
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
