"""The queue in which everything lands that could not be delivered, with an alarm on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.document import ANYONE, INSECURE_TRANSPORT, Statement, document, service
from stacks.parts.alarm import Alarm
from stacks.provider import Construct, SqsQueue

if TYPE_CHECKING:
    from policies.naming import Place
    from stacks.provider import TerraformProvider

RETENTION_SECONDS = 14 * 24 * 3600
"""The longest that SQS keeps a message: time enough to repair the path and to send the events again."""


class DeadLetterQueue(Construct):
    """A dead-letter queue that AWS encrypts, that admits named senders only, and that rings.

    Parameters
    ----------
    place
        The account and region that the queue is in.
    name
        The queue's name.
    sender
        The service that sends to it, such as ``events.amazonaws.com``; None where a function sends.
    source_arns
        The rules or topics on whose behalf that service may send.
    alarm_name, meaning
        The alarm's name, and what a message in the queue means and what to do about it.
    alarm_actions
        The topics that the alarm tells.
    provider
        The region's provider; None for the stack's own region.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        name: str,
        alarm_name: str,
        meaning: str,
        sender: str | None = None,
        source_arns: tuple[str, ...] = (),
        alarm_actions: tuple[str, ...] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        queue = SqsQueue(
            self,
            "queue",
            name=name,
            message_retention_seconds=RETENTION_SECONDS,
            # EventBridge cannot send to a queue whose key does not admit it; SQS's own key admits everybody
            # whom the queue's policy admits, and costs nothing.
            sqs_managed_sse_enabled=True,
            policy=document(*_statements(place.arn("sqs", name), sender, source_arns)),
            provider=provider,
        )
        self.arn: str = queue.arn
        Alarm(
            name=alarm_name,
            description=meaning,
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": name},
            statistic="Maximum",
            # SQS stops reporting on a queue that nobody touches for hours, the unread messages still in it.
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
            when_missing="ignore",
        ).create(self, "alarm", actions=alarm_actions, provider=provider)


def _statements(queue_arn: str, sender: str | None, source_arns: tuple[str, ...]) -> tuple[Statement, ...]:
    refusal = Statement(
        "RefuseInsecureTransport",
        ("sqs:*",),
        (queue_arn,),
        effect="Deny",
        principals=ANYONE,
        conditions=INSECURE_TRANSPORT,
    )
    if sender is None:
        return (refusal,)
    admission = Statement(
        "AdmitTheSender",
        ("sqs:SendMessage",),
        (queue_arn,),
        principals=service(sender),
        conditions={"ArnEquals": {"aws:SourceArn": source_arns}},
    )
    return (admission, refusal)
