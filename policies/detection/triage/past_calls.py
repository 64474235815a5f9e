"""What an account's history of events holds about one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from policies.detection.record import ApiCall


@dataclass(frozen=True, slots=True)
class PastCalls:
    """Calls that CloudTrail's event history holds.

    Parameters
    ----------
    calls
        The calls, the newest first.
    since
        How far back the question went, in UTC.
    is_complete
        Whether these are all of them; if not, the oldest are missing.
    """

    calls: tuple[ApiCall, ...]
    since: datetime
    is_complete: bool = True

    def before(self, call: ApiCall) -> tuple[ApiCall, ...]:
        """Return the calls that came before one that the history may hold as well.

        What was recorded without a readable time counts as before: it may not hide.
        """
        return tuple(
            past
            for past in self.calls
            if not _is_same(past, call) and (past.time is None or call.time is None or past.time <= call.time)
        )


def _is_same(one: ApiCall, other: ApiCall) -> bool:
    """Return whether two records are of one call: a call between accounts leaves one in each."""
    pairs = (
        (one.ids.event, other.ids.event),
        (one.ids.shared, other.ids.shared),
        (one.ids.request, other.ids.request),
    )
    return any(mine is not None and mine == theirs for mine, theirs in pairs)
