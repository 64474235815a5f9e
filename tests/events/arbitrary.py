"""Events that nobody thought of: records with fields of any type, and JSON of any shape."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.events import event_named

RECORD: dict[str, Any] = event_named("purged-bare-record")

# Lone surrogates included, which JSON can spell and UTF-8 cannot.
TEXT = st.text(st.characters(codec=None), max_size=20)
HOSTILE_TEXT = st.sampled_from(
    [
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        "\x00",
        "\ud800",
        "a\r\nSeverity: low",
        "\u202e",
        "<!channel>",
        "\\" * 5_000,
        '"' * 5_000,
        "é" * 150_000,
        "😀" * 20_000,
        "arn:aws:sqs:::",
        "https://",
        "9" * 5_000,
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | HOSTILE_TEXT
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)

DEEP: list[Any] = []
for _ in range(2_000):
    DEEP = [DEEP]

VALUES = JSON_VALUES | st.just(DEEP) | st.just({"omitted": True})

# What nests, so that its parts are mutated too.
_NESTED = {
    "userIdentity": [*RECORD["userIdentity"], "userName", "invokedBy", "onBehalfOf"],
    "requestParameters": ["queueUrl", "QueueUrl"],
}


@st.composite
def mutated_records(draw: st.DrawFn) -> dict[str, Any]:
    """Return a PurgeQueue record, any of whose other fields may be missing or hold anything."""
    fields = [*RECORD, "errorCode", "errorMessage", "sharedEventID", "resources"]
    changes = draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=5))
    record = {**RECORD, **changes, "eventSource": RECORD["eventSource"], "eventName": RECORD["eventName"]}
    for key, inner in _NESTED.items():
        if isinstance(record[key], dict):
            record[key] = {**record[key], **draw(st.dictionaries(st.sampled_from(inner), VALUES, max_size=2))}
    for key in draw(st.sets(st.sampled_from(fields), max_size=3)) - {"eventSource", "eventName"}:
        record.pop(key, None)
    return record


def largest_record(filler: str) -> dict[str, Any]:
    """Return a record of a purge that failed, in which everything else is one character, 300,000 times."""
    text = filler * 300_000
    return dict.fromkeys(RECORD, text) | {
        "eventSource": RECORD["eventSource"],
        "eventName": RECORD["eventName"],
        "requestParameters": {"queueUrl": f"https://sqs.us-east-1.amazonaws.com/111122223333/{text}"},
        "userIdentity": dict.fromkeys([*RECORD["userIdentity"], "userName", "invokedBy"], text),
        "errorCode": text,
        "errorMessage": text,
        "sharedEventID": text,
    }


def outsider_named(name: str) -> dict[str, Any]:
    """Return a record of a purge by somebody from another account who chose all names."""
    identity = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::444455556666:assumed-role/{name}/{name}",
        "accountId": "444455556666",
        "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
    }
    return RECORD | {"userIdentity": identity, "sourceIPAddress": name}


FILLERS = ("a", "é", "\\", '"', "`", "&", "\x00", "\b", "😀", "\ud800")
"""Characters that take more bytes than one, in one channel or another."""


def on_bus(record: object) -> dict[str, Any]:
    """Return the event that brings a record over a bus."""
    envelope: dict[str, Any] = event_named("purged-by-role-session")
    return {**envelope, "detail": record}
