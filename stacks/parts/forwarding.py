"""What an account has in each of its regions: the rules that see a purge, and the way to the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.detection.account_alarm import ALARM_EVENT_PATTERN, FORWARDING_ALARMS, UNDELIVERED_ALARM
from policies.detection.rules import RULES
from policies.document import Statement, document, trust
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.delivery import deliver, rule_arn
from stacks.provider import Construct, IamRole, IamRolePolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.detection.rule import Rule
    from policies.naming import Place
    from stacks.provider import TerraformProvider


class ForwarderRole(Construct):
    """The role that EventBridge takes to send events to the hub. It may do that and nothing else.

    Parameters
    ----------
    hub_bus_arn
        The hub's bus.
    """

    def __init__(self, scope: Construct, construct_id: str, *, hub_bus_arn: str) -> None:
        super().__init__(scope, construct_id)
        role = IamRole(
            self,
            "role",
            name=naming.FORWARDER_ROLE,
            description="Lets EventBridge send purge-guard's events to the hub",
            assume_role_policy=trust("events.amazonaws.com"),
        )
        self.policy = IamRolePolicy(
            self,
            "role-policy",
            name="forward",
            role=role.name,
            policy=document(Statement("SendToTheHub", ("events:PutEvents",), (hub_bus_arn,))),
        )
        self.arn: str = role.arn


class Forwarding(Construct):
    """The rules of one region, each with the hub's bus as its target, and the queue for what never got there.

    Parameters
    ----------
    place
        The account and the region.
    hub_bus_arn, forwarder
        The hub's bus and the role to send there with.
    alarm_topic_arn
        The topic that the alarms tell. An alarm can only tell a topic beside it: where there is none, a rule
        forwards to the hub that they ring.
    provider
        The region's provider; None for the account's home region.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        hub_bus_arn: str,
        forwarder: ForwarderRole,
        alarm_topic_arn: str | None,
        provider: TerraformProvider | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._hub_bus_arn = hub_bus_arn
        self._forwarder = forwarder
        self._alarm_actions = () if alarm_topic_arn is None else (alarm_topic_arn,)
        self._provider = provider
        rules = [naming.event_rule(rule.id) for rule in RULES]
        if alarm_topic_arn is None:
            rules.append(naming.ALARM_RULE)
        self._undelivered = DeadLetterQueue(
            self,
            "undelivered",
            place=place,
            name=naming.UNDELIVERED_QUEUE,
            sender="events.amazonaws.com",
            source_arns=tuple(rule_arn(place, rule) for rule in rules),
            alarm_name=UNDELIVERED_ALARM.name,
            meaning=UNDELIVERED_ALARM.meaning,
            alarm_actions=self._alarm_actions,
            provider=provider,
        )
        for rule in RULES:
            self._forward_purges(rule)
        if alarm_topic_arn is None:
            purpose = "The alarms of purge-guard's own parts in this region."
            self._forward(naming.ALARM_RULE, purpose, ALARM_EVENT_PATTERN)

    def _forward_purges(self, rule: Rule) -> None:
        name = naming.event_rule(rule.id)
        self._forward(name, rule.description, rule.event_pattern)
        alarm = FORWARDING_ALARMS[rule.id]
        Alarm(
            name=alarm.name,
            description=alarm.meaning,
            namespace="AWS/Events",
            metric="FailedInvocations",
            dimensions={"RuleName": name},
        ).create(self, f"{name}-failed", actions=self._alarm_actions, provider=self._provider)

    def _forward(self, rule: str, description: str, pattern: Mapping[str, object]) -> None:
        deliver(
            self,
            rule,
            rule=rule,
            description=description,
            pattern=pattern,
            target_arn=self._hub_bus_arn,
            role_arn=self._forwarder.arn,
            dead_letter_arn=self._undelivered.arn,
            # EventBridge does not try again where a permission is missing.
            after=(self._forwarder.policy,),
            provider=self._provider,
        )
