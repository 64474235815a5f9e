"""The alarms that an account has on its own way to the hub, and the event in which it tells the hub of them.

What an alarm means is said here, for the alarm's description and for the alert. The description in the event
is not shown: whoever may change alarms in an account could write to the security team with it.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

from dataclasses import dataclass

from policies import naming
from policies.detection.rules import RULES

ALARM_SOURCE = "aws.cloudwatch"
"""``source`` of an alarm's event on the bus."""

ALARM_DETAIL_TYPE = "CloudWatch Alarm State Change"
"""``detail-type`` of an alarm's event on the bus."""


@dataclass(frozen=True, slots=True)
class AccountAlarm:
    """An alarm that every account has in each of its regions.

    Parameters
    ----------
    name
        Its name in CloudWatch.
    meaning
        What has happened when it rings, and what to do.
    """

    name: str
    meaning: str


UNDELIVERED_ALARM = AccountAlarm(
    f"{naming.PREFIX}-account-undelivered",
    "An event of this region was not delivered to the hub: nobody was told of a purge. Read the messages in "
    f"the queue {naming.UNDELIVERED_QUEUE} of this account and region; they expire after 14 days.",
)

FORWARDING_ALARMS = {
    rule.id: AccountAlarm(
        f"{naming.PREFIX}-account-failed-{rule.id}",
        f"The rule {naming.event_rule(rule.id)} cannot send events to the hub. Does the hub's bus exist and "
        f"admit this account, and may the role {naming.FORWARDER_ROLE} put events on it? "
        f"What was not sent is in the queue {naming.UNDELIVERED_QUEUE}.",
    )
    for rule in RULES
}
"""The alarms on the rules that forward purges, by the ids of the rules.

There is none on the rule that forwards alarms: if that cannot send, neither could the news of it be sent.
"""

ACCOUNT_ALARMS = {alarm.name: alarm for alarm in (UNDELIVERED_ALARM, *FORWARDING_ALARMS.values())}
"""All of them by name."""

ALARM_EVENT_PATTERN: dict[str, object] = {
    "source": [ALARM_SOURCE],
    "detail-type": [ALARM_DETAIL_TYPE],
    "detail": {
        "alarmName": sorted(ACCOUNT_ALARMS),
        "$or": [
            {"state": {"value": ["ALARM"]}},
            # A new alarm turns OK within minutes. Only the end of an alarm is news.
            {"state": {"value": ["OK"]}, "previousState": {"value": ["ALARM"]}},
        ],
    },
}
"""An account's own alarm that rings, or that is over: what accounts forward to the hub of themselves."""
