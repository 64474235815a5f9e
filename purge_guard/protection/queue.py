"""One queue's policy on AWS: read, changed, and read again until the change is seen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from purge_guard.protection.change import planned_change, theirs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

    from policies.document import Statement
    from purge_guard.protection.change import PolicyChange

CONFIRMATION_WAITS_SECONDS = (0, 1, 2, 4, 8, 15, 15, 15, 15, 15)
"""How long is waited before each look: "the change can take up to 60 seconds … to propagate", and half as
much again. See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""


class ConfirmationError(Exception):
    """A policy was written, and something else stands there. The sentence says what to do."""


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """The policy of one queue.

    Parameters
    ----------
    sqs
        A client in the queue's account and region.
    name
        The queue's name.
    """

    sqs: SQSClient
    name: str

    def planned(self, statements: Sequence[Statement]) -> PolicyChange:
        """Return what merging statements would change now."""
        return planned_change(self._read(self._url()), statements)

    def change(self, statements: Sequence[Statement]) -> PolicyChange:
        """Merge statements into the policy, and return what that changed once it is seen.

        SQS has no conditional write: what somebody else writes between our reading and our writing is lost.
        The policy is read right before, and what is read afterwards tells in most cases.

        Raises
        ------
        ConfirmationError
            Our statements are not seen in time, or what somebody else wrote meanwhile was lost.
        QueuePolicyError, PolicySizeError
            See `policies.prevention.queue.merge_statements`.
        ClientError, BotoCoreError
            A call failed.
        """
        url = self._url()
        change = planned_change(self._read(url), statements)
        if change.is_needed:
            self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": change.after})
            self._confirm(url, change, statements)
        return change

    def _confirm(self, url: str, change: PolicyChange, statements: Sequence[Statement]) -> None:
        foreign = False
        for wait in CONFIRMATION_WAITS_SECONDS:
            time.sleep(wait)
            seen = self._read(url)
            if theirs(seen) != theirs(change.before):
                foreign = True
            if planned_change(seen, statements).is_needed:
                continue
            if foreign and theirs(seen) == theirs(change.before):
                raise ConfirmationError(
                    "protected, but somebody else changed the policy at the same moment, and that change was"
                    " overwritten: let them make it again"
                )
            return
        raise ConfirmationError(
            "written, but somebody else's policy stands there now: run this again"
            if foreign
            else "written, but SQS still shows the former policy: run this again in a minute"
        )

    def _url(self) -> str:
        return self.sqs.get_queue_url(QueueName=self.name)["QueueUrl"]

    def _read(self, url: str) -> str:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])
        return answer.get("Attributes", {}).get("Policy", "")
