"""Who can do what: AWS's decision, sentence by sentence from its pages.

The order is AWS's: "the enforcement code looks for a Deny statement that applies to the request", in RCPs,
SCPs, the resource's policy, identity policies, boundary and session policies; then for an Allow in the SCPs
of every level, in the resource's policy, in the identity policies, the boundary and the session policies.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.conditions import Condition, read_condition
from policies.evaluation.context import ContextValue, Lookup, Unknown
from policies.evaluation.decision import ROOT, SERVICE, Answer, DecidedBy, Decision, OpenCondition
from policies.evaluation.policy import Policy, PolicyKind
from policies.evaluation.principal import PrincipalKind
from policies.evaluation.principal_element import Naming

if TYPE_CHECKING:
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource
    from policies.evaluation.statement import Applies, Statement

NOT_SHARED_BY_SQS = frozenset(
    f"sqs:{name.lower()}"
    for name in (
        "AddPermission",
        "CancelMessageMoveTask",
        "CreateQueue",
        "DeleteQueue",
        "ListMessageMoveTasks",
        "ListQueues",
        "ListQueueTags",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
        "TagQueue",
        "UntagQueue",
    )
)
"""Actions, in lower case, that no queue policy can grant to another account.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-limitations-of-custom-policies.html
"""

Context = Mapping[str, str | Sequence[str] | Unknown | None]
"""What a caller knows of a request: values by context key; None for a key that the request does not have."""

_NOTHING: Context = {}

_ALWAYS_PRESENT = frozenset({"aws:currenttime", "aws:epochtime", "aws:securetransport"})
_PRINCIPAL_TAG = "aws:principaltag/"
_RESOURCE_TAG = "aws:resourcetag/"
_SESSION_NAME = "sts:RoleSessionName"


@dataclass(frozen=True, slots=True)
class _Possible:
    """A statement that applies if some conditions hold."""

    policy: Policy
    statement: Statement
    conditions: tuple[Condition, ...]


@dataclass(slots=True)
class _Grant:
    """What one kind of policy allows: for certain, or by any one of several statements that may apply."""

    certain: DecidedBy | None
    possible: tuple[_Possible, ...]

    def __or__(self, other: _Grant) -> _Grant:
        return _Grant(self.certain or other.certain, self.possible + other.possible)


_NO_GRANT = _Grant(None, ())
_ROOT_GRANT = _Grant(DecidedBy(ROOT), ())

_Step = tuple[str, _Grant]


def decide(principal: Principal, resource: Resource, action: str, context: Context = _NOTHING) -> Decision:
    """Return whether a principal can do something with a resource.

    What the context does not tell, and what does not follow from the principal and the resource, is unknown:
    the answer is conditional if it depends on it.

    Parameters
    ----------
    principal
        Who asks.
    resource
        What it is about.
    action
        What is to be done, such as ``sqs:PurgeQueue``, in any case.
    context
        The context keys, in any case, that are known, or known to be absent (None). They win over what
        follows from principal and resource.

    Examples
    --------
    >>> from policies.evaluation import Account, Policy, PolicyKind, Principal, Resource, read_document
    >>> account = Account("111122223333")
    >>> document = read_document('{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}')
    >>> policy = Policy(PolicyKind.IDENTITY, "operators", document)
    >>> alice = Principal.user("arn:aws:iam::111122223333:user/alice", account, identity=(policy,))
    >>> orders = Resource("arn:aws:sqs:eu-west-1:111122223333:orders", account)
    >>> decision = decide(alice, orders, "sqs:PurgeQueue")
    >>> decision.answer.value, decision.decided_by.policy
    ('yes', 'operators')
    """
    request = _Request(
        principal, resource, action.lower(), lookup_of(principal, resource, read_context(context))
    )
    denied, may_deny = request.denied()
    if denied is not None:
        return Decision(Answer.NO, denied)
    if request.is_not_shared():
        return Decision(Answer.NO, DecidedBy(SERVICE))
    lacking, limits = _all_of(request.scp_steps())
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    lacking, grant = request.granted()
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    possible = (*may_deny, *limits.possible, *(() if grant.certain else grant.possible))
    if possible or grant.certain is None:
        first = _source(possible[0].policy, possible[0].statement)
        return Decision(Answer.CONDITIONAL, first, _open_conditions(possible))
    return Decision(Answer.YES, grant.certain)


def read_context(context: Context) -> dict[str, ContextValue]:
    """Return what a caller knows, by key in lower case: "key names are case-insensitive"."""
    return {
        key.lower(): value if isinstance(value, str | Unknown | None) else tuple(value)
        for key, value in context.items()
    }


def lookup_of(principal: Principal, resource: Resource, context: Mapping[str, ContextValue]) -> Lookup:
    """Return the function that tells the value of a context key of a request.

    Parameters
    ----------
    principal, resource
        Whose facts count where the context says nothing.
    context
        What the caller knows, by key in lower case.
    """
    sources = (context, principal.facts, resource.facts)

    def lookup(key: str) -> ContextValue:
        for source in sources:
            if key in source:
                return source[key]
        if key.startswith(_PRINCIPAL_TAG) and principal.tags is not None:
            return principal.tags.get(key[len(_PRINCIPAL_TAG) :])
        if key.startswith(_RESOURCE_TAG) and resource.tags is not None:
            return resource.tags.get(key[len(_RESOURCE_TAG) :])
        return Unknown.VALUE if key in _ALWAYS_PRESENT else Unknown.ENTIRELY

    return lookup


@dataclass(slots=True)
class _Request:
    """One request, and what each kind of policy says of it."""

    principal: Principal
    resource: Resource
    action: str
    lookup: Lookup

    def denied(self) -> tuple[DecidedBy | None, list[_Possible]]:
        """Return what explicitly denies the request, or the statements that may."""
        may_deny: list[_Possible] = []
        for policy in self._every_policy():
            for statement in policy.document.denies:
                applied = self._denies(statement)
                if applied is True:
                    return _source(policy, statement), []
                if applied:
                    may_deny.append(_Possible(policy, statement, applied))
        return None, may_deny

    def is_not_shared(self) -> bool:
        """Return whether SQS lets no other account do it, whatever the queue's policy says."""
        return self.action in NOT_SHARED_BY_SQS and not self._is_within_account()

    def scp_steps(self) -> list[_Step]:
        """Return what the service control policies allow at each level."""
        return [(PolicyKind.SCP, self._allowed_by(level)) for level in self._scps()]

    def granted(self) -> tuple[DecidedBy | None, _Grant]:
        """Return which kind of policy lacks an allow, if one does, and else what the others grant."""
        direct, entity, account = self._granted_by_resource()
        if self.principal.account is None:
            return _all_of([(PolicyKind.QUEUE, direct)])
        if not self._is_within_account():
            queue = direct | entity | account
            return _all_of([(PolicyKind.QUEUE, queue), *self._steps_of_principal(_NO_GRANT)])
        lacking, grant = _all_of(self._steps_of_principal(entity))
        if direct.certain is not None or lacking is not None:
            return (None, direct) if direct.certain or direct.possible else (lacking, grant)
        return None, _Grant(grant.certain, direct.possible + grant.possible)

    def _is_within_account(self) -> bool:
        account = self.principal.account
        return account is not None and account.id == self.resource.account.id

    def _scps(self) -> tuple[tuple[Policy, ...], ...]:
        account = self.principal.account
        if account is None or account.is_management:
            return ()
        return () if self.principal.kind is PrincipalKind.SERVICE_LINKED_ROLE else account.scps

    def _rcps(self) -> tuple[tuple[Policy, ...], ...]:
        account = self.resource.account
        if account.is_management or self.principal.kind is PrincipalKind.SERVICE_LINKED_ROLE:
            return ()
        return account.rcps

    def _every_policy(self) -> Iterable[Policy]:
        for levels in (self._rcps(), self._scps()):
            for level in levels:
                yield from level
        if self.resource.policy is not None:
            yield self.resource.policy
        yield from self.principal.identity
        if self.principal.boundary is not None:
            yield self.principal.boundary
        yield from self.principal.session or ()

    def _steps_of_principal(self, entity: _Grant) -> list[_Step]:
        """Return what the principal's own policies allow, given what it is granted as a role or user."""
        principal = self.principal
        granted = _ROOT_GRANT if principal.is_root else self._allowed_by(principal.identity) | entity
        steps: list[_Step] = [(PolicyKind.IDENTITY, granted)]
        if principal.boundary is not None:
            steps.append((PolicyKind.BOUNDARY, self._allowed_by((principal.boundary,))))
        if principal.session is not None:
            steps.append((PolicyKind.SESSION, self._allowed_by(principal.session)))
        elif principal.kind is PrincipalKind.FEDERATED_USER:
            steps.append((PolicyKind.SESSION, _NO_GRANT))
        return steps

    def _applies(self, statement: Statement) -> Applies:
        return statement.applies(self.action, self.resource.arn, self.lookup)

    def _allowed_by(self, policies: Iterable[Policy]) -> _Grant:
        possible: list[_Possible] = []
        for policy in policies:
            for statement in policy.document.allows:
                applied = self._applies(statement)
                if applied is True:
                    return _Grant(_source(policy, statement), ())
                if applied:
                    possible.append(_Possible(policy, statement, applied))
        return _Grant(None, tuple(possible))

    def _denies(self, statement: Statement) -> Applies:
        if statement.principals is not None:
            if statement.principals.naming(self.principal):
                return self._applies(statement)
            sessions = statement.principals.session_names(self.principal)
            return _with_session(self._applies(statement), sessions) if sessions else False
        if statement.not_principals is None or self.principal.boundary is not None:
            # "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a
            # permissions boundary policy attached, regardless of the values".
            return self._applies(statement)
        if statement.not_principals.naming(self.principal):
            return False
        sessions = statement.not_principals.session_names(self.principal)
        applied = self._applies(statement)
        return _with_session(applied, sessions, negated=True) if sessions else applied

    def _granted_by_resource(self) -> tuple[_Grant, _Grant, _Grant]:
        """Return what the resource's policy grants the principal: directly, as a role or user, by account."""
        grants = dict.fromkeys(Naming, _NO_GRANT)
        policy = self.resource.policy
        if policy is None:
            return _NO_GRANT, _NO_GRANT, _NO_GRANT
        for statement in policy.document.allows:
            naming, sessions = _naming(statement, self.principal)
            if naming is Naming.NOT and not sessions:
                continue
            applied = self._applies(statement)
            if sessions:
                named = _with_session(applied, sessions, negated=statement.principals is None)
                grants[Naming.DIRECTLY] |= _grant_of(policy, statement, named)
            grants[naming] |= _grant_of(policy, statement, applied)
        return grants[Naming.DIRECTLY], grants[Naming.ENTITY], grants[Naming.ACCOUNT]


