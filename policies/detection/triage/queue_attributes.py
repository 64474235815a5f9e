"""What a queue is like: its attributes, and whom its policy lets in.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from policies.detection.event_time import format_time
from policies.detection.fields import object_in, text_in
from policies.detection.json_text import json_or_text
from policies.detection.triage.duration import duration_text
from policies.detection.triage.finding import Finding, Reading
from policies.detection.triage.queue_policy import CLOSED, Access, opening_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.detection.estate import Estate

NAME = "queue-attributes"
LABEL = "Queue"
POLICY_NAME = "queue-policy"
POLICY_LABEL = "Queue policy"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NUMBER = 12

_OPENINGS = {
    Access.ORGANIZATION: "lets accounts of the organization in",
    Access.CONDITIONAL: "lets others in on conditions; read it",
    Access.OUTSIDERS: "lets accounts in that are not in the inventory",
    Access.PUBLIC: "lets anybody in",
}


def read_attributes(answer: Mapping[str, object], account: str, estate: Estate) -> Reading:
    """Return what the answer of GetQueueAttributes says of the queue as it is now.

    Parameters
    ----------
    answer
        The answer to a request for all attributes.
    account
        The account of the queue.
    estate
        Which accounts are ours.

    Raises
    ------
    LookupError
        There are no attributes in the answer.
    """
    given = object_in(dict(answer), "Attributes")
    if "QueueArn" not in given:
        raise LookupError("an answer without attributes")
    attributes = {key: value for key, value in given.items() if isinstance(value, str)}
    finding = Finding(NAME, LABEL, ", ".join(_described(attributes)), data={"attributes": attributes})
    return Reading((finding, _read_policy(attributes.get("Policy"), account, estate)))


def _described(attributes: dict[str, str]) -> Iterator[str]:
    yield "FIFO" if attributes.get("FifoQueue") == "true" else "standard"
    retention = _number(attributes, "MessageRetentionPeriod")
    if retention is not None:
        yield f"keeps messages {duration_text(timedelta(seconds=retention))}"
    yield _encryption(attributes)
    yield _redrive(json_or_text(attributes.get("RedrivePolicy", "")))
    for key, what in (("CreatedTimestamp", "created"), ("LastModifiedTimestamp", "last changed")):
        seconds = _number(attributes, key)
        if seconds is not None:
            yield f"{what} {format_time(_EPOCH + timedelta(seconds=seconds))}"


def _encryption(attributes: dict[str, str]) -> str:
    key = text_in(dict(attributes), "KmsMasterKeyId")
    if key:
        return f"encrypted with {key}"
    return "encrypted by SQS" if attributes.get("SqsManagedSseEnabled") == "true" else "not encrypted"


def _redrive(policy: object) -> str:
    if not isinstance(policy, dict) or not (target := text_in(policy, "deadLetterTargetArn")):
        return "no dead-letter queue"
    return f"failures go to {target.rpartition(':')[2]} after {policy.get('maxReceiveCount')} receives"


def _number(attributes: dict[str, str], key: str) -> int | None:
    """Return an attribute that is a number of seconds, or None where it is anything else."""
    text = attributes.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None


def _read_policy(text: str | None, account: str, estate: Estate) -> Finding:
    if not text:
        return Finding(POLICY_NAME, POLICY_LABEL, "none, so only its own account gets in")
    policy = json_or_text(text)
    if not isinstance(policy, dict):
        return Finding(POLICY_NAME, POLICY_LABEL, "is no JSON object; read it")
    opening = opening_of(policy, account, estate)
    access = opening.access.name.lower()
    data = {"access": access, "actions": opening.actions, "policy": policy}
    said = "lets only its own account in"
    if opening != CLOSED:
        said = f"{_OPENINGS[opening.access]} ({', '.join(opening.actions)})"
    return Finding(POLICY_NAME, POLICY_LABEL, said, data=data)
