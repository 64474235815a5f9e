"""How bad an alert is: the rule's own risk and what the single case adds to it or takes away.

A risk is a number from 0 to 99 and a severity is the word for its range, cut where the public rule's
platform cuts it: https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from policies.detection.actor import ActorKind
from policies.detection.rule import Outcome, RuleKind
from policies.detection.triage.evidence import NO_EVIDENCE, Evidence

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.estate import Estate
    from policies.detection.exceptions import ExceptionMatch
    from policies.detection.record import ApiCall
    from policies.detection.rule import Rule

LOWEST_RISK = 1
HIGHEST_RISK = 99

PRODUCTION = frozenset({"production", "prod"})
"""The environments in which a purge is worse, in lower case."""

LARGE_BACKLOG = 1_000
"""Messages from which on a queue counts as full of work."""

FRESH_CREDENTIAL = timedelta(days=1)
"""An access key younger than this may have been made for the purpose."""

MANY_PURGES = 3
"""Earlier purges from which on an actor counts as somebody who repeats it."""

# Whoever signs in as one of these could have used a second factor. The session of a role says nothing: what
# machines assume never has one.
_PEOPLE = (ActorKind.ROOT, ActorKind.IAM_USER, ActorKind.FEDERATED, ActorKind.IDENTITY_CENTER)


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
    """Something about a single case that makes it worse, or less bad, than its rule says.

    Parameters
    ----------
    name
        A stable slug.
    weight
        What it adds to the risk, or takes away.
    reason
        Why, in a few words.
    """

    name: str
    weight: int
    reason: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """How bad a single case is: its severity, its risk, and the factors that moved it from the rule's."""

    severity: Severity
    risk: int
    factors: tuple[Factor, ...] = ()


class _Case(NamedTuple):
    """All that a factor may look at."""

    rule: Rule
    call: ApiCall
    evidence: Evidence
    exception: ExceptionMatch | None
    estate: Estate | None


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

    What is unknown moves nothing. Neither does the kind of address that the call came from: one that is no
    IP is neither the open internet nor AWS itself.

    Parameters
    ----------
    rule
        The rule that found it.
    call
        The call.
    evidence
        What was found out beyond the record.
    exception
        The exception whose criteria it meets. Only one that is on trial moves anything.
    estate
        What is known of the organization.
    """
    case = _Case(rule, call, evidence, exception, estate)
    factors = tuple(factor for factor, holds in FACTORS if holds(case))
    risk = rule.risk + sum(factor.weight for factor in factors)
    risk = max(LOWEST_RISK, min(HIGHEST_RISK, risk))
    return Assessment(severity_of(risk), risk, factors)


def _is_outsider(case: _Case) -> bool:
    """Return whether the actor's account is none of the organization's; AWS services have no account."""
    account = case.call.actor.account
    if account is None or case.estate is None or not case.estate.accounts:
        return False
    return not case.estate.knows(account)


def _is_without_mfa(case: _Case) -> bool:
    return case.call.actor.kind in _PEOPLE and case.call.actor.mfa is False


def _is_production(case: _Case) -> bool:
    account = case.estate.accounts.get(case.call.account or "") if case.estate else None
    environments = (case.evidence.queue_environment or "", account.environment if account else "")
    return any(environment.casefold() in PRODUCTION for environment in environments)


def _is_fresh(case: _Case) -> bool:
    created, used = case.evidence.credential_created, case.call.time
    return created is not None and used is not None and used - created < FRESH_CREDENTIAL


def _is_refused(case: _Case) -> bool:
    """Return whether nothing came of it. For PurgeQueue a rule of its own says so, with a risk of its own."""
    refused = (Outcome.DENIED, Outcome.FAILED)
    return case.rule.kind is not RuleKind.PURGE and case.call.outcome in refused


def _is_deployment(case: _Case) -> bool:
    """Return whether purge-guard was changed by who deploys it. On a queue, a deployer is like anybody."""
    roles = case.estate.deployer_roles if case.estate else ()
    return case.rule.kind is RuleKind.GUARD_TAMPERING and case.call.actor.role_arn in roles


FACTORS: tuple[tuple[Factor, Callable[[_Case], bool]], ...] = (
    (
        Factor("root", 52, "the root user, whom no policy of the account can stop"),
        lambda case: case.call.actor.is_root,
    ),
    (Factor("outsider", 30, "somebody of an account that is not in the inventory"), _is_outsider),
    (Factor("no-mfa", 6, "a person who signed in without a second factor"), _is_without_mfa),
    (
        Factor("fresh-credential", 20, "an access key that was less than a day old"),
        _is_fresh,
    ),
    (
        Factor("changed-iam", 15, "an actor who changed IAM in the day before"),
        lambda case: bool(case.evidence.iam_changes),
    ),
    (
        Factor("new-address", 10, "an address that this actor was not seen at before"),
        lambda case: case.evidence.is_new_address is True,
    ),
    (
        Factor("new-tool", 5, "a tool that this actor was not seen with before"),
        lambda case: case.evidence.is_new_tool is True,
    ),
    (
        Factor("repeated", 10, f"an actor with {MANY_PURGES} earlier purges or more"),
        lambda case: (case.evidence.earlier_purges_by_actor or 0) >= MANY_PURGES,
    ),
    (Factor("production", 15, "a production environment"), _is_production),
    (
        Factor("large-backlog", 15, f"{LARGE_BACKLOG:,} messages or more in the queue"),
        lambda case: (case.evidence.backlog or 0) >= LARGE_BACKLOG,
    ),
    (
        Factor("empty-queue", -10, "no messages in the queue just before, so nothing was lost"),
        lambda case: case.evidence.backlog == 0,
    ),
    (
        Factor("dead-letter-queue", -10, "a dead-letter queue, which its team may have dealt with"),
        lambda case: case.evidence.is_dead_letter_queue is True,
    ),
    (
        Factor("refused", -26, "an attempt that changed nothing"),
        _is_refused,
    ),
    (
        Factor("deployer", -52, "made by a role that deploys purge-guard"),
        _is_deployment,
    ),
    (
        # What is silenced has no severity. This would be silenced, were it not for the trial. Whatever else
        # keeps an exception from silencing is why the call deserves its whole risk.
        Factor("exception", -30, "covered by an exception on trial"),
        lambda case: case.exception is not None and case.exception.is_on_trial,
    ),
)
"""Every factor with what it asks of the case. The weights are here and nowhere else."""
