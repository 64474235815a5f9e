"""The card on purges by another name: what empties a queue, or opens it, without PurgeQueue.

A change of a queue is judged on its values, so that a harmless one is no alert. What a value was before, no
record says: a retention that is short now counts, whatever it was.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.json_text import json_or_text
from policies.detection.queue import is_account_id
from policies.detection.rule import DETAIL_TYPE, Detection, Outcome, Rule, RuleKind, Technique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

SQS = "sqs.amazonaws.com"
KMS = "kms.amazonaws.com"

QUEUE_CALLS = frozenset(
    {"AddPermission", "DeleteQueue", "RemovePermission", "SetQueueAttributes", "StartMessageMoveTask"}
)
"""The calls to SQS that may be a purge by another name."""

KEY_CALLS = {
    "DeleteImportedKeyMaterial": "emptied",
    "DisableKey": "disabled",
    "PutKeyPolicy": "given another policy",
    "ScheduleKeyDeletion": "scheduled for deletion",
}
"""The calls to KMS that may make messages unreadable, and what becomes of the key."""

SHORTEST_RETENTION_SECONDS = 86_400
"""A retention below a day lets most of what waits in a queue expire before a person has noticed."""

OWN_LABEL = "PurgeGuard"
"""What the labels of our own statements in the policy of a queue begin with."""

_NOT_READABLE = "changed, how is not recorded"
_MOST_DIGITS = 12


def _judge(call: ApiCall, estate: Estate) -> Detection | None:
    """Return what a call does to the messages of a queue, or would have done."""
    consequence = _JUDGES[call.event_name or ""](call, estate)
    if consequence is None:
        return None
    if call.outcome is Outcome.SUCCEEDED:
        return Detection(f"SQS {consequence}", f"{_sentence(consequence)} {_WARNING}")
    happened = "denied" if call.outcome is Outcome.DENIED else "failed"
    return Detection(
        f"SQS {consequence}: {happened}",
        f"A call {happened} by which the following would have happened: {consequence}. Nothing was changed.",
    )


_WARNING = "That can empty a queue, or let somebody empty it, as surely as a purge."


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _deleted(_call: ApiCall, _estate: Estate) -> str:
    return "queue deleted"


def _moved(_call: ApiCall, _estate: Estate) -> str:
    return "messages moved to another queue"


def _permitted(call: ApiCall, _estate: Estate) -> str | None:
    """Return what AddPermission did, unless it was for the queue's own account, which needs none."""
    named = [*_texts(call.parameters, "awsaccountids"), *_texts(call.parameters, "awsaccountid")]
    accounts = {account for account in named if account != call.account}
    return "queue opened to another account" if accounts or not named else None


def _forbidden(call: ApiCall, _estate: Estate) -> str | None:
    labels = _texts(call.parameters, "label")
    is_ours = any(label.startswith(OWN_LABEL) for label in labels)
    return "queue's protection by purge-guard removed" if is_ours or not labels else None


def _key_lost(call: ApiCall, estate: Estate) -> str | None:
    """Return what happened to a key that the inventory says queues are encrypted with."""
    keys = set(estate.queue_keys)
    named = {*call.resource_arns, *_texts(call.parameters, "keyid")}
    own = {key.rpartition("/")[2] for key in keys if key.split(":")[3:5] == [call.region, call.account]}
    return f"key of a queue {KEY_CALLS[call.event_name or '']}" if named & (keys | own) else None


def _changed(call: ApiCall, estate: Estate) -> str | None:
    """Return the most serious thing among the attributes that were set."""
    attributes = _attributes(call.parameters)
    if attributes is None:
        return f"queue {_NOT_READABLE}"
    return next(_changes(attributes, call, estate), None)


def _changes(attributes: Mapping[str, object], call: ApiCall, estate: Estate) -> Iterator[str]:
    if "policy" in attributes and (opened := _opened(attributes["policy"], call, estate)):
        yield opened
    if "messageretentionperiod" in attributes:
        seconds = _whole_number(attributes["messageretentionperiod"])
        if seconds is None or seconds < SHORTEST_RETENTION_SECONDS:
            shown = "an unknown value" if seconds is None else f"{seconds} seconds"
            yield f"queue's retention set to {shown}"
    if "redrivepolicy" in attributes:
        removed = attributes["redrivepolicy"] in ("", None, {})
        yield f"queue's dead-letter queue {'removed' if removed else 'set anew'}"
    if _is_foreign_key(attributes.get("kmsmasterkeyid"), call.account):
        yield "queue encrypted with a key of another account"


