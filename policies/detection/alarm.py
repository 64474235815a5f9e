"""CloudWatch alarms of purge-guard itself, as their changes of state arrive over the bus.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.detection.account_alarm import ALARM_DETAIL_TYPE, ALARM_SOURCE
from policies.detection.event_time import parse_time
from policies.detection.fields import object_in, text_in
from policies.detection.queue import is_account_id, is_region

if TYPE_CHECKING:
    from datetime import datetime

IN_ALARM = "ALARM"
BACK_TO_NORMAL = "OK"


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """An alarm that changed its state.

    Parameters
    ----------
    name
        The alarm's name.
    state, previous_state
        ``ALARM``, ``OK`` or ``INSUFFICIENT_DATA``.
    reason
        Why it changed, in CloudWatch's words.
    time
        When it changed, in UTC.
    account, region
        Where it is.
    """

    name: str | None
    state: str | None
    previous_state: str | None
    reason: str | None
    time: datetime | None
    account: str | None
    region: str | None


def read_alarm(document: object) -> AlarmChange | None:
    """Return the change of state that an event tells of, or None where it is not such an event.

    Parameters
    ----------
    document
        Any JSON value.
    """
    if not isinstance(document, dict) or document.get("source") != ALARM_SOURCE:
        return None
    if document.get("detail-type") != ALARM_DETAIL_TYPE:
        return None
    detail = object_in(document, "detail")
    state = object_in(detail, "state")
    account, region = document.get("account"), document.get("region")
    return AlarmChange(
        name=text_in(detail, "alarmName"),
        state=text_in(state, "value"),
        previous_state=text_in(object_in(detail, "previousState"), "value"),
        reason=text_in(state, "reason"),
        time=parse_time(state.get("timestamp")) or parse_time(document.get("time")),
        account=account if is_account_id(account) else None,
        region=region if is_region(region) else None,
    )
