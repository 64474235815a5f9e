"""Which stacks to synthesize: all of them, or those that a pipeline's job asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.inventory import UnknownAccountError

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory

HUB = "hub"
ORGANIZATION = "organization"


class SelectionError(Exception):
    """An account was asked for that the inventory does not have."""


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


def select(inventory: Inventory, wanted: str) -> Selection:
    """Choose stacks by name.

    Parameters
    ----------
    inventory
        What there is to choose from.
    wanted
        Names and ids of accounts, ``hub`` and ``organization``, separated by commas:
        ``hub,production,111122223333``. Nothing means everything.

    Raises
    ------
    SelectionError
        A name is none of these; the sentence names all such, and what may have been meant.
    """
    names = {name.strip() for name in wanted.split(",")} - {""}
    if not names:
        return Selection(hub=True, organization=_has_policies(inventory), accounts=inventory.accounts)
    accounts = _accounts(inventory, names - {HUB, ORGANIZATION})
    if ORGANIZATION in names and not _has_policies(inventory):
        raise SelectionError(
            f"the inventory has no stack `{ORGANIZATION}`: it needs `prevention` and `organization.policies`"
        )
    return Selection(hub=HUB in names, organization=ORGANIZATION in names, accounts=accounts)


def _accounts(inventory: Inventory, names: set[str]) -> tuple[Account, ...]:
    """Return the accounts of these names and ids in the inventory's order."""
    chosen, unknown = set(), []
    for name in sorted(names):
        try:
            chosen.add(inventory.account(name).id)
        except UnknownAccountError as error:
            unknown.append(str(error))
    if unknown:
        raise SelectionError(
            f"stacks are `{HUB}`, `{ORGANIZATION}`, and accounts by id or name; {'; '.join(unknown)}"
        )
    return tuple(account for account in inventory.accounts if account.id in chosen)


def _has_policies(inventory: Inventory) -> bool:
    """Return whether the organization has policies of its own against purges."""
    organization = inventory.organization
    return bool(inventory.prevention and organization and organization.policies)
