"""What one policy says of one request: what it denies, and what it grants.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.conditions import read_condition
from policies.evaluation.decision import DecidedBy
from policies.evaluation.principal_element import Naming
from policies.evaluation.ruling import NO_GRANTS, NO_RULING, Grants, Possible, Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.evaluation.context import Lookup
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource
    from policies.evaluation.statement import Applies, Statement

_SESSION_NAME = "sts:RoleSessionName"


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

    def denial(self, policy: Policy) -> Ruling:
        """Return whether a policy denies the request explicitly."""
        possible: list[Possible] = []
        for statement in policy.document.denies:
            applied = self._denies(statement)
            if applied is True:
                return Ruling(_source(policy, statement))
            if applied:
                possible.append(Possible("Deny", _source(policy, statement), applied))
        return Ruling(None, tuple(possible)) if possible else NO_RULING

    def grants(self, policy: Policy) -> Grants:
        """Return whether a policy allows the request."""
        found: dict[Naming, Ruling] = {}
        for statement in policy.document.allows:
            for naming, applied in self._allowances(statement):
                if applied is True:
                    grant = Ruling(_source(policy, statement))
                    if naming is Naming.DIRECTLY:
                        return Grants(grant, NO_RULING, NO_RULING)
                elif applied:
                    grant = Ruling(None, (Possible("Allow", _source(policy, statement), applied),))
                else:
                    continue
                found[naming] = found.get(naming, NO_RULING) | grant
        if not found:
            return NO_GRANTS
        direct, entity, account = (found.get(naming, NO_RULING) for naming in _GRANTED)
        return Grants(direct, entity, account)

    def _applies(self, statement: Statement) -> Applies:
        return statement.applies(self.action, self.resource.arn, self.lookup)

    def _denies(self, statement: Statement) -> Applies:
        principal = self.principal
        if statement.principals is not None:
            if statement.principals.naming(principal):
                return self._applies(statement)
            sessions = statement.principals.session_names(principal)
            return _for_sessions(self._applies(statement), sessions) if sessions else False
        if statement.not_principals is None or principal.boundary is not None:
            # "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a
            # permissions boundary policy attached, regardless of the values specified".
            return self._applies(statement)
        if statement.not_principals.excepts(principal):
            return False
        sessions = statement.not_principals.session_names(principal)
        applied = self._applies(statement)
        return _for_sessions(applied, sessions, negated=True) if sessions else applied

    def _allowances(self, statement: Statement) -> Iterator[tuple[Naming, Applies]]:
        """Yield how a statement that allows names the principal, each with whether it applies."""
        principal = self.principal
        if statement.principals is not None:
            naming = statement.principals.naming(principal)
            sessions = () if naming is Naming.DIRECTLY else statement.principals.session_names(principal)
            if naming:
                yield naming, self._applies(statement)
            if sessions:
                yield Naming.DIRECTLY, _for_sessions(self._applies(statement), sessions)
        elif statement.not_principals is None:
            yield Naming.DIRECTLY, self._applies(statement)
        elif not statement.not_principals.excepts(principal):
            sessions = statement.not_principals.session_names(principal)
            applied = self._applies(statement)
            others = _for_sessions(applied, sessions, negated=True) if sessions else applied
            yield Naming.DIRECTLY, others


_GRANTED = (Naming.DIRECTLY, Naming.ENTITY, Naming.ACCOUNT)


def _source(policy: Policy, statement: Statement) -> DecidedBy:
    return DecidedBy(policy.kind, policy.name, statement.sid, statement.index)


def _for_sessions(applied: Applies, names: tuple[str, ...], *, negated: bool = False) -> Applies:
    """Add the condition that the session of a role has one of some names, or none of them."""
    if applied is False:
        return False
    operator = "StringNotEquals" if negated else "StringEquals"
    condition = read_condition(operator, _SESSION_NAME, names, "Principal", variables=False)
    return (condition,) if applied is True else (condition, *applied)
