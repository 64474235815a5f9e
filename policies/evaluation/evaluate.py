"""Who can do what: AWS's decision, sentence by sentence from its pages.

The order is AWS's: "the enforcement code looks for a Deny statement that applies to the request", in RCPs,
SCPs, the resource's policy, identity policies, boundary and session policies; then for an Allow in the SCPs
of every level, in the resource's policy, in the identity policies, the boundary and the session policies.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from policies.evaluation.context import ContextValue, Lookup, Unknown
from policies.evaluation.decision import SERVICE, Answer, DecidedBy, Decision
from policies.evaluation.grant import Grant, all_of, open_conditions
from policies.evaluation.policy import PolicyKind
from policies.evaluation.verdicts import (
    PrincipalVerdict,
    Request,
    ResourceVerdict,
    organization_verdict,
    own_verdict,
    resource_verdict,
)

if TYPE_CHECKING:
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

Context = Mapping[str, str | Sequence[str] | Unknown | None]
"""What a caller knows of a request: values by context key; None for a key that the request does not have."""

NOTHING_KNOWN: Context = {}
"""What a caller knows who knows nothing but principal and resource."""

_ALWAYS_PRESENT = frozenset({"aws:currenttime", "aws:epochtime", "aws:securetransport"})
PRINCIPAL_TAG = "aws:principaltag/"
RESOURCE_TAG = "aws:resourcetag/"


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
    lookup = lookup_of(principal, resource, read_context(context))
    request = Request(principal, resource, action.lower(), lookup)
    organizations = organization_verdict(request)
    if organizations.denial.certain is not None:
        return Decision(Answer.NO, organizations.denial.certain)
    return combine(request, organizations, resource_verdict(request), own_verdict(request))


def combine(
    request: Request, organizations: PrincipalVerdict, by_resource: ResourceVerdict, own: PrincipalVerdict
) -> Decision:
    """Return the decision that three verdicts on one request make.

    Parameters
    ----------
    request
        The request. Of its resource and principal only their accounts count.
    organizations, by_resource, own
        What the organizations' policies, the resource's and the principal's own say.
    """
    denials = (organizations.denial, by_resource.denial, own.denial)
    for denial in denials:
        if denial.certain is not None:
            return Decision(Answer.NO, denial.certain)
    account = request.principal.account
    is_within_account = account is not None and account.id == request.resource.account.id
    if request.action in NOT_SHARED_BY_SQS and not is_within_account:
        return Decision(Answer.NO, DecidedBy(SERVICE))
    lacking, limits = all_of(organizations.steps)
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    granted = _within_account if is_within_account else _across_accounts
    lacking, grant = granted(by_resource, own)
    if lacking is not None:
        return Decision(Answer.NO, lacking)
    may_deny = [possible for denial in denials for possible in denial.possible]
    possible = (*may_deny, *limits.possible, *(() if grant.certain else grant.possible))
    if possible or grant.certain is None:
        return Decision(Answer.CONDITIONAL, possible[0].source, open_conditions(possible))
    return Decision(Answer.YES, grant.certain)


def _within_account(by_resource: ResourceVerdict, own: PrincipalVerdict) -> tuple[DecidedBy | None, Grant]:
    """Return what is granted within an account, where the resource's policy or the principal's has to allow.

    What the resource grants to a principal directly needs nothing else. What it grants to the role behind a
    session counts as if an identity policy granted it. What it grants to the account only delegates.
    """
    direct = by_resource.direct
    if direct.certain is not None:
        return None, direct
    identity, *limits = own.steps
    lacking, grant = all_of([(identity[0], by_resource.entity | identity[1]), *limits])
    if lacking is not None:
        return (None, direct) if direct.possible else (lacking, grant)
    return None, Grant(grant.certain, direct.possible + grant.possible)


def _across_accounts(by_resource: ResourceVerdict, own: PrincipalVerdict) -> tuple[DecidedBy | None, Grant]:
    """Return what is granted across accounts: "only if both evaluations return a decision of Allow".

    Services and nobody have no policies of their own: the resource's is all that there is.
    """
    shared = by_resource.direct | by_resource.entity | by_resource.account
    return all_of([(PolicyKind.QUEUE, shared), *own.steps])


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
        if key.startswith(PRINCIPAL_TAG) and principal.tags is not None:
            return principal.tags.get(key[len(PRINCIPAL_TAG) :])
        if key.startswith(RESOURCE_TAG) and resource.tags is not None:
            return resource.tags.get(key[len(RESOURCE_TAG) :])
        return Unknown.VALUE if key in _ALWAYS_PRESENT else Unknown.ENTIRELY

    return lookup
