"""Digests: where the alerts of a burst wait, and the message that tells many of them at once.

Nothing is dropped on the way. An alert is noted as sent only when it is in the queue, and it leaves the queue
only when a digest with it was published; what fails in between is delivered again.

See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import send_to_channels
from lambdas.alert.metric import channel_failure
from policies.detection.digest import KIND, Digest
from policies.detection.digest_entry import DigestEntry, entry_of, read_entry
from policies.detection.fields import object_in
from policies.naming import ALERT_LOG_GROUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lambdas.alert.admission import Admission
    from lambdas.alert.channels import Channel
    from lambdas.alert.told_entries import Standing, ToldEntries
    from policies.detection.alert import Alert
    from policies.detection.estate import Estate

_EVENT_SOURCE = "aws:sqs"

_MOST_DIGITS = 9
_MOST_RECEIVES = 10**_MOST_DIGITS

# To publish, and to note what was told, takes so long at most.
_TELLING_SECONDS = 15.0


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
    channels
        Where digests go, people first.
    admission
        The budget of messages.
    told
        What earlier digests told.
    """

    channels: tuple[Channel, ...]
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
    failures
        Sentences on the channels, all but people, that do not have the digest, by their names.
    """

    entry: dict[str, object]
    deferred: tuple[str, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

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
    ChannelError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        The digest could not be published; the whole batch will be delivered again.
    """
    records: list[dict[str, Any]] = event["Records"]
    entries, receives = _entries(records)
    standing = services.told.standing([*entries], [key for key, count in receives.items() if count > 1])
    fresh = tuple(_fresh(entries, receives, standing))
    counts = {"messages": len(records), "entries": len(fresh), "told_before": len(standing.told)}
    log: dict[str, object] = {"kind": KIND, **counts}
    if not fresh:
        return DigestOutcome({**log, "decision": "already sent"})
    if not _is_admitted(services.admission, seconds_left):
        doubtless = {entry.key: receives[entry.key] for entry in fresh if not entry.is_repeated}
        unconfirmed = services.told.postpone(doubtless)
        messages = tuple(str(record.get("messageId")) for record in records)
        return DigestOutcome({**log, "decision": "postponed", "unconfirmed": unconfirmed}, messages)
    return _tell(Digest(fresh, ALERT_LOG_GROUP), services, {**log, "doubt": standing.doubt})


def _tell(digest: Digest, services: DigestServices, log: dict[str, object]) -> DigestOutcome:
    people, *others = services.channels
    ids = {people.name: people.send_digest(digest)}
    unconfirmed = services.told.add([entry.key for entry in digest.entries])
    # The mail has all of it: what no other channel takes is no reason to tell people again.
    sent = send_to_channels(lambda channel: channel.send_digest(digest), others, frozenset())
    log |= {"decision": "sent", "ids": ids | sent.ids, "unconfirmed": unconfirmed}
    if sent.failures:
        log |= {"failures": sent.failures, **channel_failure(sent.failures, services.admission.now())}
    return DigestOutcome(log, failures=sent.failures)


def _entries(records: Iterable[dict[str, Any]]) -> tuple[dict[str, DigestEntry], dict[str, int]]:
    """Return the entries of some messages by their keys, each once, and how often they were received."""
    entries: dict[str, DigestEntry] = {}
    receives: dict[str, int] = {}
    for record in records:
        entry = read_entry(str(record.get("body")), str(record.get("messageId")))
        twin = entries.get(entry.key, entry)
        # If one of two cannot have been told before, neither can have been: they are the same.
        entries[entry.key] = replace(entry, is_repeated=entry.is_repeated and twin.is_repeated)
        receives[entry.key] = min(_receive_count(record), receives.get(entry.key, _MOST_RECEIVES))
    return entries, receives


def _fresh(
    entries: Mapping[str, DigestEntry], receives: Mapping[str, int], standing: Standing
) -> Iterator[DigestEntry]:
    """Yield the entries that were not told. What came before may have been, unless it found no place then."""
    for key, entry in entries.items():
        if key not in standing.told:
            is_first = receives[key] <= standing.postponed.get(key, 0) + 1
            yield replace(entry, is_repeated=entry.is_repeated or not is_first)


def _receive_count(record: dict[str, Any]) -> int:
    count = str(object_in(record, "attributes").get("ApproximateReceiveCount", 1))
    return int(count) if count.isdecimal() and len(count) < _MOST_DIGITS else 1


def _is_admitted(admission: Admission, seconds_left: Callable[[], float]) -> bool:
    """Return whether a digest may go out, having waited for the next places where there is time to."""
    while not admission.admit_digest():
        pause = admission.seconds_to_next_places()
        if pause + _TELLING_SECONDS > seconds_left():
            return False
        admission.sleep(pause)
    return True
