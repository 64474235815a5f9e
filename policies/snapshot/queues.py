"""Queues and their policies: ``ACCOUNT/REGION/queues.json``.

The file has, for each queue URL, what ``aws sqs get-queue-attributes`` puts out, or the ``Attributes`` in it.
See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.detection.queue import queue_from_arn, queue_from_url
from policies.evaluation.policy import Policy, PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.snapshot.documents import Documents
    from policies.snapshot.files import Node


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue.

    Parameters
    ----------
    arn, url
        Its ARN and its URL.
    policy
        Its own policy, called by the queue's ARN; None where it has none.
    """

    arn: str
    url: str
    policy: Policy | None


def read_queues(queues: Node, account_id: str, region: str, documents: Documents) -> Iterator[Queue]:
    """Yield the queues of an account in a region.

    Parameters
    ----------
    queues
        The content of the file.
    account_id, region
        Where they are.
    documents
        What was read so far.

    Raises
    ------
    SnapshotError
        The file is something else, or of another place; or the policy of a queue is malformed.
    """
    arns: set[str] = set()
    for url, output in queues.members():
        attributes = output.get("Attributes") or output
        named = attributes.get("QueueArn") or output
        queue = queue_from_url(url) if named is output else queue_from_arn(named.text())
        if queue is None or queue.arn is None or (queue.account, queue.region) != (account_id, region):
            raise named.error(f"this is no queue of the account {account_id} in {region}")
        if queue.arn in arns:
            raise named.error("this ARN is repeated")
        arns.add(queue.arn)
        yield Queue(queue.arn, url, _policy(attributes, queue.arn, documents))


def _policy(attributes: Node, arn: str, documents: Documents) -> Policy | None:
    policy = attributes.get("Policy")
    if policy is None or policy.is_null or policy.value == "":
        return None
    return documents.policy(PolicyKind.QUEUE, arn, policy)
