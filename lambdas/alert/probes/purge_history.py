"""The purges that CloudTrail remembers: the probes of queue and actor ask, and they are looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.cards.purge import EVENT_NAME
from policies.detection.triage import queue_history

if TYPE_CHECKING:
    from lambdas.alert.triage import Case
    from policies.detection.triage.past_calls import PastCalls
    from policies.naming import Place

_MOST_PAGES = 3


def purges_before(case: Case, place: Place) -> PastCalls:
    """Return the purges in an account and region in the month before a call.

    Raises
    ------
    NotApplicableError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, TriageRoleError
        See ``Case.time`` and ``CloudTrailHistory.events``.
    """
    return case.history.events(
        "EventName",
        EVENT_NAME,
        place,
        since=case.time - queue_history.PURGES_LOOK_BACK,
        until=case.time,
        most_pages=_MOST_PAGES,
    )
