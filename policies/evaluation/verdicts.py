"""The three sides of a decision: the organizations, the resource, and the principal itself.

Each side is judged by itself, from its own policies; :mod:`policies.evaluation.evaluate` puts them together.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.conditions import read_condition
from policies.evaluation.decision import ROOT, DecidedBy
from policies.evaluation.grant import NO_GRANT, Denial, Grant, Possible, Step, possible_by, source_of
from policies.evaluation.policy import Policy, PolicyKind
from policies.evaluation.principal import PrincipalKind
from policies.evaluation.principal_element import Naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.evaluation.context import Lookup
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource
    from policies.evaluation.statement import Applies, Statement

SESSION_NAME = "sts:RoleSessionName"

_NO_DENIAL = Denial()
_ROOT_GRANT = Grant(DecidedBy(ROOT))


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Parameters
    ----------
    principal, resource
        Who asks, and for what.
    action
        In lower case.
    lookup
        The values of context keys.
    """

    principal: Principal
    resource: Resource
    action: str
    lookup: Lookup

    def applies(self, statement: Statement) -> Applies:
        """Return whether a statement applies, whomever it names."""
        return statement.applies(self.action, self.resource.arn, self.lookup)


@dataclass(frozen=True, slots=True)
class PrincipalVerdict:
    """What the principal's own policies say, or its organization's.

    Parameters
    ----------
    denial
        What denies explicitly.
    steps
        What each kind of policy grants, all of which have to.
    """

    denial: Denial
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ResourceVerdict:
    """What the policy of the resource says.

    Parameters
    ----------
    denial
        What denies explicitly.
    direct
        What is granted to the principal itself.
    entity
        What is granted to the role or user behind it.
    account
        What is delegated to its account.
    """

    denial: Denial
    direct: Grant
    entity: Grant
    account: Grant


_SILENCE = ResourceVerdict(_NO_DENIAL, NO_GRANT, NO_GRANT, NO_GRANT)


def binding_scps(principal: Principal) -> tuple[tuple[Policy, ...], ...]:
    """Return the service control policies that bind a principal, by level.

    None bind those of no account of ours, of the management account, nor service-linked roles: "SCPs don't
    affect users or roles in the management account", "SCPs do not affect any service-linked role".

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    account = principal.account
    if account is None or account.is_management or principal.kind is PrincipalKind.SERVICE_LINKED_ROLE:
        return ()
    return account.scps


def binding_rcps(principal: Principal, resource: Resource) -> tuple[tuple[Policy, ...], ...]:
    """Return the resource control policies that bind a request, by level.

    "RCPs don't affect resources in the management account", and they "do not impact the effective permissions
    of any service-linked role".

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    linked = principal.kind is PrincipalKind.SERVICE_LINKED_ROLE
    return () if linked or resource.account.is_management else resource.account.rcps


def organization_verdict(request: Request) -> PrincipalVerdict:
    """Judge by resource control policies, then by service control policies."""
    scps = binding_scps(request.principal)
    levels = (*binding_rcps(request.principal, request.resource), *scps)
    denial = _denial((policy for level in levels for policy in level), request)
    if denial.certain is not None:
        return PrincipalVerdict(denial, ())
    return PrincipalVerdict(denial, tuple((PolicyKind.SCP, _granted_by(level, request)) for level in scps))


def own_verdict(request: Request) -> PrincipalVerdict:
    """Judge by the principal's identity policies, boundary and session policies; services have none.

    A federated user has to have session policies: "if there is no session policy, the code checks whether the
    principal is a role session … Otherwise, the request is implicitly denied".
    """
    principal = request.principal
    if principal.account is None:
        return PrincipalVerdict(_NO_DENIAL, ())
    boundary = () if principal.boundary is None else (principal.boundary,)
    denial = _denial((*principal.identity, *boundary, *(principal.session or ())), request)
    if denial.certain is not None:
        return PrincipalVerdict(denial, ())
    granted = _ROOT_GRANT if principal.is_root else _granted_by(principal.identity, request)
    steps: list[Step] = [(PolicyKind.IDENTITY, granted)]
    if boundary:
        steps.append((PolicyKind.BOUNDARY, _granted_by(boundary, request)))
    if principal.session is not None or principal.kind is PrincipalKind.FEDERATED_USER:
        steps.append((PolicyKind.SESSION, _granted_by(principal.session or (), request)))
    return PrincipalVerdict(denial, tuple(steps))


