"""One CloudTrail record as a value: what was called, by whom, on which queue, and what became of it.

Nothing in a record is taken for granted. What is missing or cannot be read becomes a note, because an
alert with a gap is worth more than none.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from policies.detection.actor import Actor, actor_of
from policies.detection.cards.purge import EVENT_NAME, EVENT_SOURCE
from policies.detection.error_codes import is_denial
from policies.detection.event_time import parse_time
from policies.detection.fields import object_in, text_in, truth_in
from policies.detection.json_text import json_text, json_type
from policies.detection.queue import (
    Queue,
    is_account_id,
    is_region,
    may_be_same,
    queue_from_arn,
    queue_from_message,
    queue_from_url,
)
from policies.detection.record_notes import notes_of
from policies.detection.rule import DETAIL_TYPE, Outcome, bus_source
from policies.detection.source_address import SourceAddress, source_address_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from policies.detection.intake import Received

# Services say a denial in many ways; one of these is in each.
_DENIAL_MESSAGES = re.compile(
    "not authorized to perform|access denied|accessdenied|access to the resource .* is denied", re.DOTALL
)

_API_VERSION = re.compile(r"20[0-9]{6}(v[0-9]+)?$")


@dataclass(frozen=True, slots=True)
class CallIds:
    """What a call can be recognized by.

    Parameters
    ----------
    event
        ``eventID``, of the record.
    request
        ``requestID``, of the call.
    shared
        ``sharedEventID``: common to the records that one call left in two accounts.
    """

    event: str | None
    request: str | None
    shared: str | None


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call to an AWS API, as CloudTrail recorded it.

    Parameters
    ----------
    event_source, event_name
        Which API; None where the record does not say so in text.
    is_genuine
        Whether AWS itself sent the event. What came without a bus is taken at its word.
    outcome
        What became of it.
    error_code, error_message
        As the record gives them, in text; None where there was no error.
    time
        When it was made, in UTC.
    queue
        The queue that it names.
    queue_url
        The URL that the caller gave.
    actor
        Who made it.
    source
        Where it came from.
    user_agent
        What the caller's tool says of itself.
    region
        Where it was made.
    ids
        What it can be recognized by.
    recipient_account
        The account whose trail the record is from.
    envelope_account
        The account whose bus the event came over.
    parameters
        ``requestParameters`` as the record gives them; empty where it gives none.
    response
        ``responseElements`` in the same way: what AWS answered.
    resource_arns
        The ARNs in ``resources``, which AWS writes and not the caller.
    session_started
        When the credentials of the session were issued, in UTC: ``creationDate`` of its context.
    is_from_console
        Whether AWS says that a session of the console made it: ``sessionCredentialFromConsole``.
    notes
        Sentences on what is missing or could not be read.
    """

    event_source: str | None
    event_name: str | None
    is_genuine: bool
    outcome: Outcome
    error_code: str | None
    error_message: str | None
    time: datetime | None
    queue: Queue | None
    queue_url: str | None
    actor: Actor
    source: SourceAddress
    user_agent: str | None
    region: str | None
    ids: CallIds
    recipient_account: str | None
    envelope_account: str | None
    parameters: Mapping[str, object] = field(hash=False)
    response: Mapping[str, object] = field(hash=False)
    resource_arns: tuple[str, ...]
    session_started: datetime | None
    is_from_console: bool
    notes: tuple[str, ...]

    @property
    def is_purge(self) -> bool:
        """Whether it is PurgeQueue of SQS and, if it came over a bus, was sent by AWS itself."""
        return self.is_genuine and _is_purge(self.event_source, self.event_name)

    @property
    def called(self) -> str:
        """The name of the event without the version of the API that Lambda appends to it.

        See https://docs.aws.amazon.com/lambda/latest/dg/logging-using-cloudtrail.html
        """
        return _API_VERSION.sub("", self.event_name or "")

    @property
    def account(self) -> str | None:
        """The account that the alert is about: the queue's, or else the one whose trail recorded the call."""
        owner = self.queue.account if self.queue else None
        return owner or self.recipient_account or self.envelope_account

    @property
    def accounts(self) -> tuple[str, ...]:
        """Every account that is involved, the queue's first."""
        involved = (self.account, self.actor.account, self.recipient_account, self.envelope_account)
        return tuple(dict.fromkeys(account for account in involved if account))

    @property
    def is_cross_account(self) -> bool:
        """Whether the caller belongs to another account than the queue, or else than the trail."""
        return self.actor.account is not None and self.actor.account != self.account


