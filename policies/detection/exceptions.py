"""Exceptions: purges that somebody signed for, with a reason, a ticket and an end.

An exception never hides a purge: what it matches is recorded, counted and told once a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an exception holds.

    Parameters
    ----------
    days
        Days of the week, Monday being 0.
    start_minute, end_minute
        Minutes since midnight in the time zone, the end excluded. An end before the start is on the next day.
    time_zone
        A name of the IANA database, such as ``Europe/Berlin``.
    """

    days: frozenset[int]
    start_minute: int
    end_minute: int
    time_zone: str


@dataclass(frozen=True, slots=True)
class PurgeException:
    """Purges that somebody signed for. All criteria that are given have to hold.

    Parameters
    ----------
    id, reason, owner, ticket
        Which exception, why, who answers for it, and where it was agreed.
    expires
        The instant from which it holds no more, in UTC.
    principals
        Patterns of ARNs of roles or users, paths included; only ``*`` and ``?`` are wildcards.
    queues
        Patterns of queue ARNs.
    tags
        Tags that the queue has to have.
    accounts, environments
        The queue's account, or the environment that the inventory says it is.
    schedule
        When.
    user_agents
        Patterns of what the caller's tool says of itself.
    is_trial
        Whether it only reports what it would have silenced.
    """

    id: str
    reason: str
    owner: str
    ticket: str
    expires: datetime
    principals: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    accounts: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    schedule: Schedule | None = None
    user_agents: tuple[str, ...] = ()
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionMatch:
    """An exception whose criteria a call meets.

    Parameters
    ----------
    exception
        Which one.
    is_silencing
        Whether it keeps the alert from being sent. A trial does not, and no exception does so for root, for
        an outsider, for a refused attempt, or for a call outside its schedule.
    reason
        Why it silences nothing, as the end of a sentence; empty where it does.
    """

    exception: PurgeException
    is_silencing: bool
    reason: str = ""
