from __future__ import annotations

import json

import pytest

from policies.detection.estate import Estate
from policies.detection.triage.queue_attributes import read_attributes

OURS = "111122223333"
ARN = f"arn:aws:sqs:us-east-1:{OURS}:orders"


def texts(**attributes: str) -> list[str]:
    answer = {"Attributes": {"QueueArn": ARN, **attributes}}
    return [finding.text for finding in read_attributes(answer, OURS, Estate()).findings]


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ({}, "standard, not encrypted, no dead-letter queue"),
        ({"FifoQueue": "true"}, "FIFO, not encrypted, no dead-letter queue"),
        (
            {"MessageRetentionPeriod": "1209600"},
            "standard, keeps messages 14 d, not encrypted, no dead-letter queue",
        ),
        (
            {"KmsMasterKeyId": "alias/orders", "SqsManagedSseEnabled": "false"},
            "standard, encrypted with alias/orders, no dead-letter queue",
        ),
        ({"SqsManagedSseEnabled": "true"}, "standard, encrypted by SQS, no dead-letter queue"),
        (
            {"RedrivePolicy": json.dumps({"deadLetterTargetArn": f"{ARN}-dlq", "maxReceiveCount": 5})},
            "standard, not encrypted, failures go to orders-dlq after 5 receives",
        ),
        (
            {"CreatedTimestamp": "1736899200", "LastModifiedTimestamp": "1736985600"},
            (
                "standard, not encrypted, no dead-letter queue, created 2025-01-15T00:00:00Z, "
                "last changed 2025-01-16T00:00:00Z"
            ),
        ),
    ],
    ids=["bare", "fifo", "retention", "kms", "sse-sqs", "redrive", "times"],
)
def test_the_queue_is_described_as_it_is_now(attributes: dict[str, str], text: str) -> None:
    assert texts(**attributes)[0] == text


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("MessageRetentionPeriod", "soon"),
        ("CreatedTimestamp", "-1"),
        ("CreatedTimestamp", "9" * 5_000),
        ("LastModifiedTimestamp", "\u0663"),
        ("RedrivePolicy", "{not json"),
        ("RedrivePolicy", "[]"),
        ("RedrivePolicy", '{"deadLetterTargetArn": 7}'),
    ],
)
def test_an_attribute_that_cannot_be_read_is_left_out(attribute: str, value: str) -> None:
    assert texts(**{attribute: value})[0] == "standard, not encrypted, no dead-letter queue"


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        ("", "none, so only its own account gets in"),
        ("{not json", "is no JSON object; read it"),
        ("[]", "is no JSON object; read it"),
        ('{"Statement": []}', "lets only its own account in"),
        (
            '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}}',
            "lets anybody in (sqs:*)",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:*"}}',
            "lets accounts in that are not in the inventory (sqs:*)",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sqs:*"}}',
            "lets others in on conditions; read it (sqs:*)",
        ),
        (
            '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "999988887777"}, "Action": "sqs:*"}}',
            "lets accounts of the organization in (sqs:*)",
        ),
    ],
    ids=["none", "no json", "a list", "empty", "public", "outsider", "conditional", "organization"],
)
def test_its_policy_is_a_line_of_its_own(policy: str, text: str) -> None:
    answer = {"Attributes": {"QueueArn": ARN, "Policy": policy}}
    reading = read_attributes(answer, OURS, Estate(management_account="999988887777"))

    assert reading.findings[1].text == text


@pytest.mark.parametrize("answer", [{}, {"Attributes": {}}, {"Attributes": []}], ids=repr)
def test_an_answer_without_attributes_is_none(answer: dict[str, object]) -> None:
    with pytest.raises(LookupError):
        read_attributes(answer, OURS, Estate())
