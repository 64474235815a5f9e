"""A CloudWatch alarm on one of our own parts: it rings at the first occurrence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policies.detection.burst import SPAN_SECONDS
from stacks.provider import CloudwatchMetricAlarm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.provider import Construct, TerraformProvider

PERIOD_SECONDS = 60

MESSAGES_WITHIN_THE_SPAN = 2
"""How often an alarm tells at most in five minutes: it stays for its window, five minutes at least."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """What an alarm watches, and what to do when it rings.

    Parameters
    ----------
    name
        Its name in CloudWatch, which is unique in an account and region.
    description
        What has happened and what to do, for whoever is woken by it. At most 1,024 characters.
    namespace, metric, dimensions
        Where CloudWatch keeps the number.
    statistic
        How the numbers of one minute become one: ``Sum`` for counts, ``Maximum`` for ages and lengths.
    above
        It rings when the number of a minute is greater than this.
    window_minutes
        How many minutes it looks back: one bad minute among them is enough. With fewer than
        ``policies.detection.burst.SPAN_SECONDS``, what fails every other minute would tell each time.
    when_missing
        What a minute without a number means: ``notBreaching`` for counts of failures, which have none while
        nothing fails; ``ignore`` where it says nothing, so that the alarm stays as it is.
    tells_end
        Whether it also tells when it is over.
    """

    name: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    statistic: str = "Sum"
    above: int = 0
    window_minutes: int = SPAN_SECONDS // PERIOD_SECONDS
    when_missing: Literal["notBreaching", "ignore"] = "notBreaching"
    tells_end: bool = True

    def create(
        self,
        scope: Construct,
        construct_id: str,
        *,
        actions: tuple[str, ...] = (),
        provider: TerraformProvider | None = None,
    ) -> None:
        """Create the alarm, which tells the topics in ``actions``."""
        CloudwatchMetricAlarm(
            scope,
            construct_id,
            alarm_name=self.name,
            alarm_description=self.description,
            namespace=self.namespace,
            metric_name=self.metric,
            dimensions=dict(self.dimensions),
            statistic=self.statistic,
            comparison_operator="GreaterThanThreshold",
            threshold=self.above,
            period=PERIOD_SECONDS,
            evaluation_periods=self.window_minutes,
            datapoints_to_alarm=1,
            treat_missing_data=self.when_missing,
            alarm_actions=list(actions),
            ok_actions=list(actions) if self.tells_end else [],
            provider=provider,
        )
