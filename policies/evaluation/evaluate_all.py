"""Who can do what, for everybody and everything at once.

Most principals are alike, and so are most resources. What one policy says of a pair is therefore asked once
for all pairs that the policy cannot tell apart, and what follows from several policies once for every
combination of what they say. What a policy can tell apart is read from its statements, as traits: how they
name a principal, which resources they cover, whether their conditions hold. The decisions are those of
:func:`policies.evaluation.evaluate.decide`, one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from policies.evaluation.evaluate import (
    NOTHING_KNOWN,
    PRINCIPAL_TAG,
    RESOURCE_TAG,
    Context,
    binding_rcps,
    binding_scps,
    conclude,
    lookup_of,
    read_context,
)
from policies.evaluation.grant import NO_DENIAL, NO_GRANTS, Denial, Grants
from policies.evaluation.judging import Request
from policies.evaluation.principal import Principal
from policies.evaluation.resource import Resource

if TYPE_CHECKING:
    from policies.evaluation.conditions import Condition
    from policies.evaluation.context import ContextValue, Lookup
    from policies.evaluation.decision import Decision
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal_element import PrincipalElement
    from policies.evaluation.statement import Statement


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
        Who asks, and for what. Those that share an account or a policy should share the very object: it is
        how they are seen to be alike.
    action
        What is to be done, such as ``sqs:PurgeQueue``, in any case.
    context
        What is known of every request, as for :func:`~policies.evaluation.evaluate.decide`.

    Yields
    ------
    list of Decision
        The decisions on the resources, in their order: a list for each principal, in theirs. Equal decisions
        on the resources of one account are one object.
    """
    accounts: dict[int, list[int]] = {}
    for index, resource in enumerate(resources):
        accounts.setdefault(id(resource.account), []).append(index)
    known = read_context(context)
    keys = _Keys(principals, resources, known)
    groups = [
        (indices, _Table([resources[index] for index in indices], action.lower(), known, keys))
        for indices in accounts.values()
    ]
    for principal in principals:
        row: dict[int, Decision] = {}
        for indices, table in groups:
            row.update(zip(indices, table.decisions(principal), strict=True))
        yield [row[index] for index in range(len(resources))]


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


PrincipalTrait = Callable[[Principal, "Lookup"], Hashable]
ResourceTrait = Callable[[Resource, "Lookup"], Hashable]


class _Traits:
    """By what the statements of some policies can tell principals apart, and resources.

    Parameters
    ----------
    policies
        The policies.
    action
        In lower case: statements about others tell nothing apart.
    keys
        Where the values of context keys come from.
    """

    def __init__(self, policies: Iterable[Policy], action: str, keys: _Keys) -> None:
        self._keys = keys
        self._of_principals: dict[Hashable, PrincipalTrait] = {}
        self._of_resources: dict[Hashable, ResourceTrait] = {}
        for policy in policies:
            for statement in policy.document.statements:
                if statement.covers_action(action):
                    self._add_principal_element(statement)
                    self._add_resource(statement)
                    for condition in statement.conditions:
                        self._add_condition(condition)

    def of_principal(self, principal: Principal, lookup: Lookup) -> tuple[Hashable, ...]:
        """Return what they see of a principal."""
        return tuple([trait(principal, lookup) for trait in self._of_principals.values()])

    def of_resource(self, resource: Resource, lookup: Lookup) -> tuple[Hashable, ...]:
        """Return what they see of a resource."""
        return tuple([trait(resource, lookup) for trait in self._of_resources.values()])

    def _add_principal_element(self, statement: Statement) -> None:
        if statement.principals is not None:
            self._of_principals[statement.principals] = partial(_naming, statement.principals)
        if statement.not_principals is not None:
            self._of_principals[statement.not_principals] = partial(_naming, statement.not_principals)
            self._of_principals["boundary"] = _has_boundary

    def _add_resource(self, statement: Statement) -> None:
        if statement.resource_keys:
            self._add_values(statement.resource_keys)
            self._of_resources["arn"] = _arn
        else:
            patterns = (statement.resources, statement.not_resources)
            self._of_resources[patterns] = partial(_covers, statement)

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
    return element.naming(principal), element.excepts(principal), element.session_names(principal)


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


_Said = tuple[Denial, Grants]


