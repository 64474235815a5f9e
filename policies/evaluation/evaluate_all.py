"""Who can do what, for everybody and everything at once.

Most principals are alike, and so are most resources: the same policies, named by no queue, covered by the
same patterns. Each of the three verdicts that make a decision is reached once for all pairs that it cannot tell
apart. What it could tell apart is asked of the statements themselves, as traits: how they name a principal,
which resources they cover, whether their conditions hold. The decisions are those of
:func:`policies.evaluation.evaluate.decide`, one by one.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from policies.evaluation.evaluate import (
    NOTHING_KNOWN,
    PRINCIPAL_TAG,
    RESOURCE_TAG,
    Context,
    combine,
    lookup_of,
    read_context,
)
from policies.evaluation.principal import Principal, PrincipalKind
from policies.evaluation.verdicts import (
    PrincipalVerdict,
    Request,
    ResourceVerdict,
    binding_scps,
    organization_verdict,
    own_verdict,
    resource_verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from policies.evaluation.account import Account
    from policies.evaluation.conditions import Condition
    from policies.evaluation.context import ContextValue, Lookup
    from policies.evaluation.decision import Decision
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal_element import PrincipalElement
    from policies.evaluation.resource import Resource
    from policies.evaluation.statement import Statement

Verdict = TypeVar("Verdict", PrincipalVerdict, ResourceVerdict)


def decide_all(
    principals: Sequence[Principal],
    resources: Sequence[Resource],
    action: str,
    context: Context = NOTHING_KNOWN,
) -> Iterator[list[Decision]]:
    """Yield, for each principal, whether it can do something with each of some resources.

    Parameters
    ----------
    principals, resources
        Who asks, and for what. Those that share an account or a document should share the very object: it is
        how they are seen to be alike.
    action
        What is to be done, such as ``sqs:PurgeQueue``, in any case.
    context
        What is known of every request, as for :func:`~policies.evaluation.evaluate.decide`.

    Yields
    ------
    list of Decision
        The decisions on the resources, in their order: a list for each principal, in theirs.
    """
    if principals and resources:
        table = _Table(principals, resources, action.lower(), read_context(context))
        yield from map(table.row, principals)
    else:
        yield from ([] for _ in principals)


class _Keys:
    """Where the values of context keys come from."""

    def __init__(
        self,
        principals: Iterable[Principal],
        resources: Iterable[Resource],
        known: Mapping[str, ContextValue],
    ) -> None:
        self._known = known
        self._of_principals = frozenset(key for principal in principals for key in principal.facts)
        self._of_resources = frozenset(key for resource in resources for key in resource.facts)

    def of_principal(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return those that depend on the principal."""
        return self._chosen(keys, self._of_principals, PRINCIPAL_TAG)

    def of_resource(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return those that depend on the resource."""
        return self._chosen(keys, self._of_resources, RESOURCE_TAG)

    def _chosen(self, keys: Iterable[str], facts: frozenset[str], tag: str) -> tuple[str, ...]:
        return tuple(key for key in keys if key not in self._known and (key in facts or key.startswith(tag)))


class _Traits:
    """By what the statements of some policies can tell principals apart, and resources."""

    def __init__(self, policies: Iterable[Policy], action: str, keys: _Keys) -> None:
        self._keys = keys
        self._of_principals: dict[Hashable, Callable[[Principal, Lookup], Hashable]] = {}
        self._of_resources: dict[Hashable, Callable[[Resource, Lookup], Hashable]] = {}
        for document in {id(policy.document): policy.document for policy in policies}.values():
            for statement in document.statements:
                if statement.covers_action(action):
                    self._add_principal_element(statement)
                    self._add_resource(statement)
                    for condition in statement.conditions:
                        self._add_condition(condition)

    def of_principal(self, principal: Principal, lookup: Lookup) -> tuple[Hashable, ...]:
        """Return what they see of a principal."""
        return tuple(trait(principal, lookup) for trait in self._of_principals.values())

    def of_resource(self, resource: Resource, lookup: Lookup) -> tuple[Hashable, ...]:
        """Return what they see of a resource."""
        return tuple(trait(resource, lookup) for trait in self._of_resources.values())

    def _add_principal_element(self, statement: Statement) -> None:
        if statement.principals is not None:
            self._of_principals[statement.principals] = partial(_naming, statement.principals)
        if statement.not_principals is not None:
            self._of_principals[statement.not_principals] = partial(_naming, statement.not_principals)
            self._of_principals["boundary"] = _has_boundary

    def _add_resource(self, statement: Statement) -> None:
        if not statement.resource_keys:
            patterns = (statement.resources, statement.not_resources)
            self._of_resources[patterns] = partial(_covers, statement)
            return
        self._add_values(statement.resource_keys)
        self._of_resources["arn"] = _arn

    def _add_condition(self, condition: Condition) -> None:
        of_principal = self._keys.of_principal(condition.keys)
        of_resource = self._keys.of_resource(condition.keys)
        if of_principal and of_resource:
            self._add_values(condition.keys)
        elif of_principal:
            self._of_principals[condition, condition.keys] = partial(_holds, condition)
        elif of_resource:
            self._of_resources[condition, condition.keys] = partial(_holds, condition)

    def _add_values(self, keys: Iterable[str]) -> None:
        for key in self._keys.of_principal(keys):
            self._of_principals[key] = partial(_value, key)
        for key in self._keys.of_resource(keys):
            self._of_resources[key] = partial(_value, key)


def _naming(element: PrincipalElement, principal: Principal, _: Lookup) -> Hashable:
    return element.naming(principal), element.session_names(principal)


def _has_boundary(principal: Principal, _: Lookup) -> bool:
    return principal.boundary is not None


def _covers(statement: Statement, resource: Resource, lookup: Lookup) -> Hashable:
    return statement.covers_resource(resource.arn, lookup)


def _arn(resource: Resource, _: Lookup) -> str:
    return resource.arn


def _holds(condition: Condition, _: Principal | Resource, lookup: Lookup) -> bool | None:
    return condition.holds(lookup)


def _value(key: str, _: Principal | Resource, lookup: Lookup) -> ContextValue:
    return lookup(key)


class _Side(Generic[Verdict]):
    """One of the three verdicts, for every class of principals and every class of resources.

    Parameters
    ----------
    judge
        Reaches the verdict on a request.
    classes
        The class of each resource, so that resources of one class differ in nothing that the verdict regards.
    """

    def __init__(self, judge: Callable[[Request], Verdict], classes: Sequence[Hashable]) -> None:
        numbers: dict[Hashable, int] = {}
        self._judge: Callable[[Request], Verdict] = judge
        self._class_of_resource = [numbers.setdefault(each, len(numbers)) for each in classes]
        self._examples = [classes.index(each) for each in numbers]
        self._rows: dict[Hashable, list[int]] = {}
        self._numbers: dict[Hashable, int] = {}
        self.verdicts: list[Verdict] = []

    def row(self, principal_class: Hashable, request: Callable[[int], Request]) -> list[int]:
        """Return the number of the verdict on each resource, equal ones under one number.

        Parameters
        ----------
        principal_class
            The class of the principal, likewise.
        request
            Makes the request of the principal for a resource, given by its index.
        """
        by_class = self._rows.get(principal_class)
        if by_class is None:
            by_class = [self._number(self._judge(request(example))) for example in self._examples]
            self._rows[principal_class] = by_class
        return [by_class[each] for each in self._class_of_resource]

    def _number(self, verdict: Verdict) -> int:
        number = self._numbers.setdefault(verdict, len(self.verdicts))
        if number == len(self.verdicts):
            self.verdicts.append(verdict)
        return number


class _Table:
    """The decisions of all principals on all resources, a row at a time."""

    def __init__(
        self,
        principals: Sequence[Principal],
        resources: Sequence[Resource],
        action: str,
        known: Mapping[str, ContextValue],
    ) -> None:
        self._resources = resources
        self._account_ids = [resource.account.id for resource in resources]
        self._action = action
        self._known = known
        self._keys = _Keys(principals, resources, known)
        self._traits_of_own: dict[Hashable, _Traits] = {}
        self._decisions: dict[Hashable, Decision] = {}
        accounts = [each.account for each in principals] + [each.account for each in resources]
        self._seen_by_limits = self._traits(_limits({id(each): each for each in accounts}.values()))
        self._seen_by_resources = self._traits(each.policy for each in resources if each.policy is not None)
        seen_by_own = self._traits(policy for each in principals for policy in _own_policies(each))
        lookups = [lookup_of(principals[0], resource, known) for resource in resources]
        seen = list(zip(resources, lookups, strict=True))
        self._organizations = _Side(
            organization_verdict,
            [(id(each.account), self._seen_by_limits.of_resource(each, lookup)) for each, lookup in seen],
        )
        self._own = _Side(own_verdict, [seen_by_own.of_resource(each, lookup) for each, lookup in seen])
        # A queue's policy is mostly its own, and only one of its kind: every resource is a class.
        self._by_resource = _Side(resource_verdict, range(len(resources)))

    def row(self, principal: Principal) -> list[Decision]:
        """Return the decisions on all resources for one principal."""
        lookup = lookup_of(principal, self._resources[0], self._known)
        request = partial(self._request, principal)
        organizations = self._organizations.row(self._class_for_organizations(principal, lookup), request)
        own = self._own.row(self._class_for_own(principal, lookup), request)
        by_resource = self._by_resource.row(self._seen_by_resources.of_principal(principal, lookup), request)
        account = principal.account.id if principal.account is not None else None
        decisions: list[Decision] = []
        for index, verdicts in enumerate(zip(organizations, own, by_resource, strict=True)):
            key = (account, self._account_ids[index], verdicts)
            decision = self._decisions.get(key)
            if decision is None:
                decision = self._decisions[key] = self._combined(request(index), *verdicts)
            decisions.append(decision)
        return decisions

    def _combined(self, request: Request, organizations: int, own: int, by_resource: int) -> Decision:
        return combine(
            request,
            self._organizations.verdicts[organizations],
            self._by_resource.verdicts[by_resource],
            self._own.verdicts[own],
        )

    def _request(self, principal: Principal, index: int) -> Request:
        resource = self._resources[index]
        return Request(principal, resource, self._action, lookup_of(principal, resource, self._known))

    def _traits(self, policies: Iterable[Policy]) -> _Traits:
        return _Traits(policies, self._action, self._keys)

    def _class_for_organizations(self, principal: Principal, lookup: Lookup) -> Hashable:
        bound = id(principal.account) if binding_scps(principal) else None
        linked = principal.kind is PrincipalKind.SERVICE_LINKED_ROLE
        return bound, linked, self._seen_by_limits.of_principal(principal, lookup)

    def _class_for_own(self, principal: Principal, lookup: Lookup) -> Hashable:
        boundary = None if principal.boundary is None else _identity(principal.boundary)
        session = None if principal.session is None else tuple(map(_identity, principal.session))
        policies = (principal.kind, tuple(map(_identity, principal.identity)), boundary, session)
        traits = self._traits_of_own.get(policies)
        if traits is None:
            traits = self._traits_of_own[policies] = self._traits(_own_policies(principal))
        return policies, traits.of_principal(principal, lookup)


def _identity(policy: Policy) -> Hashable:
    return policy.name, id(policy.document)


def _own_policies(principal: Principal) -> Iterator[Policy]:
    yield from principal.identity
    if principal.boundary is not None:
        yield principal.boundary
    yield from principal.session or ()


def _limits(accounts: Iterable[Account | None]) -> Iterator[Policy]:
    for account in accounts:
        for level in (*account.scps, *account.rcps) if account is not None else ():
            yield from level
