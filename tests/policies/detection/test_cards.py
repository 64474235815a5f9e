"""The cards on purges by another name and on tampering, beside what prevention denies of the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.alert import NOTHING_KNOWN
from policies.detection.cards.guard_tampering import CALLS, GUARD_TAMPERED, NAMING_PARAMETERS
from policies.detection.cards.purge_equivalent import KEY_CALLS, PURGE_EQUIVALENT, QUEUE_CALLS
from policies.detection.estate import Estate
from policies.detection.intake import Received
from policies.detection.pattern import matches
from policies.detection.record import read_call
from policies.detection.rule import bus_source
from policies.prevention.actions import KEY_LOSS, PURGE_EQUIVALENTS, ROLE_CHANGES
from policies.prevention.own_resources import (
    BUCKET_CHANGES,
    BUS_POLICY_CHANGES,
    DETACHMENTS,
    POLICY_CHANGES,
    REGIONAL,
)
from tests.events.arbitrary import RECORD

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234"

NO_EVENT = {
    "iam:PassRole": "no call of its own",
    "s3:DeleteObject": "a data event",
    "s3:DeleteObjectVersion": "a data event",
    "s3:PutObject": "a data event",
}
"""Actions that leave no management event."""

HARMLESS = {"CancelMessageMoveTask", "TagQueue", "UntagQueue"}
"""What prevention denies as a step towards a purge, and what is none itself."""

S3_EVENTS = {
    "PutEncryptionConfiguration": "PutBucketEncryption",
    "PutLifecycleConfiguration": "PutBucketLifecycle",
}
"""Where S3 calls an event otherwise than the action."""

CLOUDWATCH = {"cloudwatch": "monitoring"}


def event_of(action: str) -> tuple[str, str]:
    """Return the source and the name of the event that an action leaves."""
    service, _, name = action.partition(":")
    return f"{CLOUDWATCH.get(service, service)}.amazonaws.com", S3_EVENTS.get(name, name)


def on_bus(record: dict[str, Any]) -> dict[str, Any]:
    source = bus_source(record["eventSource"])
    return {"source": source, "detail-type": "AWS API Call via CloudTrail", "detail": record}


def test_every_denied_equivalent_is_looked_at_or_is_harmless_by_itself() -> None:
    assert {action.partition(":")[2] for action in PURGE_EQUIVALENTS} == QUEUE_CALLS | HARMLESS
    assert {action.partition(":")[2] for action in KEY_LOSS} == set(KEY_CALLS)


@pytest.mark.parametrize(
    "action",
    sorted(
        {
            *(action for own in REGIONAL for action in own.actions),
            *BUCKET_CHANGES,
            *BUS_POLICY_CHANGES,
            *DETACHMENTS,
            *POLICY_CHANGES,
            *ROLE_CHANGES,
        }
        - set(NO_EVENT)
    ),
)
def test_every_denied_tampering_is_looked_at(action: str) -> None:
    source, name = event_of(action)

    assert name in CALLS[source]


@pytest.mark.parametrize("named", [KEY, "1234"])
def test_a_key_of_a_queue_is_known_by_its_arn_or_its_id(named: str) -> None:
    record = {**RECORD, "eventSource": "kms.amazonaws.com", "eventName": "DisableKey"}
    call = read_call(Received({**record, "requestParameters": {"keyId": named}}))

    detection = PURGE_EQUIVALENT.find(call, Estate(queue_keys=(KEY,)))

    assert detection is not None
    assert detection.headline == "SQS key of a queue disabled"
    assert PURGE_EQUIVALENT.find(call, NOTHING_KNOWN) is None
    assert PURGE_EQUIVALENT.find(replace(call, region="eu-west-1"), Estate(queue_keys=(f"{KEY}5",))) is None


@pytest.mark.parametrize(
    ("estate", "trail", "is_found"),
    [
        (Estate(trails=("audit",)), "audit", True),
        (Estate(trails=("arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",)), "audit", True),
        (Estate(trails=("audit",)), "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit", True),
        (Estate(trails=("audit",)), "audit-2", False),
        (Estate(trusts_any_trail=True), "whatever", True),
        (Estate(), None, True),
    ],
)
def test_the_trails_that_the_inventory_relies_on_are_ours(
    estate: Estate, trail: str | None, *, is_found: bool
) -> None:
    record = {**RECORD, "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}
    call = read_call(Received({**record, "requestParameters": {"name": trail} if trail else None}))

    assert (GUARD_TAMPERED.find(call, estate) is not None) is is_found


TAMPERING = st.tuples(
    st.sampled_from([(source, name) for source, names in CALLS.items() for name in sorted(names)]),
    st.sampled_from(NAMING_PARAMETERS),
    st.sampled_from(["{}", "arn:aws:x:us-east-1:111122223333:thing/{}", "/aws/lambda/{}", "https://x/1/{}"]),
    st.sampled_from(["purge-guard-x", "purge-guardian", "checkout"]),
    st.booleans(),
)


@given(tampering=TAMPERING)
def test_whatever_tampering_is_found_gets_through_the_pattern(tampering: Any) -> None:  # noqa: ANN401 - a tuple
    (source, name), parameter, shape, subject, is_list = tampering
    value = shape.format(subject)
    record = {
        **RECORD,
        "eventSource": source,
        "eventName": name,
        "requestParameters": {parameter: [value, "x"] if is_list else value},
    }
    found = GUARD_TAMPERED.find(read_call(Received(record)), NOTHING_KNOWN)

    assert (found is not None) is (subject == "purge-guard-x")
    assert matches(GUARD_TAMPERED.event_pattern, on_bus(record)) or found is None
