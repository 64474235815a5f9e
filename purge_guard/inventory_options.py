"""The options of every command that works on the accounts of the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from purge_guard.exit_codes import WRONG_INPUT

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory

DEFAULT_INVENTORY = "purge-guard.yaml"

# No Path: typer would check it in its own way, and take an empty one for this directory.
InventoryPath = Annotated[str, typer.Option("--inventory", metavar="FILE", help="The inventory.")]
AccountNames = Annotated[
    list[str] | None,
    typer.Option(
        "--account", metavar="ID|NAME", help="An account of the inventory; repeat it for more. Default: all."
    ),
]
RoleName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The role to assume in each account; without it, only your credentials' own is reached.",
    ),
]


def read_inventory(path: str) -> Inventory:
    """Return the inventory, or end the command with every mistake in it."""
    from policies.inventory import InventoryError, load_inventory  # noqa: PLC0415  --help need not wait for it

    try:
        return load_inventory(path)
    except InventoryError as error:
        raise wrong_input(str(error)) from None


def chosen_accounts(inventory: Inventory, names: list[str] | None) -> tuple[Account, ...]:
    """Return the accounts that were asked for, each once, or end the command where one is not listed."""
    from policies.inventory import UnknownAccountError  # noqa: PLC0415  --help need not wait for it

    if not names:
        return inventory.accounts
    try:
        chosen = {inventory.account(name).id for name in names}
    except UnknownAccountError as error:
        raise wrong_input(str(error)) from None
    return tuple(account for account in inventory.accounts if account.id in chosen)


def wrong_input(sentence: str) -> typer.Exit:
    """Say what is wrong with what the command was given, and return how it ends."""
    typer.echo(sentence, err=True)
    return typer.Exit(WRONG_INPUT)