class _Sayings:
    """What policies say, equal sayings under one number."""

    def __init__(self) -> None:
        self._numbers: dict[_Said, int] = {}
        self.by_number: list[_Said] = []

    def number(self, said: _Said) -> int:
        """Return the number of what a policy says."""
        number = self._numbers.setdefault(said, len(self.by_number))
        if number == len(self.by_number):
            self.by_number.append(said)
        return number


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What the policies of one request say, by the number of what each says."""

    said: Mapping[int, _Said]

    def denial(self, policy: Policy) -> Denial:
        """Return whether a policy denies it explicitly."""
        return self.said[id(policy)][0]

    def grants(self, policy: Policy) -> Grants:
        """Return whether a policy allows it."""
        return self.said[id(policy)][1]


@dataclass(frozen=True, slots=True)
class _Classes:
    """How a policy tells resources apart.

    Parameters
    ----------
    traits
        What it can see.
    of_resources
        The number of the class of each resource.
    examples
        The index of one resource of each class.
    """

    traits: _Traits
    of_resources: Sequence[int]
    examples: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Column:
    """What one policy says of one class of principals.

    Parameters
    ----------
    numbers
        The number of what it says of each resource.
    denies_all
        Whether it denies explicitly for every resource, so that no policy after it matters.
    """

    numbers: Sequence[int]
    denies_all: bool


class _Table:
    """The decisions on the resources of one account.

    Parameters
    ----------
    resources
        The resources, one at least.
    action
        In lower case.
    known
        What is known of every request, by key in lower case.
    keys
        Where the values of context keys come from.
    """

    def __init__(
        self, resources: Sequence[Resource], action: str, known: Mapping[str, ContextValue], keys: _Keys
    ) -> None:
        self._resources = resources
        self._action = action
        self._known = known
        self._keys = keys
        self._sayings = _Sayings()
        self._silence = self._sayings.number((NO_DENIAL, NO_GRANTS))
        self._somebody = Principal.anonymous()
        self._classes: dict[int, _Classes] = {}
        self._columns: dict[Hashable, _Column] = {}
        self._resource_columns: dict[Hashable, list[int]] = {}
        self._decisions: dict[Hashable, dict[tuple[int, ...], Decision]] = {}
        self._equal: dict[Decision, Decision] = {}
        own = (resource.policy for resource in resources if resource.policy is not None)
        self._resource_traits = _Traits(own, action, keys)

    def decisions(self, principal: Principal) -> list[Decision]:
        """Return the decisions on all resources for one principal."""
        columns = self._relevant_columns(principal)
        known = self._decisions.setdefault(self._shape(principal), {})
        row: list[Decision] = []
        for index, numbers in enumerate(zip(*columns, strict=True)):
            decision = known.get(numbers)
            if decision is None:
                decision = known[numbers] = self._decide(principal, index, numbers)
            row.append(decision)
        return row

    def _relevant_columns(self, principal: Principal) -> list[Sequence[int]]:
        """Return what each policy says of each resource, up to the first that denies all of them."""
        lookup = lookup_of(principal, self._resources[0], self._action, self._known)
        columns: list[Sequence[int]] = []
        for policy in self._policies(principal):
            if policy is None:
                columns.append(self._resource_column(principal, lookup))
                continue
            column = self._column(policy, principal, lookup)
            columns.append(column.numbers)
            if column.denies_all:
                break
        return columns

    def _policies(self, principal: Principal, own: Policy | None = None) -> list[Policy | None]:
        """Return all policies in the order in which a deny is looked for, with a place for a resource's."""
        levels = (*binding_rcps(principal, self._resources[0]), *binding_scps(principal))
        return [*(policy for level in levels for policy in level), own, *principal.policies]

    def _shape(self, principal: Principal) -> Hashable:
        """Return what else a decision depends on than what policies say: how they are put together."""
        account = None if principal.account is None else principal.account.id
        session = None if principal.session is None else len(principal.session)
        boundary = principal.boundary is not None
        scps = tuple(len(level) for level in binding_scps(principal))
        rcps = sum(len(level) for level in binding_rcps(principal, self._resources[0]))
        return principal.kind, account, rcps, scps, len(principal.identity), boundary, session

    def _decide(self, principal: Principal, index: int, numbers: Sequence[int]) -> Decision:
        resource = self._resources[index]
        asked = self._policies(principal, resource.policy)[: len(numbers)]
        sayings = (self._sayings.by_number[number] for number in numbers)
        said = {id(policy): saying for policy, saying in zip(asked, sayings, strict=True)}
        decision = conclude(principal, resource, self._action, _Remembered(said))
        return self._equal.setdefault(decision, decision)

    def _column(self, policy: Policy, principal: Principal, lookup: Lookup) -> _Column:
        """Return what a policy other than the resources' own says of the principal and each resource."""
        classes = self._classes.get(id(policy))
        if classes is None:
            classes = self._classes[id(policy)] = self._classes_of(policy)
        key = (id(policy), classes.traits.of_principal(principal, lookup))
        column = self._columns.get(key)
        if column is None:
            numbers = [self._ask(policy, principal, self._resources[each]) for each in classes.examples]
            denials = [self._sayings.by_number[number][0] for number in numbers]
            column = self._columns[key] = _Column(
                [numbers[each] for each in classes.of_resources],
                denies_all=all(denial.certain is not None for denial in denials),
            )
        return column

    def _resource_column(self, principal: Principal, lookup: Lookup) -> list[int]:
        """Return what the own policy of each resource says of the principal."""
        key = self._resource_traits.of_principal(principal, lookup)
        column = self._resource_columns.get(key)
        if column is None:
            column = self._resource_columns[key] = [
                self._silence if resource.policy is None else self._ask(resource.policy, principal, resource)
                for resource in self._resources
            ]
        return column

    def _classes_of(self, policy: Policy) -> _Classes:
        traits = _Traits((policy,), self._action, self._keys)
        numbers: dict[Hashable, int] = {}
        of_resources: list[int] = []
        examples: list[int] = []
        for index, resource in enumerate(self._resources):
            lookup = lookup_of(self._somebody, resource, self._action, self._known)
            number = numbers.setdefault(traits.of_resource(resource, lookup), len(examples))
            if number == len(examples):
                examples.append(index)
            of_resources.append(number)
        return _Classes(traits, of_resources, examples)

    def _ask(self, policy: Policy, principal: Principal, resource: Resource) -> int:
        lookup = lookup_of(principal, resource, self._action, self._known)
        request = Request(principal, resource, self._action, lookup)
        return self._sayings.number((request.denial(policy), request.grants(policy)))
