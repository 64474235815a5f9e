"""What policies say of requests: asked once for all that a policy cannot tell apart.

What is said of a principal and each of some resources is a column of numbers; equal numbers stand for equal
sayings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.judging import Request
from policies.evaluation.principal import Principal
from policies.evaluation.request_context import lookup_of
from policies.evaluation.ruling import NO_GRANTS, NO_RULING, Grants, Ruling
from policies.evaluation.traits import Traits

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from policies.evaluation.context import ContextValue, Lookup
    from policies.evaluation.policy import Policy
    from policies.evaluation.resource import Resource
    from policies.evaluation.traits import Keys

Said = tuple[Ruling, Grants]
"""What a policy denies, and what it grants."""


class Sayings:
    """What policies say of an action, equal sayings under one number.

    Parameters
    ----------
    action
        In lower case.
    known
        What is known of every request, by key in lower case.
    """

    def __init__(self, action: str, known: Mapping[str, ContextValue]) -> None:
        self.action = action
        self._known = known
        self._numbers: dict[Said, int] = {}
        self.by_number: list[Said] = []
        self.silence = self._number((NO_RULING, NO_GRANTS))

    def lookup(self, principal: Principal, resource: Resource) -> Lookup:
        """Return the values of the context keys of a request."""
        return lookup_of(principal, resource, self.action, self._known)

    def ask(self, policy: Policy, principal: Principal, resource: Resource) -> int:
        """Return the number of what a policy says of a request."""
        request = Request(principal, resource, self.action, self.lookup(principal, resource))
        return self._number((request.denial(policy), request.grants(policy)))

    def _number(self, said: Said) -> int:
        number = self._numbers.setdefault(said, len(self.by_number))
        if number == len(self.by_number):
            self.by_number.append(said)
        return number


@dataclass(frozen=True, slots=True)
class Column:
    """What is said of one class of principals.

    Parameters
    ----------
    numbers
        The number of what is said of each resource.
    denies_all
        Whether every resource is denied explicitly, so that no policy looked at later matters.
    """

    numbers: Sequence[int]
    denies_all: bool = False


class AttachedPolicy:
    """A policy that is attached to principals or accounts, and so is about many resources.

    Parameters
    ----------
    policy
        The policy.
    resources
        The resources, one at least.
    sayings
        What was said so far.
    keys
        Where the values of context keys come from.
    """

    def __init__(self, policy: Policy, resources: Sequence[Resource], sayings: Sayings, keys: Keys) -> None:
        self._policy = policy
        self._sayings = sayings
        self._traits = Traits((policy,), sayings.action, keys)
        self._columns: dict[Hashable, Column] = {}
        self._examples: list[Resource] = []
        self._class_of_each = self._classified(resources)

    def column(self, principal: Principal, lookup: Lookup) -> Column:
        """Return what it says of a principal and each resource."""
        key = self._traits.of_principal(principal, lookup)
        column = self._columns.get(key)
        if column is None:
            numbers = [self._sayings.ask(self._policy, principal, example) for example in self._examples]
            column = self._columns[key] = Column(
                [numbers[each] for each in self._class_of_each],
                denies_all=all(self._sayings.by_number[number][0].certain is not None for number in numbers),
            )
        return column

    def _classified(self, resources: Sequence[Resource]) -> list[int]:
        """Return the class of each resource, and keep an example of each class."""
        somebody = Principal.anonymous()
        classes: dict[Hashable, int] = {}
        class_of_each: list[int] = []
        for resource in resources:
            traits = self._traits.of_resource(resource, self._sayings.lookup(somebody, resource))
            number = classes.setdefault(traits, len(self._examples))
            if number == len(self._examples):
                self._examples.append(resource)
            class_of_each.append(number)
        return class_of_each


class OwnPolicies:
    """The policies of resources, each about its own.

    Parameters
    ----------
    resources
        The resources, with a policy or without.
    sayings
        What was said so far.
    keys
        Where the values of context keys come from.
    """

    def __init__(self, resources: Sequence[Resource], sayings: Sayings, keys: Keys) -> None:
        own = [resource.policy for resource in resources if resource.policy is not None]
        self._sayings = sayings
        self._traits = Traits(own, sayings.action, keys)
        self._columns: dict[Hashable, Column] = {}
        self._each = [_OwnPolicy(resource, sayings, keys) for resource in resources]

    def column(self, principal: Principal, lookup: Lookup) -> Column:
        """Return what each of them says of a principal."""
        key = self._traits.of_principal(principal, lookup)
        column = self._columns.get(key)
        if column is None:
            column = self._columns[key] = Column([each.number(principal, lookup) for each in self._each])
        return column


class _OwnPolicy:
    """The policy of one resource, which most principals are alike to even if they are not to all of them."""

    def __init__(self, resource: Resource, sayings: Sayings, keys: Keys) -> None:
        policies = () if resource.policy is None else (resource.policy,)
        self._resource = resource
        self._sayings = sayings
        self._traits = Traits(policies, sayings.action, keys)
        self._numbers: dict[Hashable, int] = {}

    def number(self, principal: Principal, lookup: Lookup) -> int:
        """Return the number of what it says of a principal."""
        if self._resource.policy is None:
            return self._sayings.silence
        key = self._traits.of_principal(principal, lookup)
        number = self._numbers.get(key)
        if number is None:
            number = self._sayings.ask(self._resource.policy, principal, self._resource)
            self._numbers[key] = number
        return number
