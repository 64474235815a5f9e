from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.intake import Received
from policies.detection.record import read_call
from policies.detection.severity import Severity, assess, severity_of
from tests.events.arbitrary import RECORD

if TYPE_CHECKING:
    from policies.detection.rule import Rule


@pytest.mark.parametrize(
    ("risk", "severity"),
    [
        (0, Severity.LOW),
        (21, Severity.LOW),
        (22, Severity.MEDIUM),
        (47, Severity.MEDIUM),
        (48, Severity.HIGH),
        (73, Severity.HIGH),
        (74, Severity.CRITICAL),
        (99, Severity.CRITICAL),
    ],
)
def test_a_severity_is_a_range_of_risks(risk: int, severity: Severity) -> None:
    assert severity_of(risk) is severity


@pytest.mark.parametrize(
    ("rule", "risk", "severity"), [(QUEUE_PURGED, 99, Severity.CRITICAL), (PURGE_REFUSED, 73, Severity.HIGH)]
)
def test_root_makes_it_worse_and_is_named(rule: Rule, risk: int, severity: Severity) -> None:
    call = read_call(Received({**RECORD, "userIdentity": {"type": "Root", "accountId": "111122223333"}}))

    assessment = assess(rule, call)

    assert (assessment.risk, assessment.severity) == (risk, severity)
    assert [factor.name for factor in assessment.factors] == ["root"]


@pytest.mark.parametrize("address", ["AWS Internal", "sqs.amazonaws.com", "2001:db8::1", "10.0.0.1", None])
def test_where_the_call_came_from_changes_nothing(address: object) -> None:
    call = read_call(Received({**RECORD, "sourceIPAddress": address}))

    assessment = assess(QUEUE_PURGED, call)

    assert (assessment.risk, assessment.factors) == (47, ())
