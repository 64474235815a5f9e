"""Which stacks to synthesize: all of them, or those that a pipeline's job asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory

HUB = "hub"


class SelectionError(Exception):
    """An account was asked for that the inventory does not have."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The stacks that were asked for.

    Parameters
    ----------
    hub
        Whether the hub is among them.
    accounts
        The accounts among them, in the inventory's order.
    """

    hub: bool
    accounts: tuple[Account, ...]


def select(inventory: Inventory, wanted: str) -> Selection:
    """Choose stacks by name.

    Parameters
    ----------
    inventory
        What there is to choose from.
    wanted
        Names and ids of accounts, and ``hub``, separated by commas: ``hub,production,111122223333``.
        Nothing means everything.

    Raises
    ------
    SelectionError
        A name is neither ``hub`` nor an account's; the sentence names all such.
    """
    names = {name.strip() for name in wanted.split(",")} - {""}
    if not names:
        return Selection(hub=True, accounts=inventory.accounts)
    accounts = tuple(account for account in inventory.accounts if names & {account.id, account.name})
    unknown = names - {HUB} - {name for account in accounts for name in (account.id, account.name)}
    if unknown:
        raise SelectionError(
            f"the inventory has no account {', '.join(sorted(unknown))}: name the hub as `{HUB}`, "
            "and accounts by the id or the name that they have there"
        )
    return Selection(hub=HUB in names, accounts=accounts)
