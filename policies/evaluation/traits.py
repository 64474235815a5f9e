"""By what policies can tell principals apart, and resources.

What a policy says of a request depends on how its statements name the principal, which resources they cover,
and whether their conditions hold: these are its traits. Principals with equal traits are one and the same to
it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from policies.evaluation.principal import Principal
from policies.evaluation.request_context import PRINCIPAL_TAG, RESOURCE_TAG
from policies.evaluation.resource import Resource

if TYPE_CHECKING:
    from policies.evaluation.conditions import Condition
    from policies.evaluation.context import ContextValue, Lookup
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal_element import PrincipalElement
    from policies.evaluation.statement import Statement

PrincipalTrait = Callable[[Principal, "Lookup"], Hashable]
ResourceTrait = Callable[[Resource, "Lookup"], Hashable]


class Keys:
    """Where the values of context keys come from.

    Parameters
    ----------
    principals, resources
        All that can be asked about.
    known
        What is known of every request, by key in lower case.
    """

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


class Traits:
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

    def __init__(self, policies: Iterable[Policy], action: str, keys: Keys) -> None:
        self._keys = keys
        self._namings = _Namings()
        self._of_principals: dict[Hashable, PrincipalTrait] = {}
        self._of_resources: dict[Hashable, ResourceTrait] = {}
        for policy in policies:
            for statement in policy.document.statements:
                if statement.covers_action(action):
                    self._add_principal_element(statement)
                    self._add_resource(statement)
                    for condition in statement.conditions:
                        self._add_condition(condition)

    def of_principal(self, principal: Principal, lookup: Lookup) -> Hashable:
        """Return what they see of a principal."""
        others = tuple([trait(principal, lookup) for trait in self._of_principals.values()])
        return self._namings.of(principal), others

    def of_resource(self, resource: Resource, lookup: Lookup) -> Hashable:
        """Return what they see of a resource."""
        return tuple([trait(resource, lookup) for trait in self._of_resources.values()])

    def _add_principal_element(self, statement: Statement) -> None:
        if statement.principals is not None:
            self._namings.add(statement.principals)
        if statement.not_principals is not None:
            self._namings.add(statement.not_principals)
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


class _Namings:
    """How ``Principal`` and ``NotPrincipal`` elements name principals.

    A thousand queues may each name another role, so an element is asked only about whom it can name.
    """

    def __init__(self) -> None:
        self._numbers: dict[PrincipalElement, int] = {}
        self._by_name: dict[str, list[tuple[int, PrincipalElement]]] = {}

    def add(self, element: PrincipalElement) -> None:
        """Take an element in. One that names everyone tells nobody apart."""
        if element.everyone or element in self._numbers:
            return
        number = self._numbers[element] = len(self._numbers)
        for name in {*element.names, *element.accounts, *_session_prefixes(element.names)}:
            self._by_name.setdefault(name, []).append((number, element))

    def of(self, principal: Principal) -> Hashable:
        """Return how the elements that name a principal in some way do so."""
        found = dict(entry for name in _names_of(principal) for entry in self._by_name.get(name, ()))
        return tuple(
            [
                (
                    number,
                    element.naming(principal),
                    element.excepts(principal),
                    element.session_names(principal),
                )
                for number, element in sorted(found.items())
            ]
        )


def _names_of(principal: Principal) -> Iterator[str]:
    """Yield whatever an element can name a principal by."""
    yield from principal.direct_names
    yield from principal.entity_names
    if principal.session_prefix is not None:
        yield principal.session_prefix
    if principal.account is not None:
        yield principal.account.id


def _session_prefixes(names: Iterable[str]) -> Iterator[str]:
    """Yield what the ARNs of sessions begin with: ``arn:aws:sts::111122223333:assumed-role/App/``."""
    for name in names:
        kind, slash, rest = name.partition("/")
        role, end, _ = rest.partition("/")
        if end:
            yield kind + slash + role + end


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
