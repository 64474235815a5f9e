"""Which stacks to synthesize: all of them, or those that a pipeline's job asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.inventory import UnknownAccountError
from policies.naming import HUB_STACK, ORGANIZATION_STACK, account_stack

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory

INVENTORY_VARIABLE = "PURGE_GUARD_INVENTORY"
"""The variable that says which file is the inventory; unset, ``purge-guard.yaml``."""

STACKS_VARIABLE = "PURGE_GUARD_STACKS"
"""The variable that says which stacks to synthesize, such as ``hub,production``; unset, all of them."""


class SelectionError(Exception):
    """A stack was asked for that the inventory does not have, or none at all."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The stacks that were asked for.

    Parameters
    ----------
    hub, organization
        Whether the hub's stack is among them, and the organization's.
    accounts
        The accounts among them, in the inventory's order.
    """

    hub: bool
    organization: bool
    accounts: tuple[Account, ...]


def select(inventory: Inventory, wanted: str | None) -> Selection:
    """Choose stacks by name.

    Parameters
    ----------
    inventory
        What there is to choose from.
    wanted
        ``hub``, ``organization``, and accounts by name, id or stack, separated by commas:
        ``hub,production,account-111122223333``. None means everything.

    Raises
    ------
    SelectionError
        A name is none of these; the sentence names all such, and what may have been meant. Or there is no
        name: a variable that a pipeline left empty must not deploy everything.
    """
    if wanted is None:
        return Selection(
            hub=True, organization=inventory.has_organization_policies, accounts=inventory.accounts
        )
    names = {name.strip() for name in wanted.split(",")} - {""}
    if not names:
        raise SelectionError(f"{STACKS_VARIABLE} names no stack: name one, or unset it to mean all of them")
    accounts = _accounts(inventory, names - {HUB_STACK, ORGANIZATION_STACK})
    if ORGANIZATION_STACK in names and not inventory.has_organization_policies:
        raise SelectionError(
            f"the inventory has no stack `{ORGANIZATION_STACK}`:"
            " it needs `prevention` and `organization.policies`"
        )
    return Selection(hub=HUB_STACK in names, organization=ORGANIZATION_STACK in names, accounts=accounts)


def _accounts(inventory: Inventory, names: set[str]) -> tuple[Account, ...]:
    """Return the accounts of these names, ids and stacks in the inventory's order."""
    ids = {account_stack(account.id): account.id for account in inventory.accounts}
    chosen, unknown = set(), []
    for name in sorted(names):
        try:
            chosen.add(inventory.account(ids.get(name, name)).id)
        except UnknownAccountError as error:
            unknown.append(str(error))
    if unknown:
        raise SelectionError(
            f"stacks are `{HUB_STACK}`, `{ORGANIZATION_STACK}`, and accounts by id or name;"
            f" {'; '.join(unknown)}"
        )
    return tuple(account for account in inventory.accounts if account.id in chosen)
