"""Which policies of an inventory AWS would refuse for their size, before anything is synthesized."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from policies.hub import bus_policy
from policies.limits import PolicySizeError
from policies.prevention.break_glass import break_glass_trust
from policies.prevention.identity import deny_policies, permissions_boundary
from policies.prevention.organization import resource_control_policies, service_control_policies
from policies.prevention.queue import merge_statements, queue_statements
from policies.prevention.queue_operator import operator_policy
from policies.prevention.scope import account_scope, organization_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policies.inventory.model import Account, Inventory
    from policies.inventory.prevention import Prevention
    from policies.inventory.values import Contradiction

    Make = Callable[[], object]


def oversized(inventory: Inventory) -> Iterator[Contradiction]:
    """Yield the path and the sentence of each policy that AWS would refuse for its size."""
    for sentence in _refusals([partial(bus_policy, inventory)]):
        yield ("accounts",), sentence
    if inventory.prevention is not None:
        for sentence in dict.fromkeys(_refusals(_documents(inventory.prevention, inventory))):
            yield ("prevention",), sentence


def _refusals(makes: Iterable[Make]) -> Iterator[str]:
    for make in makes:
        try:
            make()
        except PolicySizeError as error:
            yield str(error)


def _documents(prevention: Prevention, inventory: Inventory) -> Iterator[Make]:
    """Yield what makes each document that prevents purges, and fails where that is too large."""
    yield partial(break_glass_trust, prevention.break_glass)
    for account in _one_of_each_kind(prevention, inventory):
        scope = account_scope(prevention, inventory, account)
        yield partial(deny_policies, scope)
        yield partial(permissions_boundary, scope)
        yield partial(operator_policy, scope)
        if queues := _queues(account):
            # Without what its owner wrote, which only AWS knows.
            yield partial(merge_statements, None, queue_statements(scope, max(queues, key=len)))
    organization = inventory.organization
    if organization is not None and organization.policies is not None:
        scope = organization_scope(prevention, inventory)
        yield partial(service_control_policies, scope)
        yield partial(resource_control_policies, scope, organization.id)


def _one_of_each_kind(prevention: Prevention, inventory: Inventory) -> Iterable[Account]:
    """Return accounts whose documents differ in more than an id, which has twelve digits everywhere.

    The documents of ten thousand accounts that are deployed alike would take minutes.
    """
    own_roles: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for use, roles in (("exempt", prevention.exempt_roles), ("deployer", prevention.deployer_roles)):
        for role in roles:
            own_roles[role.split(":")[4]].append((use, role))
    kinds: dict[str, Account] = {}
    for account in inventory.accounts:
        kind = (own_roles[account.id], account.prevention, account.id == inventory.hub.account)
        kinds.setdefault(repr(kind).replace(account.id, ""), account)
    return kinds.values()


def _queues(account: Account) -> tuple[str, ...]:
    return account.prevention.queues if account.prevention else ()
