"""Queues: which one a URL, an ARN or an error message names.

See https://docs.aws.amazon.com/general/latest/gr/sqs-service.html for the endpoints and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from policies.partitions import partition_of

_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_QUEUE_ARN = re.compile(r"arn:[a-z0-9-]+:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+(\.fifo\b)?")

# The first endpoint of SQS names no region, because there was only this one.
_HOST_WITHOUT_REGION = "queue.amazonaws.com"
_REGION_OF_THAT_HOST = "us-east-1"

# A bare name, or a host and a path. Neither has a part in what follows ? or #.
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)?(?P<host>[^/?#]*)(?P<path>/[^?#]*)?")

_SERVICE_LABELS = ("sqs", "sqs-fips")
_LONGEST_REGION = 32
_ARN_PARTS = 6


@dataclass(frozen=True, slots=True)
class Queue:
    """An SQS queue, as far as it is known.

    Parameters
    ----------
    name
        What the record calls it, which need not be a name that SQS would accept.
    account
        Twelve digits: who owns it.
    region
        Where it is.
    partition
        ``aws``, ``aws-cn``, …: the second field of its ARN.
    """

    name: str
    account: str | None = None
    region: str | None = None
    partition: str | None = None

    @property
    def fifo(self) -> bool:
        """Whether it keeps the order of its messages; the suffix of the name says so."""
        return self.name.endswith(".fifo")

    @property
    def arn(self) -> str | None:
        """Its ARN, unless a part of it is unknown."""
        if not (self.partition and self.region and self.account):
            return None
        return f"arn:{self.partition}:sqs:{self.region}:{self.account}:{self.name}"


def is_account_id(value: object) -> TypeGuard[str]:
    """Return whether a value is the id of an AWS account: twelve digits, as text."""
    return isinstance(value, str) and _ACCOUNT.fullmatch(value) is not None


def is_region(value: object) -> TypeGuard[str]:
    """Return whether a value looks like the name of a region, ones that are still to come included."""
    return isinstance(value, str) and len(value) <= _LONGEST_REGION and _REGION.fullmatch(value) is not None


def may_be_same(one: Queue, other: Queue) -> bool:
    """Return whether two descriptions can be of one queue: what both of them know is equal."""
    return one.name == other.name and all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.account, other.account), (one.region, other.region))
    )


def queue_from_arn(arn: str) -> Queue | None:
    """Return the queue that an ARN names, or None where it is not the ARN of a queue.

    Examples
    --------
    >>> queue_from_arn("arn:aws-cn:sqs:cn-north-1:111122223333:orders").region
    'cn-north-1'
    """
    parts = arn.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or parts[0] != "arn" or parts[2] != "sqs" or not parts[5]:
        return None
    return Queue(
        name=parts[5],
        account=parts[4] if is_account_id(parts[4]) else None,
        region=parts[3] if is_region(parts[3]) else None,
        partition=parts[1] or None,
    )


def queue_from_message(message: str) -> Queue | None:
    """Return the queue whose ARN an error message mentions, or None.

    A denial says ``… on resource: ARN …``. Only what follows these words counts if they are there,
    because the ARN of the caller, in front of them, is the caller's own choice in part.
    """
    _, _, resource = message.partition(" resource: ")
    found = _QUEUE_ARN.search(resource or message)
    return queue_from_arn(found.group()) if found else None


def queue_from_url(url: str, region: str | None = None) -> Queue | None:
    """Return the queue that a queue URL names.

    Parameters
    ----------
    url
        A queue URL of any endpoint (regional, FIPS, dual stack, legacy, VPC, emulator), or a bare name.
    region
        The record's ``awsRegion``, which counts for more than the host of the URL.

    Returns
    -------
    Queue or None
        None where the URL names no queue.

    Examples
    --------
    >>> queue_from_url("https://sqs.eu-west-1.amazonaws.com/111122223333/orders").arn
    'arn:aws:sqs:eu-west-1:111122223333:orders'
    >>> queue_from_url("https://queue.amazonaws.com/111122223333/orders").region
    'us-east-1'
    """
    found = _URL.match(url.strip())
    scheme, host, path = found.group("scheme", "host", "path") if found else (None, "", None)
    if path is None:
        return _queue(host, None, region) if host and not scheme else None
    region = region or _region_of_host(host)
    match [part for part in path.split("/") if part]:
        case [account, name] if is_account_id(account):
            return _queue(name, account, region)
        # Emulators write "queue", and some of them the region, in front.
        case ["queue", account, name] if is_account_id(account):
            return _queue(name, account, region)
        case ["queue", place, account, name] if is_region(place) and is_account_id(account):
            return _queue(name, account, region or place)
        case ["queue", name] | [name] if not is_account_id(name):
            return _queue(name, None, region)
    return None


def _queue(name: str, account: str | None, region: str | None) -> Queue:
    return Queue(name, account, region, partition_of(region).name if region else None)


def _region_of_host(location: str) -> str | None:
    """Return the region in the host of a URL: it follows ``sqs``, or precedes ``queue`` in legacy hosts."""
    host = location.rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    if host == _HOST_WITHOUT_REGION:
        return _REGION_OF_THAT_HOST
    labels = host.split(".")
    for label, following in pairwise(labels):
        if label in _SERVICE_LABELS and is_region(following):
            return following
        if following == "queue" and is_region(label):
            return label
    return None
