"""What all probes have found out together, which severity and exceptions are judged on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from policies.detection.triage.finding import Finding


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
    backlog
        Messages that were in the queue before the call, in flight or not.
    credential_created
        When the actor's long-term access key was created.
    iam_changes
        Changes to IAM that the actor made in the day before.
    earlier_purges_by_actor
        In the look-back, this one excluded.
    is_new_address, is_new_tool
        Whether the actor used this address or tool for the first time in the look-back.
    """

    queue_tags: Mapping[str, str] | None = field(default=None, hash=False)
    queue_owner: str | None = None
    queue_environment: str | None = None
    is_dead_letter_queue: bool | None = None
    backlog: int | None = None
    credential_created: datetime | None = None
    iam_changes: int | None = None
    earlier_purges_by_actor: int | None = None
    is_new_address: bool | None = None
    is_new_tool: bool | None = None


NO_EVIDENCE = Evidence()
"""Nothing is known beside the call itself."""


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
