from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from policies.detection.actor import ActorKind
from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.estate import Estate, KnownAccount
from policies.detection.exceptions import ON_TRIAL, ExceptionMatch, PurgeException
from policies.detection.intake import Received
from policies.detection.record import ApiCall, read_call
from policies.detection.rule import Outcome, RuleKind
from policies.detection.severity import FACTORS, Severity, assess, severity_of
from policies.detection.triage.evidence import Evidence
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


ESTATE = Estate(
    accounts={"111122223333": KnownAccount("shop", environment="Production")},
    deployer_roles=("arn:aws:iam::111122223333:role/Deployer",),
)
ELSEWHERE = replace(ESTATE, accounts={"111122223333": KnownAccount("shop", environment="test")})
CALL = read_call(Received(RECORD))
MADE = CALL.time or datetime.now(UTC)
TAMPERED = replace(QUEUE_PURGED, kind=RuleKind.GUARD_TAMPERING)
SIGNED = PurgeException("weekly", "reason", "payments", "OPS-1", expires=MADE + timedelta(days=1))


def by(kind: ActorKind, call: ApiCall = CALL, **fields: object) -> ApiCall:
    return replace(call, actor=replace(call.actor, kind=kind, **fields))  # type: ignore[arg-type]  # rows are objects


def matched(reason: str) -> ExceptionMatch:
    return ExceptionMatch(SIGNED, is_silencing=False, reason=reason)


YOUNG_KEY = Evidence(credential_created=MADE - timedelta(hours=23))
OLDER_KEY = Evidence(credential_created=MADE - timedelta(days=1))
DEPLOYER = by(ActorKind.ROLE_SESSION, role_arn=ESTATE.deployer_roles[0])

TABLE: list[tuple[str, Rule, ApiCall, Evidence, ExceptionMatch | None, bool]] = [
    ("root", QUEUE_PURGED, by(ActorKind.ROOT), Evidence(), None, True),
    ("root", QUEUE_PURGED, by(ActorKind.IAM_USER, name="root"), Evidence(), None, False),
    ("outsider", QUEUE_PURGED, by(ActorKind.AWS_ACCOUNT, account="444455556666"), Evidence(), None, True),
    ("outsider", QUEUE_PURGED, by(ActorKind.AWS_SERVICE, account=None), Evidence(), None, False),
    ("no-mfa", QUEUE_PURGED, by(ActorKind.IAM_USER, mfa=False), Evidence(), None, True),
    ("no-mfa", QUEUE_PURGED, by(ActorKind.IAM_USER, mfa=None), Evidence(), None, False),
    ("no-mfa", QUEUE_PURGED, by(ActorKind.ROLE_SESSION, mfa=False), Evidence(), None, False),
    (
        "fresh-credential",
        QUEUE_PURGED,
        CALL,
        YOUNG_KEY,
        None,
        True,
    ),
    (
        "fresh-credential",
        QUEUE_PURGED,
        CALL,
        OLDER_KEY,
        None,
        False,
    ),
    ("changed-iam", QUEUE_PURGED, CALL, Evidence(iam_changes=1), None, True),
    ("changed-iam", QUEUE_PURGED, CALL, Evidence(iam_changes=0), None, False),
    ("new-address", QUEUE_PURGED, CALL, Evidence(is_new_address=True), None, True),
    ("new-address", QUEUE_PURGED, CALL, Evidence(is_new_address=False), None, False),
    ("new-tool", QUEUE_PURGED, CALL, Evidence(is_new_tool=True), None, True),
    ("new-tool", QUEUE_PURGED, CALL, Evidence(is_new_tool=None), None, False),
    ("repeated", QUEUE_PURGED, CALL, Evidence(earlier_purges_by_actor=3), None, True),
    ("repeated", QUEUE_PURGED, CALL, Evidence(earlier_purges_by_actor=2), None, False),
    ("production", QUEUE_PURGED, CALL, Evidence(queue_environment="PROD"), None, True),
    ("production", QUEUE_PURGED, CALL, Evidence(queue_environment="preproduction"), None, False),
    ("large-backlog", QUEUE_PURGED, CALL, Evidence(backlog=1_000), None, True),
    ("large-backlog", QUEUE_PURGED, CALL, Evidence(backlog=999), None, False),
    ("empty-queue", QUEUE_PURGED, CALL, Evidence(backlog=0), None, True),
    ("empty-queue", QUEUE_PURGED, CALL, Evidence(backlog=None), None, False),
    ("dead-letter-queue", QUEUE_PURGED, CALL, Evidence(is_dead_letter_queue=True), None, True),
    ("dead-letter-queue", QUEUE_PURGED, CALL, Evidence(is_dead_letter_queue=None), None, False),
    ("refused", TAMPERED, replace(CALL, outcome=Outcome.DENIED), Evidence(), None, True),
    ("refused", TAMPERED, replace(CALL, outcome=Outcome.SUCCEEDED), Evidence(), None, False),
    ("refused", PURGE_REFUSED, replace(CALL, outcome=Outcome.DENIED), Evidence(), None, False),
    (
        "deployer",
        TAMPERED,
        DEPLOYER,
        Evidence(),
        None,
        True,
    ),
    (
        "deployer",
        QUEUE_PURGED,
        DEPLOYER,
        Evidence(),
        None,
        False,
    ),
    ("exception", QUEUE_PURGED, CALL, Evidence(), matched(ON_TRIAL), True),
    ("exception", QUEUE_PURGED, CALL, Evidence(), matched("root made the call"), False),
    ("exception", QUEUE_PURGED, CALL, Evidence(), ExceptionMatch(SIGNED, is_silencing=True), False),
    ("exception", QUEUE_PURGED, CALL, Evidence(), matched("it could not be counted (throttled)"), False),
]


@pytest.mark.parametrize(
    ("name", "rule", "call", "evidence", "exception", "holds"),
    TABLE,
    ids=[f"{row[0]}-{'holds' if row[-1] else 'holds not'}-{number}" for number, row in enumerate(TABLE)],
)
def test_a_factor_holds_where_it_should(
    name: str, rule: Rule, call: ApiCall, evidence: Evidence, exception: ExceptionMatch | None, *, holds: bool
) -> None:
    assessment = assess(rule, call, evidence, exception, ELSEWHERE)

    assert (name in [factor.name for factor in assessment.factors]) is holds
    assert assessment.risk == min(99, max(1, rule.risk + sum(factor.weight for factor in assessment.factors)))


def test_every_factor_is_shown_once_holding_and_once_not() -> None:
    names = {factor.name for factor, _ in FACTORS}

    assert {row[0] for row in TABLE if row[-1]} == names
    assert {row[0] for row in TABLE if not row[-1]} == names


def test_production_is_also_what_the_inventory_says_of_the_account() -> None:
    assert [factor.name for factor in assess(QUEUE_PURGED, CALL, estate=ESTATE).factors] == ["production"]
    assert not assess(QUEUE_PURGED, CALL, estate=ELSEWHERE).factors


def test_without_an_inventory_nobody_is_an_outsider() -> None:
    outsider = by(ActorKind.AWS_ACCOUNT, account="444455556666")

    assert not assess(QUEUE_PURGED, outsider, estate=Estate()).factors


def test_the_risk_stays_within_its_scale() -> None:
    calm = Evidence(backlog=0, is_dead_letter_queue=True)

    assert assess(PURGE_REFUSED, CALL, calm, matched(ON_TRIAL)).risk == 1
    assert assess(QUEUE_PURGED, by(ActorKind.ROOT), Evidence(backlog=5_000, iam_changes=2)).risk == 99
