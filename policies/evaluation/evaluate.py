"""Who can do what: AWS's decision, sentence by sentence from its pages.

The order is AWS's: "the enforcement code looks for a Deny statement that applies to the request", in RCPs,
SCPs, the resource's policy, identity policies, boundary and session policies; then for an Allow in the SCPs
of every level, in the resource's policy, in the identity policies, the boundary and the session policies.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from policies.evaluation.decision import ROOT, SERVICE, Answer, DecidedBy, Decision
from policies.evaluation.judging import Request
from policies.evaluation.policy import Policy, PolicyKind
from policies.evaluation.principal import PrincipalKind
from policies.evaluation.request_context import NOTHING_KNOWN, Context, lookup_of, read_context
from policies.evaluation.ruling import (
    NO_GRANTS,
    Grants,
    Possible,
    Ruling,
    Step,
    all_of,
    open_conditions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource

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

_ROOT_GRANT = Ruling(DecidedBy(ROOT))


def decide(
    principal: Principal, resource: Resource, action: str, context: Context = NOTHING_KNOWN
) -> Decision:
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
    lookup = lookup_of(principal, resource, action.lower(), read_context(context))
    return conclude(principal, resource, action, Request(principal, resource, action.lower(), lookup))


class Judge(Protocol):
    """Tells what each policy says of one request."""

    def denial(self, policy: Policy) -> Ruling:
        """Return whether a policy denies it explicitly."""

    def grants(self, policy: Policy) -> Grants:
        """Return whether a policy allows it."""


def conclude(principal: Principal, resource: Resource, action: str, judge: Judge) -> Decision:
    """Return the decision that follows from what each policy says.

    Parameters
    ----------
    principal, resource, action
        The request.
    judge
        Tells what each of their policies, and of their accounts', says of it.
    """
    scps = binding_scps(principal)
    may_deny: list[Possible] = []
    for policy in _policies(principal, resource, scps):
        denial = judge.denial(policy)
        if denial.certain is not None:
            return Decision(Answer.NO, denial.certain)
        may_deny.extend(denial.possible)
    is_within_account = principal.account is not None and principal.account.id == resource.account.id
    if action.lower() in NOT_SHARED_BY_SQS and not is_within_account:
        return Decision(Answer.NO, DecidedBy(SERVICE))
    lacking, limits = all_of((PolicyKind.SCP, _granted_by(level, judge)) for level in scps)
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    by_resource = NO_GRANTS if resource.policy is None else judge.grants(resource.policy)
    granted = _within_account if is_within_account else _across_accounts
    lacking, grant = granted(by_resource, principal, judge)
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    possible = (*may_deny, *limits.possible, *(() if grant.certain else grant.possible))
    if possible or grant.certain is None:
        return Decision(Answer.CONDITIONAL, possible[0].source, open_conditions(possible))
    return Decision(Answer.YES, grant.certain)


def binding_scps(principal: Principal) -> tuple[tuple[Policy, ...], ...]:
    """Return the service control policies that bind a principal, by level.

    None bind services, nobody, the management account, nor service-linked roles: "SCPs don't affect users or
    roles in the management account", "SCPs do not affect any service-linked role".

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    """
    account = principal.account
    if account is None or account.is_management or principal.kind is PrincipalKind.SERVICE_LINKED_ROLE:
        return ()
    return account.scps


def binding_rcps(principal: Principal, resource: Resource) -> tuple[tuple[Policy, ...], ...]:
    """Return the resource control policies that bind a request, by level.

    They bind everybody, services and outsiders too, with two exceptions: "RCPs don't affect resources in the
    management account", and they "do not impact the effective permissions of any service-linked role". An
    Allow in them counts for nothing: ``RCPFullAWSAccess`` "can't be detached", so there always is one.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    linked = principal.kind is PrincipalKind.SERVICE_LINKED_ROLE
    return () if linked or resource.account.is_management else resource.account.rcps


def _policies(
    principal: Principal, resource: Resource, scps: tuple[tuple[Policy, ...], ...]
) -> Iterable[Policy]:
    """Yield every policy that can deny, in the order in which a deny is looked for."""
    for level in (*binding_rcps(principal, resource), *scps):
        yield from level
    if resource.policy is not None:
        yield resource.policy
    yield from principal.policies


def _within_account(
    by_resource: Grants, principal: Principal, judge: Judge
) -> tuple[DecidedBy | None, Ruling]:
    """Return what is granted within an account, where the resource's policy or the principal's has to allow.

    What the resource grants to a principal directly needs nothing else. What it grants to the role behind a
    session counts as if an identity policy granted it. What it grants to the account only delegates.
    """
    direct = by_resource.direct
    if direct.certain is not None:
        return None, direct
    lacking, grant = all_of(_steps(principal, by_resource.entity, judge))
    if lacking is not None:
        return (None, direct) if direct.possible else (lacking, grant)
    return None, Ruling(grant.certain, direct.possible + grant.possible)


def _across_accounts(
    by_resource: Grants, principal: Principal, judge: Judge
) -> tuple[DecidedBy | None, Ruling]:
    """Return what is granted across accounts: "only if both evaluations return a decision of Allow".

    Services and nobody have no policies of their own: the resource's is all that there is.
    """
    shared = by_resource.direct | by_resource.entity | by_resource.account
    steps = [] if principal.account is None else _steps(principal, Ruling(), judge)
    return all_of([(PolicyKind.QUEUE, shared), *steps])


def _steps(principal: Principal, entity: Ruling, judge: Judge) -> list[Step]:
    """Return what the policies of a principal allow: each kind that it has needs to.

    A federated user has to have session policies: "if there is no session policy, the code checks whether the
    principal is a role session … Otherwise, the request is implicitly denied".
    """
    granted = _ROOT_GRANT if principal.is_root else entity | _granted_by(principal.identity, judge)
    steps: list[Step] = [(PolicyKind.IDENTITY, granted)]
    if principal.boundary is not None:
        steps.append((PolicyKind.BOUNDARY, judge.grants(principal.boundary).direct))
    if principal.session is not None or principal.kind is PrincipalKind.FEDERATED_USER:
        steps.append((PolicyKind.SESSION, _granted_by(principal.session or (), judge)))
    return steps


def _granted_by(policies: Iterable[Policy], judge: Judge) -> Ruling:
    """Return what one of several policies has to allow."""
    possible: tuple[Possible, ...] = ()
    for policy in policies:
        grant = judge.grants(policy).direct
        if grant.certain is not None:
            return grant
        possible += grant.possible
    return Ruling(None, possible)
