"""How EventBridge delivers: a rule, its target, how long it retries and where what it gives up on lands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies.detection.pattern import check_pattern
from stacks.provider import (
    CloudwatchEventRule,
    CloudwatchEventTarget,
    TargetDeadLetterConfig,
    TargetRetryPolicy,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.naming import Place
    from stacks.provider import Construct, TerraformProvider, TerraformResource

OLDEST_EVENT_SECONDS = 24 * 3600
ATTEMPTS = 185
"""EventBridge's own limits, written down so that nobody lowers them unseen."""

DEFAULT_BUS = "default"


def rule_arn(place: Place, rule: str, bus: str = DEFAULT_BUS) -> str:
    """Return the ARN of a rule, which names its bus unless that is the default one."""
    return place.arn("events", f"rule/{rule}" if bus == DEFAULT_BUS else f"rule/{bus}/{rule}")


def deliver(
    scope: Construct,
    construct_id: str,
    *,
    rule: str,
    description: str,
    pattern: Mapping[str, object],
    target_arn: str,
    dead_letter_arn: str,
    bus: str = DEFAULT_BUS,
    role_arn: str | None = None,
    after: tuple[TerraformResource, ...] = (),
    provider: TerraformProvider | None = None,
) -> None:
    """Create a rule and its target.

    Parameters
    ----------
    rule, description
        The rule's name and what it is for.
    pattern
        What it matches.
    target_arn, role_arn
        Where events go, and the role that EventBridge takes to send them there: needed for a bus, and to
        be left out for a function.
    dead_letter_arn
        The queue for events that could not be delivered.
    bus
        The bus that the rule is on.
    after
        What has to be there before the target is.
    provider
        The region's provider; None for the stack's own region.

    Raises
    ------
    PatternError
        The pattern is not one that EventBridge would accept.
    """
    check_pattern(pattern)
    created = CloudwatchEventRule(
        scope,
        f"{construct_id}-rule",
        name=rule,
        description=description,
        event_bus_name=bus,
        event_pattern=json.dumps(pattern, separators=(",", ":")),
        state="ENABLED",
        provider=provider,
    )
    CloudwatchEventTarget(
        scope,
        f"{construct_id}-target",
        rule=created.name,
        event_bus_name=bus,
        target_id=rule,
        arn=target_arn,
        role_arn=role_arn,
        retry_policy=TargetRetryPolicy(
            maximum_event_age_in_seconds=OLDEST_EVENT_SECONDS, maximum_retry_attempts=ATTEMPTS
        ),
        dead_letter_config=TargetDeadLetterConfig(arn=dead_letter_arn),
        depends_on=list(after) or None,
        provider=provider,
    )