def _opened(policy: object, call: ApiCall, estate: Estate) -> str | None:
    # Most changes of a queue have no policy in them, so a cold start need not wait for what reads one.
    from policies.detection.triage.queue_policy import Access, opening_of  # noqa: PLC0415

    if policy in ("", None, {}):
        return "queue's policy removed"
    document = json_or_text(policy) if isinstance(policy, str) else policy
    if not isinstance(document, dict):
        return f"queue's policy {_NOT_READABLE}"
    access = opening_of(document, call.account or "", estate).access
    if access is Access.PUBLIC:
        return "queue opened to everybody"
    return "queue opened to another account" if access is Access.OUTSIDERS else None


def _is_foreign_key(key: object, account: str | None) -> bool:
    parts = key.split(":") if isinstance(key, str) else []
    return parts[:1] == ["arn"] and is_account_id(parts[4:5] and parts[4]) and parts[4] != account


def _attributes(parameters: Mapping[str, object]) -> dict[str, object] | None:
    """Return the attributes that a call set by their names in lower case, or None where they are not there.

    Records have them as an object, and some as a list of names and values.
    """
    given = _lowered(parameters).get("attributes") or _lowered(parameters).get("attribute")
    if isinstance(given, list):
        pairs = [_lowered(item) for item in given if isinstance(item, dict)]
        given = {str(pair.get("name") or pair.get("key")): pair.get("value") for pair in pairs}
    return _lowered(given) if isinstance(given, dict) and given else None


def _lowered(fields: Mapping[str, object]) -> dict[str, object]:
    return {str(key).lower(): value for key, value in fields.items()}


def _texts(parameters: Mapping[str, object], key: str) -> list[str]:
    """Return the texts under a key in any case, be they one or a list."""
    value = _lowered(parameters).get(key)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]


def _whole_number(value: object) -> int | None:
    text = str(value).strip()
    is_number = not isinstance(value, bool) and text.isascii() and text.isdecimal()
    return int(text) if is_number and len(text) < _MOST_DIGITS else None


_JUDGES: dict[str, Callable[[ApiCall, Estate], str | None]] = {
    "AddPermission": _permitted,
    "DeleteQueue": _deleted,
    "RemovePermission": _forbidden,
    "SetQueueAttributes": _changed,
    "StartMessageMoveTask": _moved,
    **dict.fromkeys(KEY_CALLS, _key_lost),
}

PURGE_EQUIVALENT = Rule(
    id="sqs-purge-equivalent",
    version=1,
    kind=RuleKind.PURGE_EQUIVALENT,
    name="SQS queue emptied or opened by another call than PurgeQueue",
    description=(
        "Somebody deleted a queue, shortened its retention, changed where its failures go, opened its "
        "policy, moved its messages away, or disabled its key. Each can lose messages as surely as a purge."
    ),
    calls={SQS: QUEUE_CALLS, KMS: frozenset(KEY_CALLS)},
    judge=_judge,
    risk=47,
    techniques=(
        Technique("T1485", "Data Destruction", "TA0040", "Impact"),
        Technique("T1562.008", "Disable or Modify Cloud Logs", "TA0005", "Defense Evasion"),
    ),
    references=(
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
    ),
    runbook="docs/runbooks/purge-equivalent.md",
    false_positives=(
        "A deployment that replaces or removes a queue of its own stack.",
        "An operator who redrives a dead-letter queue after its cause is mended.",
        "A team that gives its dead-letter queue another limit.",
    ),
    first_steps=(
        "Ask the queue's owner and the actor whether this change was planned.",
        "If nobody planned it, undo it now: set retention, policy or key back, or stop the move task.",
        "Look at what else the actor did in the hour before and after.",
    ),
    event_pattern={
        "source": ["aws.kms", "aws.sqs"],
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": [KMS, SQS], "eventName": sorted({*QUEUE_CALLS, *KEY_CALLS})},
    },
)
