"""Once a day the alert function is asked what exceptions silenced the day before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies import naming
from policies.settings import DAILY_EVENT
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.delivery import ATTEMPTS, DEFAULT_BUS, OLDEST_EVENT_SECONDS, rule_arn
from stacks.provider import (
    CloudwatchEventRule,
    CloudwatchEventTarget,
    Construct,
    LambdaPermission,
    TargetDeadLetterConfig,
    TargetRetryPolicy,
)

if TYPE_CHECKING:
    from policies.naming import Place

SIX_IN_THE_MORNING = "cron(0 6 * * ? *)"
"""In UTC, when the day that is told of is over everywhere."""


class DailySchedule(Construct):
    """A scheduled rule on the default bus, which is the only one that has schedules.

    Parameters
    ----------
    place
        The hub's account and region.
    function_arn, topic_arn
        The alert function, and the topic that the alarms tell.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, place: Place, function_arn: str, topic_arn: str
    ) -> None:
        super().__init__(scope, construct_id)
        undelivered = DeadLetterQueue(
            self,
            "undelivered",
            place=place,
            name=naming.DAILY_UNDELIVERED_QUEUE,
            sender="events.amazonaws.com",
            source_arns=(rule_arn(place, naming.DAILY_RULE),),
            alarm_name=f"{naming.HUB_ALARM_PREFIX}daily-undelivered",
            meaning=(
                "The daily digest of exceptions was not asked for: nobody was told what they silenced. "
                f"Read the messages in the queue {naming.DAILY_UNDELIVERED_QUEUE}; they expire after 14 days."
            ),
            alarm_actions=(topic_arn,),
        )
        permission = LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal="events.amazonaws.com",
            source_arn=rule_arn(place, naming.DAILY_RULE),
        )
        rule = CloudwatchEventRule(
            self,
            "rule",
            name=naming.DAILY_RULE,
            event_bus_name=DEFAULT_BUS,
            description="Asks the alert function what exceptions silenced the day before.",
            schedule_expression=SIX_IN_THE_MORNING,
            state="ENABLED",
        )
        CloudwatchEventTarget(
            self,
            "target",
            rule=rule.name,
            event_bus_name=DEFAULT_BUS,
            target_id=naming.DAILY_RULE,
            arn=function_arn,
            input=json.dumps(DAILY_EVENT),
            retry_policy=TargetRetryPolicy(
                maximum_event_age_in_seconds=OLDEST_EVENT_SECONDS, maximum_retry_attempts=ATTEMPTS
            ),
            dead_letter_config=TargetDeadLetterConfig(arn=undelivered.arn),
            depends_on=[permission],
        )
        Alarm(
            name=f"{naming.HUB_ALARM_PREFIX}failed-{naming.DAILY_RULE}",
            description=(
                f"The rule {naming.DAILY_RULE} cannot invoke the alert function. "
                f"What it gave up on is in {naming.DAILY_UNDELIVERED_QUEUE}."
            ),
            namespace="AWS/Events",
            metric="FailedInvocations",
            dimensions={"RuleName": naming.DAILY_RULE},
            # It has work once a day: minutes later the alarm is over, and nothing is mended.
            tells_end=False,
        ).create(self, "failed", actions=(topic_arn,))