def resource_verdict(request: Request) -> ResourceVerdict:
    """Judge by the policy of the resource."""
    policy = request.resource.policy
    if policy is None:
        return _SILENCE
    denial = _denial((policy,), request)
    if denial.certain is not None:
        return ResourceVerdict(denial, NO_GRANT, NO_GRANT, NO_GRANT)
    grants: dict[Naming, Grant] = {}
    for statement in policy.document.allows:
        for naming, applied in _allowances(statement, request):
            if applied is True:
                grants[naming] = grants.get(naming, NO_GRANT) | Grant(source_of(policy, statement))
            elif applied:
                possible = (possible_by(policy, statement, applied),)
                grants[naming] = grants.get(naming, NO_GRANT) | Grant(None, possible)
    direct, entity, account = (
        grants.get(naming, NO_GRANT) for naming in (Naming.DIRECTLY, Naming.ENTITY, Naming.ACCOUNT)
    )
    return ResourceVerdict(denial, direct, entity, account)


def _denial(policies: Iterable[Policy], request: Request) -> Denial:
    possible: list[Possible] = []
    for policy in policies:
        for statement in policy.document.denies:
            applied = _denies(statement, request)
            if applied is True:
                return Denial(source_of(policy, statement))
            if applied:
                possible.append(possible_by(policy, statement, applied))
    return Denial(None, tuple(possible)) if possible else _NO_DENIAL


def _granted_by(policies: Iterable[Policy], request: Request) -> Grant:
    possible: list[Possible] = []
    for policy in policies:
        for statement in policy.document.allows:
            applied = request.applies(statement)
            if applied is True:
                return Grant(source_of(policy, statement))
            if applied:
                possible.append(possible_by(policy, statement, applied))
    return Grant(None, tuple(possible)) if possible else NO_GRANT


def _denies(statement: Statement, request: Request) -> Applies:
    """Return whether a statement that denies applies to the request and to whoever makes it."""
    principal = request.principal
    if statement.principals is not None:
        if statement.principals.naming(principal):
            return request.applies(statement)
        sessions = statement.principals.session_names(principal)
        return _for_sessions(request.applies(statement), sessions) if sessions else False
    if statement.not_principals is None or principal.boundary is not None:
        # "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a
        # permissions boundary policy attached, regardless of the values specified".
        return request.applies(statement)
    if statement.not_principals.naming(principal):
        return False
    sessions = statement.not_principals.session_names(principal)
    applied = request.applies(statement)
    return _for_sessions(applied, sessions, negated=True) if sessions else applied


def _allowances(statement: Statement, request: Request) -> Iterator[tuple[Naming, Applies]]:
    """Yield how a statement that allows names the principal, each with whether it applies."""
    principal = request.principal
    if statement.principals is not None:
        naming = statement.principals.naming(principal)
        sessions = () if naming is Naming.DIRECTLY else statement.principals.session_names(principal)
    elif statement.not_principals is not None and not statement.not_principals.naming(principal):
        naming, sessions = Naming.DIRECTLY, statement.not_principals.session_names(principal)
    else:
        return
    if not naming and not sessions:
        return
    applied = request.applies(statement)
    if statement.principals is None and sessions:
        yield naming, _for_sessions(applied, sessions, negated=True)
        return
    if naming:
        yield naming, applied
    if sessions:
        yield Naming.DIRECTLY, _for_sessions(applied, sessions)


def _for_sessions(applied: Applies, names: tuple[str, ...], *, negated: bool = False) -> Applies:
    """Add the condition that the session of a role has one of some names, or none of them."""
    if applied is False:
        return False
    operator = "StringNotEquals" if negated else "StringEquals"
    condition = read_condition(operator, SESSION_NAME, names, "Principal", variables=False)
    return (condition,) if applied is True else (condition, *applied)
