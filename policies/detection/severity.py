"""How bad an alert is.

A risk is a number from 0 to 99 and a severity is the word for its range, cut where the public rule's
platform cuts it: https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule
"""

from __future__ import annotations

from enum import StrEnum

HIGHEST_RISK = 99


class Severity(StrEnum):
    """The severity of an alert, spelled as in the SNS message attribute that subscribers filter on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


# Where each severity begins; what is below them all is low.
_LOWEST_RISKS = ((74, Severity.CRITICAL), (48, Severity.HIGH), (22, Severity.MEDIUM))


def severity_of(risk: int) -> Severity:
    """Return the severity of a risk between 0 and 99.

    Examples
    --------
    >>> severity_of(47), severity_of(99)
    (<Severity.MEDIUM: 'medium'>, <Severity.CRITICAL: 'critical'>)
    """
    return next((severity for lowest, severity in _LOWEST_RISKS if risk >= lowest), Severity.LOW)
