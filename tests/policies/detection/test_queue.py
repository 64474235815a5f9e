from __future__ import annotations

import pytest

from policies.detection.queue import (
    Queue,
    is_region,
    may_be_same,
    queue_from_arn,
    queue_from_message,
    queue_from_url,
)

OURS = "111122223333"
DECOY = f"arn:aws:iam::{OURS}:user/arn:aws:sqs:us-east-1:{OURS}:decoy/bob"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://sqs-fips.us-east-2.amazonaws.com/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://sqs.us-east-2.api.aws/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://sqs-fips.us-east-2.api.aws/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://us-east-2.queue.amazonaws.com/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://queue.amazonaws.com/{OURS}/q", Queue("q", OURS, "us-east-1", "aws")),
        (f"https://sqs.cn-north-1.amazonaws.com.cn/{OURS}/q", Queue("q", OURS, "cn-north-1", "aws-cn")),
        (f"https://cn-north-1.queue.amazonaws.com.cn/{OURS}/q", Queue("q", OURS, "cn-north-1", "aws-cn")),
        (
            f"https://sqs.us-gov-west-1.amazonaws.com/{OURS}/q.fifo",
            Queue("q.fifo", OURS, "us-gov-west-1", "aws-us-gov"),
        ),
        (
            f"https://vpce-0abc-xyz.sqs.eu-west-1.vpce.amazonaws.com/{OURS}/q",
            Queue("q", OURS, "eu-west-1", "aws"),
        ),
        (
            f"https://vpce-0abc-xyz-eu-west-1a.sqs.eu-west-1.vpce.amazonaws.com/{OURS}/q",
            Queue("q", OURS, "eu-west-1", "aws"),
        ),
        (
            "http://sqs.eu-central-1.localhost.localstack.cloud:4566/000000000000/q",
            Queue("q", "000000000000", "eu-central-1", "aws"),
        ),
        (
            "http://localhost:4566/queue/eu-central-1/000000000000/q",
            Queue("q", "000000000000", "eu-central-1", "aws"),
        ),
        ("http://127.0.0.1:4566/000000000000/q", Queue("q", "000000000000")),
        ("https://localstack-sqs.example.dev/queue/q", Queue("q")),
        ("q", Queue("q")),
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/q/", Queue("q", OURS, "us-east-2", "aws")),
        (f"https://SQS.US-EAST-2.AMAZONAWS.COM/{OURS}/q?x=1#y", Queue("q", OURS, "us-east-2", "aws")),
        (f"sqs.us-east-2.amazonaws.com/{OURS}/q", Queue("q", OURS, "us-east-2", "aws")),
        ("https://[::1/q", Queue("q")),
        (f"https://sqs.us-east-2.amazonaws.com//{OURS}//q//", Queue("q", OURS, "us-east-2", "aws")),
        (
            f"https://sqs.us-east-2.amazonaws.com/{OURS}/q?x=://y/999999999999/decoy",
            Queue("q", OURS, "us-east-2", "aws"),
        ),
        (
            f"https://sqs.us-east-2.amazonaws.com/{OURS}/q#://y/999999999999/decoy",
            Queue("q", OURS, "us-east-2", "aws"),
        ),
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/{OURS}", Queue(OURS, OURS, "us-east-2", "aws")),
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/q/999999999999/decoy", None),
        (f"sqs.us-east-2.amazonaws.com/{OURS}/q://y/999999999999/decoy", None),
        (f"https://sqs.us-east-2.amazonaws.com/999999999999/../{OURS}/q", None),
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/", None),
        (f"https://sqs.us-east-2.amazonaws.com/{OURS}/\n", None),
        ("https://sqs.us-east-2.amazonaws.com", None),
        ("https://", None),
        ("", None),
        ("/", None),
    ],
)
def test_reads_every_kind_of_queue_url(url: str, expected: Queue | None) -> None:
    assert queue_from_url(url) == expected


def test_the_records_region_counts_for_more_than_the_host() -> None:
    queue = queue_from_url(f"https://sqs.us-east-2.amazonaws.com/{OURS}/q", "cn-north-1")

    assert queue == Queue("q", OURS, "cn-north-1", "aws-cn")


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        (f"arn:aws:sqs:us-east-1:{OURS}:orders", Queue("orders", OURS, "us-east-1", "aws")),
        (f"arn:aws-iso:sqs:us-iso-east-1:{OURS}:orders", Queue("orders", OURS, "us-iso-east-1", "aws-iso")),
        ("arn:aws:sqs:*:*:orders", Queue("orders", None, None, "aws")),
        (f"arn:aws:sns:us-east-1:{OURS}:orders", None),
        ("arn:aws:sqs:::", None),
        ("orders", None),
    ],
)
def test_reads_the_arn_of_a_queue(arn: str, expected: Queue | None) -> None:
    assert queue_from_arn(arn) == expected


def test_an_arn_needs_all_of_its_parts() -> None:
    assert Queue("q", OURS, "us-east-1", "aws").arn == f"arn:aws:sqs:us-east-1:{OURS}:q"
    assert Queue("q", None, "us-east-1", "aws").arn is None


def test_only_the_suffix_makes_a_queue_fifo() -> None:
    assert Queue("orders.fifo").fifo
    assert not Queue("fifo").fifo


@pytest.mark.parametrize(
    ("other", "is_possible"),
    [
        (Queue("orders", OURS, "us-east-1", "aws"), True),
        (Queue("orders"), True),
        (Queue("orders", "444455556666"), False),
        (Queue("orders", None, "eu-west-1"), False),
        (Queue("invoices"), False),
    ],
    ids=["equal", "less-known", "other-account", "other-region", "other-name"],
)
def test_descriptions_of_one_queue_contradict_each_other_in_nothing(
    other: Queue, is_possible: object
) -> None:
    queue = Queue("orders", OURS, "us-east-1", "aws")

    assert may_be_same(queue, other) is is_possible
    assert may_be_same(other, queue) is is_possible


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (
            f"not authorized to perform this on resource: arn:aws:sqs:us-east-1:{OURS}:orders because",
            "orders",
        ),
        (f"Access to arn:aws:sqs:us-east-1:{OURS}:orders.fifo is denied.", "orders.fifo"),
        (f"The queue is arn:aws:sqs:us-east-1:{OURS}:orders.", "orders"),
        (
            f"User: {DECOY} may not do this on resource: arn:aws:sqs:us-east-1:{OURS}:orders",
            "orders",
        ),
        ("The specified queue does not exist.", None),
    ],
    ids=["denial", "fifo", "end-of-sentence", "a-path-that-looks-like-a-queue", "no-arn"],
)
def test_finds_the_queue_in_an_error_message(message: str, name: str | None) -> None:
    queue = queue_from_message(message)

    assert (queue.name if queue else None) == name


@pytest.mark.parametrize(
    "value", ["queue", "amazonaws", "us-east", "localhost", "", None, 3, "a-b" * 20 + "-1"]
)
def test_what_is_no_region(value: object) -> None:
    assert not is_region(value)
