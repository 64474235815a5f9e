"""The queue in which alerts of a burst wait for their digest, and how Lambda hands them to the function."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies import naming
from policies.detection.digest import MOST_ENTRIES
from policies.document import ANYONE, INSECURE_TRANSPORT, Statement, document
from stacks.parts.alarm import Alarm
from stacks.provider import Construct, LambdaEventSourceMapping, ScalingConfig, SqsQueue

if TYPE_CHECKING:
    from policies.naming import Place
    from stacks.provider import LambdaFunction

BATCHING_SECONDS = 60
"""How long alerts gather: nobody hears of one later than that because of it."""

MOST_CONCURRENT = 2
"""The fewest that Lambda lets a mapping have."""

RETENTION_SECONDS = 14 * 24 * 3600
"""The longest that SQS keeps a message."""

RETRY_SECONDS = 6 * 3600
"""How long a digest that cannot be published is tried, as long as an alert is."""

LATE_SECONDS = 10 * 60
"""The age from which on a waiting alert is late.

What could not be told once comes again before. What was received three times, a quarter of an hour later, SQS
leaves out of the age that it reports:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

QUEUE_ACTIONS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage")
"""What the function does with the queue, and Lambda with the function's role.

See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""


class DigestQueue(Construct):
    """The queue and its alarm.

    Parameters
    ----------
    place
        The hub's account and region.
    dead_letter_arn
        The queue for what could not be told for hours.
    function_timeout_seconds
        How long the function that reads the queue can take.
    alarm_actions
        The topics that the alarm tells.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        dead_letter_arn: str,
        function_timeout_seconds: int,
        alarm_actions: tuple[str, ...],
    ) -> None:
        super().__init__(scope, construct_id)
        # Six times the function's timeout is what Lambda asks for, so that it can try again when throttled.
        hidden_seconds = 6 * function_timeout_seconds + BATCHING_SECONDS
        queue = SqsQueue(
            self,
            "queue",
            name=naming.DIGEST_QUEUE,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=hidden_seconds,
            sqs_managed_sse_enabled=True,
            redrive_policy=json.dumps(
                {"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": RETRY_SECONDS // hidden_seconds},
                separators=(",", ":"),
            ),
            policy=document(*_refusals(place)),
        )
        self.arn: str = queue.arn
        self.url: str = queue.url
        Alarm(
            name=f"{naming.HUB_ALARM_PREFIX}digests-late",
            description=(
                "Alerts of a burst wait and are not told. Is the mapping of their queue to "
                f"{naming.ALERT_FUNCTION} enabled, and can that function publish? Read the messages in the "
                f"queue {naming.DIGEST_QUEUE}; they expire after 14 days."
            ),
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": naming.DIGEST_QUEUE},
            statistic="Maximum",
            above=LATE_SECONDS,
            # SQS stops reporting on a queue that nobody reads from, and then all the more is wrong.
            when_missing="ignore",
        ).create(self, "late", actions=alarm_actions)

    def feed(self, function: LambdaFunction) -> None:
        """Let Lambda hand what waits to the function: all that gathers in a minute, as one batch."""
        LambdaEventSourceMapping(
            self,
            "mapping",
            event_source_arn=self.arn,
            function_name=function.arn,
            batch_size=MOST_ENTRIES,
            maximum_batching_window_in_seconds=BATCHING_SECONDS,
            scaling_config=ScalingConfig(maximum_concurrency=MOST_CONCURRENT),
            function_response_types=["ReportBatchItemFailures"],
        )


def _refusals(place: Place) -> tuple[Statement, ...]:
    queue = (place.arn("sqs", naming.DIGEST_QUEUE),)
    function_role = place.global_arn("iam", f"role/{naming.ALERT_FUNCTION_ROLE}")
    return (
        # What is deleted here is an alert that nobody gets, and CloudTrail records no such call.
        Statement(
            "KeepWhatWaits",
            ("sqs:DeleteMessage",),
            queue,
            effect="Deny",
            principals=ANYONE,
            conditions={"ArnNotEquals": {"aws:PrincipalArn": function_role}},
        ),
        Statement("RefuseThePurge", ("sqs:PurgeQueue",), queue, effect="Deny", principals=ANYONE),
        Statement(
            "RefuseInsecureTransport",
            ("sqs:*",),
            queue,
            effect="Deny",
            principals=ANYONE,
            conditions=INSECURE_TRANSPORT,
        ),
    )
