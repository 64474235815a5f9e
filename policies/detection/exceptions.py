"""Exceptions: purges that somebody signed for, with a reason, a ticket and an end.

An exception never hides a purge: what it matches is recorded, counted and told once a day. It silences
nothing that was refused or that root, somebody of another organization or nobody known has done, nothing
outside its schedule, and no tampering with purge-guard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from policies.detection.actor import ActorKind
from policies.detection.cards.purge import EVENT_NAME
from policies.detection.rule import Outcome, RuleKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from policies.detection.actor import Actor
    from policies.detection.estate import Estate
    from policies.detection.queue import Queue
    from policies.detection.record import ApiCall
    from policies.detection.rule import Rule
    from policies.detection.triage.evidence import Evidence

ON_TRIAL = "it is on trial"
"""Why an exception silences nothing of which all else holds."""

_WILDCARDS = frozenset("*?")
_ARN_PARTS = 6
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an exception holds.

    Parameters
    ----------
    days
        Days of the week, Monday being 0.
    start_minute, end_minute
        Minutes since midnight in the time zone, the end excluded. An end that is not after the start is on
        the next day.
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
    calls
        The names of the calls that were signed for. Who signed for a purge did not sign for a queue that is
        opened to everybody.
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
    calls: tuple[str, ...] = (EVENT_NAME,)
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

    @property
    def is_hit(self) -> bool:
        """Whether it counts as met: it silences the call, or would if it were not on trial."""
        return self.is_silencing or self.is_on_trial

    @property
    def is_on_trial(self) -> bool:
        """Whether it would silence the call, were it not on trial."""
        return self.reason == ON_TRIAL


def find_exceptions(
    rule: Rule, call: ApiCall, evidence: Evidence, estate: Estate
) -> tuple[ExceptionMatch, ...]:
    """Return the exceptions that a call meets: those that silence it first, and then those on trial.

    Parameters
    ----------
    rule
        The rule that found the call.
    call
        The call. One without a time meets no exception: nobody knows whether that still held.
    evidence
        What is known of the queue; one whose tags are unknown meets no exception that asks for tags.
    estate
        The organization with its exceptions.
    """
    if rule.kind is RuleKind.GUARD_TAMPERING:
        return ()
    matches = [
        _match(exception, call, estate)
        for exception in estate.exceptions
        if _covers(exception, call, estate) and _has_tags(exception, evidence)
    ]
    return tuple(sorted(matches, key=lambda match: (not match.is_silencing, not match.is_hit)))


def depends_on_tags(rule: Rule, call: ApiCall, estate: Estate) -> bool:
    """Return whether some exception covers a call if only the queue has the right tags."""
    return rule.kind is not RuleKind.GUARD_TAMPERING and any(
        exception.tags and _covers(exception, call, estate) for exception in estate.exceptions
    )


def _covers(exception: PurgeException, call: ApiCall, estate: Estate) -> bool:
    """Return whether a call meets all criteria but tags and schedule, while the exception holds."""
    account = estate.accounts.get(call.account or "")
    criteria: tuple[tuple[tuple[str, ...], bool], ...] = (
        (exception.principals, any(is_principal(pattern, call.actor) for pattern in exception.principals)),
        (exception.queues, any(is_queue(pattern, call.queue) for pattern in exception.queues)),
        (exception.accounts, call.account in exception.accounts),
        (exception.calls, call.called in exception.calls),
        (exception.environments, account is not None and account.environment in exception.environments),
        (exception.user_agents, _matches_any(exception.user_agents, call.user_agent)),
    )
    holds = call.time is not None and call.time < exception.expires
    return holds and all(is_met for given, is_met in criteria if given)


def _has_tags(exception: PurgeException, evidence: Evidence) -> bool:
    tags = evidence.queue_tags or {}
    return all(tags.get(key) == value for key, value in exception.tags.items())


def _match(exception: PurgeException, call: ApiCall, estate: Estate) -> ExceptionMatch:
    reason = next(_objections(exception, call, estate), "")
    return ExceptionMatch(exception, is_silencing=not reason, reason=reason)


def _objections(exception: PurgeException, call: ApiCall, estate: Estate) -> Iterator[str]:
    """Yield why an exception silences nothing here although its criteria are met."""
    if call.outcome not in (Outcome.PURGED, Outcome.SUCCEEDED):
        yield "the call was refused"
    if call.actor.is_root:
        yield "root made the call"
    if not estate.knows(call.actor.account) and call.actor.kind is not ActorKind.UNKNOWN:
        yield "the actor is of no account of the inventory"
    if call.actor.kind in (ActorKind.AWS_ACCOUNT, ActorKind.UNKNOWN):
        yield "the record does not say who made the call"
    if exception.schedule is not None:
        yield from _off_schedule(exception.schedule, call)
    if exception.is_trial:
        yield ON_TRIAL


def is_principal(pattern: str, actor: Actor) -> bool:
    """Return whether an actor is one of those that a pattern names.

    The session of a role is known by the ARN of its role, which AWS writes, and never by its name, which the
    caller chooses. Where the record lacks that ARN, a pattern in full names the role if account and name are
    the same: the path is not guessed.

    Parameters
    ----------
    pattern
        The ARN of a user or role with its path, in which ``*`` and ``?`` are wildcards.
    actor
        Who made the call.

    Examples
    --------
    >>> from policies.detection.actor import actor_of
    >>> bob = actor_of({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ops/bob"})
    >>> is_principal("arn:aws:iam::111122223333:user/ops/*", bob)
    True
    """
    if actor.kind is ActorKind.IAM_USER:
        return actor.arn is not None and matches_pattern(pattern, actor.arn)
    if actor.kind is not ActorKind.ROLE_SESSION:
        return False
    if actor.role_arn is not None:
        return matches_pattern(pattern, actor.role_arn)
    parts = pattern.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS or not parts[-1].startswith("role/") or _WILDCARDS & set(pattern):
        return False
    return (parts[4], parts[-1].rpartition("/")[2]) == (actor.account, actor.name)


def is_queue(pattern: str, queue: Queue | None) -> bool:
    """Return whether a queue is one of those that a pattern names.

    The parts of the two ARNs are held against each other one by one. A name that somebody made up, such as
    ``x:111122223333:test-1``, so never passes for a region, an account and a name.

    Parameters
    ----------
    pattern
        The ARN of a queue, in which ``*`` and ``?`` are wildcards.
    queue
        The queue; one of which a part of the ARN is unknown is none of them.

    Examples
    --------
    >>> from policies.detection.queue import queue_from_arn
    >>> queue = queue_from_arn("arn:aws:sqs:eu-west-1:111122223333:test-1")
    >>> is_queue("arn:aws:sqs:*:111122223333:test-*", queue)
    True
    """
    if queue is None or queue.arn is None:
        return False
    wanted, found = (arn.split(":", _ARN_PARTS - 1) for arn in (pattern, queue.arn))
    return len(wanted) == len(found) and all(map(matches_pattern, wanted, found))


def matches_pattern(pattern: str, text: str) -> bool:
    """Return whether a text is wholly what a pattern says, in which only ``*`` and ``?`` are wildcards.

    Examples
    --------
    >>> matches_pattern("role/app.prod", "role/appXprod"), matches_pattern("test-*", "test-")
    (False, True)
    """
    return _expression(pattern).fullmatch(text) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    first, *others = map(_literally, pattern.split("*"))
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    # What stands between two asterisks is found once and never given back (an atomic group). Otherwise a user
    # agent that somebody made up for it could take minutes.
    found = "".join(f"(?>.*?{part})" for part in middle if part)
    return re.compile(f"{first}{found}.*{last}", re.DOTALL)


def _literally(part: str) -> str:
    return re.escape(part).replace(r"\?", ".")


def _matches_any(patterns: tuple[str, ...], text: str | None) -> bool:
    return text is not None and any(matches_pattern(pattern, text) for pattern in patterns)


def _off_schedule(schedule: Schedule, call: ApiCall) -> Iterator[str]:
    """Yield why a call was not made within a schedule, as the clocks of its time zone showed."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few alerts need it, and it costs milliseconds

    if call.time is None:
        return
    try:
        there = call.time.astimezone(ZoneInfo(schedule.time_zone))
    except (KeyError, OSError, OverflowError, ValueError):
        # Time zones are files of the machine, which may lack one.
        yield f"nobody could tell the time in {schedule.time_zone}, the time zone of its schedule"
        return
    if not _is_within(schedule, there):
        yield "the call was made outside its schedule"


def _is_within(schedule: Schedule, there: datetime) -> bool:
    minute, day = there.hour * 60 + there.minute, there.weekday()
    if schedule.start_minute < schedule.end_minute:
        return day in schedule.days and schedule.start_minute <= minute < schedule.end_minute
    # Over midnight: what is before the end belongs to the day before.
    is_evening = day in schedule.days and minute >= schedule.start_minute
    is_morning = (day - 1) % _DAYS_A_WEEK in schedule.days and minute < schedule.end_minute
    return is_evening or is_morning
