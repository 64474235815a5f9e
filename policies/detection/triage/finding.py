"""What a probe has found out: lines for people, data for programs, evidence for the severity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Status(StrEnum):
    """What became of a probe."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not-applicable"
    DENIED = "denied"
    THROTTLED = "throttled"
    TIMED_OUT = "timed-out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the triage.

    Parameters
    ----------
    probe
        The stable slug of the probe that it comes from.
    label
        What it is about, in a word or three.
    text
        What was found, or why nothing was. It may hold text that the maker of the call chose; channels
        make it safe.
    status
        What became of the probe.
    data
        The same for programs: JSON values.
    """

    probe: str
    label: str
    text: str
    status: Status = Status.ANSWERED
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the severity and the exceptions are judged on, beside the call itself; None is unknown.

    Parameters
    ----------
    queue_tags
        The queue's tags.
    queue_owner, queue_environment
        From the tags.
    is_dead_letter_queue
        Whether another queue sends its failures to this one.
    is_open
        Whether the queue's policy admits anybody, or another account.
    backlog
        Messages that were in the queue before the call, in flight or not.
    oldest_message_seconds
        Age of the oldest of them.
    credential_created
        When the actor's long-term access key was created.
    actor_may_purge
        Whether the actor's policies allow the call.
    iam_changes
        Changes to IAM that the actor made in the day before.
    earlier_purges_by_actor, earlier_purges_of_queue
        In the look-back, this one excluded.
    is_new_address, is_new_tool
        Whether the actor used this address or tool for the first time in the look-back.
    """

    queue_tags: Mapping[str, str] | None = field(default=None, hash=False)
    queue_owner: str | None = None
    queue_environment: str | None = None
    is_dead_letter_queue: bool | None = None
    is_open: bool | None = None
    backlog: int | None = None
    oldest_message_seconds: int | None = None
    credential_created: datetime | None = None
    actor_may_purge: bool | None = None
    iam_changes: int | None = None
    earlier_purges_by_actor: int | None = None
    earlier_purges_of_queue: int | None = None
    is_new_address: bool | None = None
    is_new_tool: bool | None = None


NO_EVIDENCE = Evidence()
"""Nothing is known beside the call itself."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one probe's answer says.

    Parameters
    ----------
    findings
        Its lines, in the order in which they are shown.
    evidence
        Values for fields of :class:`Evidence`, by their names.
    """

    findings: tuple[Finding, ...]
    evidence: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)


@dataclass(frozen=True, slots=True)
class Triage:
    """What the triage has found out about one call.

    Parameters
    ----------
    findings
        The lines of all probes, in the order of the probes.
    evidence
        What they say together.
    """

    findings: tuple[Finding, ...] = ()
    evidence: Evidence = NO_EVIDENCE


NO_TRIAGE = Triage()
"""Nobody has looked yet."""
