"""Which stacks to synthesize: all of them, or those that a pipeline's job asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        A name is none of these; the sentence names all such.
    """
    names = {name.strip() for name in wanted.split(",")} - {""}
    if not names:
        return Selection(hub=True, organization=_has_policies(inventory), accounts=inventory.accounts)
    accounts = tuple(account for account in inventory.accounts if names & {account.id, account.name})
    unknown = names - {HUB, ORGANIZATION} - {name for each in accounts for name in (each.id, each.name)}
    if unknown:
        raise SelectionError(
            f"the inventory has no account {', '.join(sorted(unknown))}: name the hub as `{HUB}`, "
            "and accounts by the id or the name that they have there"
        )
    if ORGANIZATION in names and not _has_policies(inventory):
        raise SelectionError(
            f"the inventory has no stack `{ORGANIZATION}`: it needs `prevention` and `organization.policies`"
        )
    return Selection(hub=HUB in names, organization=ORGANIZATION in names, accounts=accounts)


def _has_policies(inventory: Inventory) -> bool:
    """Return whether the organization has policies of its own against purges."""
    organization = inventory.organization
    return bool(inventory.prevention and organization and organization.policies)
