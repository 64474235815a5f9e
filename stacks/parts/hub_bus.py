"""The bus that every account forwards to, and what happens to what arrives there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.detection.account_alarm import ALARM_EVENT_PATTERN
from policies.detection.rules import HUB_EVENT_PATTERN
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.delivery import deliver, rule_arn
from stacks.provider import CloudwatchEventBus, CloudwatchEventBusPolicy, Construct, LambdaPermission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.naming import Place

HUB_RULES = (
    (naming.HUB_PURGE_RULE, "Every purge and attempted purge, from every account.", HUB_EVENT_PATTERN),
    (naming.HUB_ALARM_RULE, "The alarms of purge-guard's parts in every account.", ALARM_EVENT_PATTERN),
)
"""Rule, what it is for, and what it matches."""


class HubBus(Construct):
    """The hub's event bus, its policy and its two rules.

    Parameters
    ----------
    place
        The hub's account and region.
    policy
        Whom the bus admits: see `policies.hub.bus_policy`.
    function_arn, topic_arn
        The function that events go to, and the topic that its alarms tell.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        policy: str,
        function_arn: str,
        topic_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._place = place
        self._topic_arn = topic_arn
        bus = CloudwatchEventBus(self, "bus", name=naming.HUB_BUS)
        CloudwatchEventBusPolicy(self, "policy", event_bus_name=bus.name, policy=policy)
        self._undelivered = DeadLetterQueue(
            self,
            "undelivered",
            place=place,
            name=naming.HUB_UNDELIVERED_QUEUE,
            sender="events.amazonaws.com",
            source_arns=tuple(rule_arn(place, rule, naming.HUB_BUS) for rule, _, _ in HUB_RULES),
            alarm_name=f"{naming.HUB_ALARM_PREFIX}undelivered",
            meaning=(
                "An event reached the hub and not the alert function. Read the messages in the queue "
                f"{naming.HUB_UNDELIVERED_QUEUE}; they expire after 14 days."
            ),
            alarm_actions=(topic_arn,),
        )
        for rule, description, pattern in HUB_RULES:
            self._send_to_function(rule, description, pattern, function_arn, bus)

    def _send_to_function(
        self,
        rule: str,
        description: str,
        pattern: Mapping[str, object],
        function_arn: str,
        bus: CloudwatchEventBus,
    ) -> None:
        permission = LambdaPermission(
            self,
            f"{rule}-permission",
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal="events.amazonaws.com",
            source_arn=rule_arn(self._place, rule, naming.HUB_BUS),
        )
        deliver(
            self,
            rule,
            rule=rule,
            description=description,
            pattern=pattern,
            target_arn=function_arn,
            dead_letter_arn=self._undelivered.arn,
            bus=bus.name,
            after=(permission,),
        )
        Alarm(
            name=f"{naming.HUB_ALARM_PREFIX}failed-{rule}",
            description=(
                f"The rule {rule} on the bus {naming.HUB_BUS} cannot invoke the alert function. "
                f"What it gave up on is in {naming.HUB_UNDELIVERED_QUEUE}."
            ),
            namespace="AWS/Events",
            metric="FailedInvocations",
            dimensions={"EventBusName": naming.HUB_BUS, "RuleName": rule},
        ).create(self, f"{rule}-failed", actions=(self._topic_arn,))
