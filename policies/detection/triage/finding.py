"""What one probe has found out: lines for people, data for programs, evidence for the severity."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
class Reading:
    """What one probe's answer says.

    Parameters
    ----------
    findings
        Its lines, in the order in which they are shown.
    evidence
        Values for fields of :class:`policies.detection.triage.evidence.Evidence`, by their names.
    """

    findings: tuple[Finding, ...]
    evidence: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), hash=False)
