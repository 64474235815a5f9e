"""Digests: where the alerts of a burst wait, and the message that tells many of them at once.

Nothing is dropped on the way. An alert is noted as sent only when it is in the queue, and it leaves the queue
only when a digest with it was published; what fails in between is delivered again.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from policies.detection.digest import (
    KIND,
    Digest,
    digest_chat_message,
    digest_document,
    digest_text,
)
from policies.detection.digest_entry import DigestEntry, entry_of, read_entry
from policies.detection.fields import object_in
from policies.detection.owner import OWNER
from policies.detection.text import elided, visible_ascii
from policies.naming import ALERT_LOG_GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdas.alert.admission import Admission
    from lambdas.alert.told_entries import ToldEntries
    from policies.detection.alert import Alert
    from policies.detection.estate import Estate

_EVENT_SOURCE = "aws:sqs"

# To publish, and to note what was told, takes so long at most.
_TELLING_SECONDS = 20.0

_LONGEST_ATTRIBUTE = 256
_LONGEST_LIST = 2_000
SEVERAL = "several"
"""What an attribute of a digest says where there are too many values to name them."""


@dataclass(frozen=True, slots=True)
class DigestQueue:
    """The queue in which alerts wait for the next digest.

    Needs ``sqs:SendMessage`` on it.

    Parameters
    ----------
    client
        An SQS client.
    url
        The queue's URL.
    estate
        The organization, which knows the owners of accounts.
    """

    client: Any
    url: str
    estate: Estate

    def add(self, alert: Alert, *, is_repeated: bool) -> str:
        """Put an alert into the queue, and return the id that SQS gave it.

        Parameters
        ----------
        alert
            The alert.
        is_repeated
            Whether an earlier delivery of the same event may have told it.

        Raises
        ------
        botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
            SQS did not take it.
        """
        entry = entry_of(alert, self.estate, is_repeated=is_repeated)
        return str(self.client.send_message(QueueUrl=self.url, MessageBody=entry.json)["MessageId"])


@dataclass(frozen=True, slots=True)
class DigestServices:
    """What a digest is told with.

    Parameters
    ----------
    sns
        An SNS client.
    topic_arn, chat_topic_arn
        The topics of alerts; the one for chat is empty where there is none.
    admission
        The budget of messages.
    told
        What earlier digests told.
    """

    sns: Any
    topic_arn: str
    chat_topic_arn: str
    admission: Admission
    told: ToldEntries


@dataclass(frozen=True, slots=True)
class DigestOutcome:
    """What became of the messages of a batch.

    Parameters
    ----------
    entry
        What to log.
    deferred
        The ids of the messages that have to be delivered again.
    """

    entry: dict[str, object]
    deferred: tuple[str, ...] = ()

    @property
    def response(self) -> dict[str, object]:
        """What the function returns to the mapping of the queue.

        See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        return {"batchItemFailures": [{"itemIdentifier": message} for message in self.deferred]}