def _naming(statement: Statement, principal: Principal) -> tuple[Naming, tuple[str, ...]]:
    """Return how a statement that allows names a principal, and which of its sessions besides."""
    if statement.principals is not None:
        naming = statement.principals.naming(principal)
        return naming, () if naming is Naming.DIRECTLY else statement.principals.session_names(principal)
    if statement.not_principals is None or statement.not_principals.naming(principal):
        return Naming.NOT, ()
    sessions = statement.not_principals.session_names(principal)
    return (Naming.NOT, sessions) if sessions else (Naming.DIRECTLY, ())


def _with_session(applied: Applies, names: tuple[str, ...], *, negated: bool = False) -> Applies:
    """Add the condition that the session of a role is one of some names, or none of them."""
    if applied is False:
        return False
    operator = "StringNotEquals" if negated else "StringEquals"
    condition = read_condition(operator, _SESSION_NAME, names, "Principal", variables=False)
    return (condition,) if applied is True else (condition, *applied)


def _grant_of(policy: Policy, statement: Statement, applied: Applies) -> _Grant:
    if applied is True:
        return _Grant(_source(policy, statement), ())
    return _Grant(None, (_Possible(policy, statement, applied),)) if applied else _NO_GRANT


def _all_of(steps: Iterable[_Step]) -> tuple[DecidedBy | None, _Grant]:
    """Return the first kind of policy that grants nothing, or what all of them grant together."""
    possible: list[_Possible] = []
    first: DecidedBy | None = None
    for kind, grant in steps:
        if grant.certain is None:
            if not grant.possible:
                return DecidedBy(kind), _NO_GRANT
            possible.extend(grant.possible)
        first = first or grant.certain
    return None, _Grant(None if possible else first, tuple(possible))


def _source(policy: Policy, statement: Statement) -> DecidedBy:
    return DecidedBy(policy.kind, policy.name, statement.sid, statement.index)


def _open_conditions(possible: Iterable[_Possible]) -> tuple[OpenCondition, ...]:
    found = [
        OpenCondition(
            each.statement.effect,
            _source(each.policy, each.statement),
            condition.operator,
            condition.key,
            condition.values,
        )
        for each in possible
        for condition in each.conditions
    ]
    return tuple(dict.fromkeys(found))
