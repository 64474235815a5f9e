"""The security team's inbox: a queue that subscribes to the alert topic, as any subscriber would."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policies import naming
from policies.document import Statement, document, service
from policies.naming import Place

if TYPE_CHECKING:
    from demo.local_aws import LocalAws

HUB = Place("222233334444", "us-east-1")
INBOX = "security-team"
LONGEST_WAIT_SECONDS = 30
QUIET_SECONDS = 5


class AlertError(Exception):
    """An alert that was due did not come, or one came that was not due."""


@dataclass(frozen=True, slots=True)
class ReceivedAlert:
    """What a subscriber received.

    Parameters
    ----------
    subject, message
        As SNS delivered them.
    attributes
        The message attributes, by which subscribers filter.
    """

    subject: str
    message: str
    attributes: dict[str, str] = field(hash=False)


class SecurityTeam:
    """The subscriber.

    Parameters
    ----------
    aws
        The local AWS that the hub is deployed to.
    """

    def __init__(self, aws: LocalAws) -> None:
        self._sqs: Any = aws.client("sqs", HUB.account, HUB.region)
        self._queue_url: str = self._sqs.create_queue(QueueName=INBOX)["QueueUrl"]
        admission = Statement(
            "AdmitTheAlertTopic",
            ("sqs:SendMessage",),
            (HUB.arn("sqs", INBOX),),
            principals=service("sns.amazonaws.com"),
            conditions={"ArnEquals": {"aws:SourceArn": HUB.arn("sns", naming.ALERT_TOPIC)}},
        )
        self._sqs.set_queue_attributes(QueueUrl=self._queue_url, Attributes={"Policy": document(admission)})

    def next_alert(self, longest_wait_seconds: float = LONGEST_WAIT_SECONDS) -> ReceivedAlert:
        """Wait for an alert.

        Raises
        ------
        AlertError
            None came in time.
        """
        deadline = time.monotonic() + longest_wait_seconds
        while time.monotonic() < deadline:
            alert = self._receive()
            if alert is not None:
                return alert
        raise AlertError(f"no alert reached the security team within {longest_wait_seconds:.0f} seconds")

    def stay_quiet(self, seconds: float = QUIET_SECONDS) -> None:
        """Wait for a while in which no alert may come.

        Raises
        ------
        AlertError
            One came.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            alert = self._receive()
            if alert is not None:
                raise AlertError(f"an alert came that was not due: {alert.subject}\n{alert.message}")

    def _receive(self) -> ReceivedAlert | None:
        answer = self._sqs.receive_message(QueueUrl=self._queue_url, WaitTimeSeconds=1)
        for message in answer.get("Messages", ()):
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
            envelope = json.loads(message["Body"])
            # SNS leaves the attributes out where there are none, as with what an alarm sends.
            attributes = {
                name: value["Value"] for name, value in envelope.get("MessageAttributes", {}).items()
            }
            return ReceivedAlert(envelope["Subject"], envelope["Message"], attributes)
        return None
