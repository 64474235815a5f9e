"""Bursts: which alerts are one of many, and how many messages people get at most.

A burst is what one actor does, or what is done to one queue, within a few minutes. Its first alert goes out
at once and opens a window for the actor and one for the queue; while a window is open, what belongs to it
goes into a digest. Only an alert that is worse than the one that opened the window breaks through, so that
nobody can hide a purge behind a harmless attempt.

Whatever the windows say, there is a budget, and here is its arithmetic. Every message takes a place in the
slot of the clock in which it is admitted, and is out at most `LONGEST_DELAY_SECONDS` later: then its
invocation has ended. So what goes out in any `SPAN_SECONDS` was admitted within ``SPAN_SECONDS +
LONGEST_DELAY_SECONDS``, 360 seconds, which touch at most ``360 / 120 + 1 = 4`` slots of two minutes, with 11
places each, and ``360 / 40 + 1 = 10`` of forty seconds, with 2 for digests, for which an invocation can wait.
That is ``4 * 11 + 10 * 2 = 64`` messages, and the daily digest makes 65. What is left is for the alarms on
the parts of purge-guard, which CloudWatch sends past the function: each tells at most twice in the span.
Tests hold all of it, against arrivals of every kind and the deployed alarms.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from policies.detection.actor import ActorKind, is_from_identity_center
from policies.detection.alert import AlertKind
from policies.detection.record import ApiCall
from policies.detection.severity import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.detection.alert import Alert

MOST_MESSAGES = 100
"""To each channel, alerts, digests and alarms together, in any `SPAN_SECONDS`."""

SPAN_SECONDS = 300

LONGEST_DELAY_SECONDS = 60
"""From a message's admission to its publication: the timeout of the function."""

WINDOW_SECONDS = 300
"""How long a window stays open. A burst that lasts longer is told at once again."""


class Lane(StrEnum):
    """What messages are about. Each kind has places of its own, so that none can crowd out another."""

    URGENT_CALLS = "urgent-calls"
    CALLS = "calls"
    GUARD = "guard"
    DIGESTS = "digests"


SLOT_SECONDS: Mapping[Lane, int] = MappingProxyType(
    {Lane.URGENT_CALLS: 120, Lane.CALLS: 120, Lane.GUARD: 120, Lane.DIGESTS: 40}
)
"""How long the places of a lane last that are given out together."""

PLACES: Mapping[Lane, int] = MappingProxyType(
    {Lane.URGENT_CALLS: 1, Lane.CALLS: 8, Lane.GUARD: 2, Lane.DIGESTS: 2}
)
"""How many messages of each kind may be admitted in a slot."""

MOST_OF_THE_FUNCTION = sum(
    ((SPAN_SECONDS + LONGEST_DELAY_SECONDS) // SLOT_SECONDS[lane] + 1) * PLACES[lane] for lane in Lane
)
"""Alerts and digests together, in any `SPAN_SECONDS`."""

_URGENT = (Severity.HIGH, Severity.CRITICAL)
_GUARD_KINDS = (AlertKind.GUARD_TAMPERING, AlertKind.ALARM)


def lanes_of(alert: Alert) -> tuple[Lane, ...]:
    """Return the lanes in which an alert may go out at once, the first to be asked first.

    What is high or critical has a place of its own beside those of all calls: whoever makes many calls that
    are not so bad, in many names, takes none of it.
    """
    if alert.kind in _GUARD_KINDS:
        return (Lane.GUARD,)
    return (Lane.CALLS, Lane.URGENT_CALLS) if alert.assessment.severity in _URGENT else (Lane.CALLS,)


def rank_of(alert: Alert) -> int:
    """Return how bad an alert is beside others: the higher, the worse."""
    return list(Severity).index(alert.assessment.severity)


def place_name(lane: Lane, seconds: float) -> str:
    """Return the name under which the places of a lane are counted at a time, in seconds since 1970.

    Examples
    --------
    >>> place_name(Lane.CALLS, 1_768_471_259.9)
    'budget#calls#14737260'
    """
    return f"budget#{lane}#{int(seconds) // SLOT_SECONDS[lane]}"


def windows_of(alert: Alert) -> tuple[str, ...]:
    """Return the names of the windows that an alert belongs to: its actor's and its queue's.

    There are none for tampering with purge-guard and for its alarms, each of which is told by itself while
    the budget lasts, and none for an alert without a key, which could not be told from the one that opened
    them.
    """
    if not isinstance(alert.subject, ApiCall) or alert.key is None or alert.kind in _GUARD_KINDS:
        return ()
    return tuple(_windows(alert.subject))


def _windows(call: ApiCall) -> Iterator[str]:
    actor, queue = call.actor, call.queue
    # Whoever assumes a role, or asks for a federated session, chooses the session's name, and would be
    # somebody else each time.
    name = actor.issuer_arn or actor.name or actor.arn or actor.principal_id
    if name is not None:
        session = actor.session if is_from_identity_center(actor) else None
        # A service has no account of its own: it acts in the one where it was set up to.
        yield _name("actor", actor.kind, actor.account or call.account, name, session)
    if queue is not None:
        yield _name("queue", queue.account, queue.region, queue.name)


def _name(kind: str, *parts: ActorKind | str | None) -> str:
    """Return the name of a window, of one length whatever it is made of."""
    return f"window#{kind}#{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"
