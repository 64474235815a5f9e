"""The detection rules: each one a card that says what it finds, how bad that is and what to do about it.

The cards themselves are in `policies.detection.cards`; all of them together in `policies.detection.rules`.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

DETAIL_TYPE = "AWS API Call via CloudTrail"
"""``detail-type`` of the event on the bus."""

_SOURCE_SUFFIX = ".amazonaws.com"


def bus_source(event_source: str) -> str:
    """Return the ``source`` that an event on the bus has for the ``eventSource`` of its record.

    Nobody outside AWS can send a source that begins with ``aws.``.

    Examples
    --------
    >>> bus_source("sqs.amazonaws.com")
    'aws.sqs'
    """
    return f"aws.{event_source.removesuffix(_SOURCE_SUFFIX)}"


class Outcome(StrEnum):
    """What became of a call: ``purged`` is a PurgeQueue, and ``succeeded`` any other call, that succeeded."""

    PURGED = "purged"
    SUCCEEDED = "succeeded"
    DENIED = "denied"
    FAILED = "failed"


class RuleKind(StrEnum):
    """What a rule is about."""

    PURGE = "purge"
    PURGE_EQUIVALENT = "purge-equivalent"
    GUARD_TAMPERING = "guard-tampering"


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique of MITRE ATT&CK and the tactic that it serves; see https://attack.mitre.org/."""

    id: str
    name: str
    tactic_id: str
    tactic: str


@dataclass(frozen=True, slots=True)
class Detection:
    """What a rule has found in a call.

    Parameters
    ----------
    headline
        What happened, in a few words of ours alone.
    summary
        What happened and what it means, in a sentence or two of ours alone.
    target
        What it happened to, as the record names it; None where that is the queue, or unknown.
    """

    headline: str
    summary: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A detection rule.

    Parameters
    ----------
    id
        Its stable identity, part of every alert.
    version
        Raised whenever what it finds, or how it is judged, changes.
    kind
        What it is about.
    name
        What people call it.
    description
        What it finds and why that matters.
    calls
        The API calls that it looks at: names of events, by the source of the event.
    judge
        Says what it finds in one of these calls, or None where the call is none of its business.
    risk
        0 to 99, before the factors of the single case.
    techniques
        What an attacker would do it for.
    references
        Pages to read, the first being the public rule that it follows, or AWS's page on the call.
    runbook
        The page of this repository that says how to respond.
    false_positives
        What usually turns out to be harmless.
    first_steps
        What the person who reads the alert does first.
    event_pattern
        The EventBridge pattern, ready for ``json.dumps``. It may let through more than the rule is
        about, never less: the function judges the record itself.
    public_id
        The id of the public rule that this one is; None where it goes beyond that.
    """

    id: str
    version: int
    kind: RuleKind
    name: str
    description: str
    calls: Mapping[str, frozenset[str]] = field(hash=False)
    judge: Callable[[ApiCall, Estate], Detection | None]
    risk: int
    techniques: tuple[Technique, ...]
    references: tuple[str, ...]
    runbook: str
    false_positives: tuple[str, ...]
    first_steps: tuple[str, ...]
    event_pattern: dict[str, object] = field(hash=False)
    public_id: str | None = None

    def looks_at(self, call: ApiCall) -> bool:
        """Return whether a call is one of those that the rule judges; forged ones never are."""
        return call.is_genuine and call.called in self.calls.get(call.event_source or "", frozenset())

    def find(self, call: ApiCall, estate: Estate) -> Detection | None:
        """Return what the rule finds in a call, or None."""
        return self.judge(call, estate) if self.looks_at(call) else None