def read_call(received: Received) -> ApiCall:
    """Return the call that a record describes.

    Parameters
    ----------
    received
        A record, or any JSON value in its place: nothing in it makes this raise.

    Examples
    --------
    >>> from policies.detection.intake import Received
    >>> call = read_call(Received({"eventName": "PurgeQueue", "errorCode": "AccessDenied"}))
    >>> call.outcome, call.queue
    (<Outcome.DENIED: 'denied'>, None)
    """
    record = received.record if isinstance(received.record, dict) else {}
    envelope = received.envelope or {}
    region = next(filter(is_region, (record.get("awsRegion"), envelope.get("region"))), None)
    queue_url = _queue_url(record.get("requestParameters"))
    call = ApiCall(
        event_source=text_in(record, "eventSource"),
        event_name=text_in(record, "eventName"),
        is_genuine=_is_genuine(record, received.envelope),
        outcome=_outcome_of(record),
        error_code=_error_in(record, "errorCode"),
        error_message=_error_in(record, "errorMessage"),
        time=parse_time(record.get("eventTime")),
        queue=_queue_of(record, queue_url, region),
        queue_url=queue_url,
        actor=actor_of(record.get("userIdentity")),
        source=source_address_of(record.get("sourceIPAddress")),
        user_agent=text_in(record, "userAgent"),
        region=region,
        ids=CallIds(*(text_in(record, key) for key in ("eventID", "requestID", "sharedEventID"))),
        recipient_account=_account(record.get("recipientAccountId")),
        envelope_account=_account(envelope.get("account")),
        parameters=object_in(record, "requestParameters"),
        response=object_in(record, "responseElements"),
        resource_arns=tuple(_resource_arns(record.get("resources"))),
        session_started=_session_start(record),
        is_from_console=truth_in(record, "sessionCredentialFromConsole") is True,
        notes=(),
    )
    return replace(call, notes=tuple(notes_of(received, call)))


def _account(value: object) -> str | None:
    return value if is_account_id(value) else None


def _is_purge(event_source: str | None, event_name: str | None) -> bool:
    return event_source == EVENT_SOURCE and event_name == EVENT_NAME


def _is_genuine(record: dict[str, object], envelope: dict[str, object] | None) -> bool:
    """Return whether AWS itself sent the event; a record that came without a bus is taken at its word."""
    return envelope is None or (
        envelope.get("source") == bus_source(text_in(record, "eventSource") or "")
        and envelope.get("detail-type") == DETAIL_TYPE
    )


def _session_start(record: dict[str, object]) -> datetime | None:
    context = object_in(object_in(record, "userIdentity"), "sessionContext")
    return parse_time(object_in(context, "attributes").get("creationDate"))


def _is_error(value: object) -> bool:
    """Return whether an error field says something; EventBridge too sees nothing in [] and {}."""
    return value is not None and value not in ("", [], {})


def _outcome_of(record: dict[str, object]) -> Outcome:
    if not _is_error(record.get("errorCode")) and not _is_error(record.get("errorMessage")):
        names = (text_in(record, "eventSource"), text_in(record, "eventName"))
        return Outcome.PURGED if _is_purge(*names) else Outcome.SUCCEEDED
    code = text_in(record, "errorCode") or ""
    message = (text_in(record, "errorMessage") or "").lower()
    denied_by_code = is_denial(code)
    # A code of digits, such as 403, says as little as none. Another one is more exact than its message.
    says_nothing = code.strip("0123456789") == ""
    denied_by_message = says_nothing and _DENIAL_MESSAGES.search(message) is not None
    return Outcome.DENIED if denied_by_code or denied_by_message else Outcome.FAILED


def _error_in(record: dict[str, object], key: str) -> str | None:
    """Return an error field as text, or None where it says nothing."""
    value = record.get(key)
    if not _is_error(value):
        return None
    return value if isinstance(value, str) else json_text(value) or json_type(value)


def _queue_url(parameters: object) -> str | None:
    """Return the queue URL in a record's ``requestParameters``, in any case of its key: SDKs differ."""
    return _parameter(parameters, "queueurl")


def _parameter(parameters: object, name: str) -> str | None:
    """Return a parameter that is text, in any case of its key."""
    if not isinstance(parameters, dict):
        return None
    values = (value for key, value in parameters.items() if str(key).lower() == name)
    return next((value for value in values if isinstance(value, str) and value), None)


def _queue_of(record: dict[str, object], url: str | None, region: str | None) -> Queue | None:
    """Return the queue: the first that is completely known, or else the first that is known at all.

    AWS writes the resources and the caller chooses the URL. So the URL says which resource is meant if
    there are several, but where it says another queue than all of them, they count.
    """
    named = queue_from_url(url, region) if url else None
    resources = filter(None, map(queue_from_arn, _resource_arns(record.get("resources"))))
    candidates = [
        *sorted(resources, key=lambda queue: not (named and may_be_same(queue, named))),
        named,
        queue_from_arn(_parameter(record.get("requestParameters"), "sourcearn") or ""),
        queue_from_message(text_in(record, "errorMessage") or ""),
    ]
    known = [queue for queue in candidates if queue]
    return next((queue for queue in known if queue.arn), next(iter(known), None))


def _resource_arns(resources: object) -> Iterator[str]:
    for resource in resources if isinstance(resources, list) else []:
        arn = (resource.get("ARN") or resource.get("arn")) if isinstance(resource, dict) else None
        if isinstance(arn, str):
            yield arn
