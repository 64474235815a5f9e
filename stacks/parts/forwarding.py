"""What an account has in each of its regions: the rules that see a purge, and the way to the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.detection.rule import ALARM_EVENT_PATTERN, RULES
from policies.document import Statement, document, trust
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.delivery import deliver, rule_arn
from stacks.provider import Construct, IamRole, IamRolePolicy

if TYPE_CHECKING:
    from policies.naming import Place
    from stacks.provider import TerraformProvider

FORWARDED = (
    *((naming.event_rule(rule.id), rule.description, rule.event_pattern) for rule in RULES),
    (naming.ALARM_RULE, "The alarms of purge-guard's own parts in this region.", ALARM_EVENT_PATTERN),
)
"""Rule, what it is for, and what it matches."""


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
        IamRolePolicy(
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
    hub_bus_arn, role_arn
        The hub's bus and the role to send there with.
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
        role_arn: str,
        provider: TerraformProvider | None,
    ) -> None:
        super().__init__(scope, construct_id)
        undelivered = DeadLetterQueue(
            self,
            "undelivered",
            place=place,
            name=naming.UNDELIVERED_QUEUE,
            sender="events.amazonaws.com",
            source_arns=tuple(rule_arn(place, rule) for rule, _, _ in FORWARDED),
            alarm_name=f"{naming.ACCOUNT_ALARM_PREFIX}undelivered",
            meaning="A purge was seen in this region and the hub was not told.",
            provider=provider,
        )
        for rule, description, pattern in FORWARDED:
            deliver(
                self,
                rule,
                rule=rule,
                description=description,
                pattern=pattern,
                target_arn=hub_bus_arn,
                role_arn=role_arn,
                dead_letter_arn=undelivered.arn,
                provider=provider,
            )
            Alarm(
                name=f"{naming.ACCOUNT_ALARM_PREFIX}failed-{rule}",
                description=(
                    f"The rule {rule} cannot send events to the hub's bus {hub_bus_arn}. Does the bus exist, "
                    f"and admit this account? What the rule gave up on is in {naming.UNDELIVERED_QUEUE}."
                ),
                namespace="AWS/Events",
                metric="FailedInvocations",
                dimensions={"RuleName": rule},
            ).create(self, f"{rule}-failed", provider=provider)