def is_batch(event: object, queue_url: str) -> bool:
    """Return whether an event is a batch of messages of the digest queue.

    Parameters
    ----------
    event
        What the function is invoked with.
    queue_url
        The queue's URL, whose path ends with its account and its name, as its ARN does.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    if not queue_url or not isinstance(records, list) or not records:
        return False
    _, account, name = queue_url.rsplit("/", 2)
    return all(
        isinstance(record, dict)
        and record.get("eventSource") == _EVENT_SOURCE
        and str(record.get("eventSourceARN")).endswith(f":{account}:{name}")
        for record in records
    )


def tell_digest(
    event: dict[str, Any], services: DigestServices, seconds_left: Callable[[], float]
) -> DigestOutcome:
    """Tell all alerts of a batch in one message.

    Parameters
    ----------
    event
        An event for which :func:`is_batch` holds.
    services
        What to work with.
    seconds_left
        How long this invocation can still take.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        The digest could not be published; the whole batch will be delivered again.
    """
    records: list[dict[str, Any]] = event["Records"]
    entries = _entries(records)
    told, doubt = services.told.among(list(entries))
    fresh = tuple(entry for key, entry in entries.items() if key not in told)
    log = {"kind": KIND, "messages": len(records), "entries": len(fresh), "told_before": len(told)}
    if not fresh:
        return DigestOutcome({**log, "decision": "already sent"})
    if not _is_admitted(services.admission, seconds_left):
        messages = tuple(str(record.get("messageId")) for record in records)
        return DigestOutcome({**log, "decision": "postponed"}, messages)
    digest = Digest(fresh, ALERT_LOG_GROUP)
    answer = services.sns.publish(TopicArn=services.topic_arn, **digest_message(digest))
    unconfirmed = services.told.add([entry.key for entry in fresh])
    chat = _tell_chat(digest, services)
    ids = {"topic": answer["MessageId"], **chat}
    return DigestOutcome({**log, "decision": "sent", "ids": ids, "doubt": doubt, "unconfirmed": unconfirmed})


def digest_message(digest: Digest) -> dict[str, Any]:
    """Return the arguments of ``sns.publish``, all but the topic: text for mail, JSON for everybody else.

    Unlike an alert, a digest is too large to be there once for each protocol that programs use.
    """
    bodies = {"default": digest_document(digest), "email": digest_text(digest), "sms": digest.title}
    values: dict[str, list[str]] = {
        "severity": [digest.severity],
        "outcome": [entry.outcome for entry in digest.entries],
        "account": [entry.account for entry in digest.entries],
        "region": [entry.region for entry in digest.entries],
        "queue": [entry.target for entry in digest.entries],
        "rule": [entry.rule for entry in digest.entries],
    }
    attributes = {name: _attribute(_different(each)) for name, each in values.items()}
    owners = _different(owner for entry in digest.entries for owner in entry.owners)
    return {
        "Subject": digest.title,
        "Message": json.dumps(bodies, ensure_ascii=False),
        "MessageStructure": "json",
        "MessageAttributes": attributes | ({OWNER: _list_attribute(owners)} if owners else {}),
    }


def _entries(records: Iterable[dict[str, Any]]) -> dict[str, DigestEntry]:
    """Return the entries of some messages by their keys, each once."""
    entries: dict[str, DigestEntry] = {}
    for record in records:
        entry = read_entry(str(record.get("body")), str(record.get("messageId")), _receive_count(record))
        twin = entries.get(entry.key, entry)
        # If one of two cannot have been told before, neither can have been: they are the same.
        entries[entry.key] = replace(entry, is_repeated=entry.is_repeated and twin.is_repeated)
    return entries


def _receive_count(record: dict[str, Any]) -> int:
    count = str(object_in(record, "attributes").get("ApproximateReceiveCount", 1))
    return int(count) if count.isdecimal() else 1


def _is_admitted(admission: Admission, seconds_left: Callable[[], float]) -> bool:
    """Return whether a digest may go out, having waited for the next places where there is time to."""
    while not admission.admit_digest():
        pause = admission.seconds_to_next_places()
        if pause + _TELLING_SECONDS > seconds_left():
            return False
        admission.sleep(pause)
    return True


def _tell_chat(digest: Digest, services: DigestServices) -> dict[str, str]:
    """Tell the chat, too. The mail has all of it, so that nothing is lost where the chat does not take it."""
    if not services.chat_topic_arn:
        return {}
    try:
        message = digest_chat_message(digest)
        answer = services.sns.publish(TopicArn=services.chat_topic_arn, Message=message)
    except (BotoCoreError, ClientError) as error:
        return {"chat": f"not told: {error}"}
    return {"chat": str(answer["MessageId"])}


def _different(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(elided(visible_ascii(value), _LONGEST_ATTRIBUTE) for value in values))


def _attribute(values: list[str]) -> dict[str, str]:
    """Return an attribute for a filter on any of some values; a single one is as an alert has it."""
    return {"DataType": "String", "StringValue": values[0]} if len(values) == 1 else _list_attribute(values)


def _list_attribute(values: list[str]) -> dict[str, str]:
    text = json.dumps(values)
    if len(text) > _LONGEST_LIST:
        return {"DataType": "String", "StringValue": SEVERAL}
    return {"DataType": "String.Array", "StringValue": text}
