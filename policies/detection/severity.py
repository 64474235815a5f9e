"""How bad an alert is: the rule's own risk and what the single case adds to it.

A risk is a number from 0 to 99 and a severity is the word for its range, cut where the public rule's
platform cuts it: https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from policies.detection.actor import ActorKind
from policies.detection.triage.finding import NO_EVIDENCE, Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.estate import Estate
    from policies.detection.exceptions import ExceptionMatch
    from policies.detection.record import ApiCall
    from policies.detection.rule import Rule

HIGHEST_RISK = 99

_ROOT_WEIGHT = 52


class Severity(StrEnum):
    """The severity of an alert, spelled as in the SNS message attribute that subscribers filter on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


# Where each severity begins; what is below them all is low.
_LOWEST_RISKS = ((74, Severity.CRITICAL), (48, Severity.HIGH), (22, Severity.MEDIUM))


@dataclass(frozen=True, slots=True)
class Factor:
    """Something about a single case that makes it worse than its rule says.

    Parameters
    ----------
    name
        A stable slug.
    weight
        What it adds to the risk.
    reason
        Why, in a few words.
    """

    name: str
    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """How bad a single case is: its severity, its risk, and the factors that raised it above the rule's."""

    severity: Severity
    risk: int
    factors: tuple[Factor, ...] = ()


def severity_of(risk: int) -> Severity:
    """Return the severity of a risk between 0 and 99.

    Examples
    --------
    >>> severity_of(47), severity_of(99)
    (<Severity.MEDIUM: 'medium'>, <Severity.CRITICAL: 'critical'>)
    """
    return next((severity for lowest, severity in _LOWEST_RISKS if risk >= lowest), Severity.LOW)


def assess(
    rule: Rule,
    call: ApiCall,
    evidence: Evidence = NO_EVIDENCE,
    exception: ExceptionMatch | None = None,
    estate: Estate | None = None,
) -> Assessment:
    """Return how bad a call is that a rule has found.

    Parameters
    ----------
    rule
        The rule that found it.
    call
        The call.
    evidence
        What was found out beyond the record.
    exception
        The exception that covers it.
    estate
        What is known of the organization.

    Where the call came from changes nothing: an address that is no IP is neither the open internet nor
    AWS itself.
    """
    factors = tuple(_factors(call))
    risk = min(HIGHEST_RISK, rule.risk + sum(factor.weight for factor in factors))
    return Assessment(severity_of(risk), risk, factors)


def _factors(call: ApiCall) -> Iterator[Factor]:
    if call.actor.kind is ActorKind.ROOT:
        yield Factor("root", _ROOT_WEIGHT, "the root user, whom no policy of the account can stop")
