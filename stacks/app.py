"""The application: the stacks of an inventory, written as Terraform configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.selection import HUB
from stacks.account import AccountStack
from stacks.hub import HubStack
from stacks.provider import App

if TYPE_CHECKING:
    from policies.inventory import Inventory
    from policies.selection import Selection


def synthesize(inventory: Inventory, selection: Selection) -> None:
    """Write the selected stacks into the output folder, ``cdktf.out`` unless the CLI names another.

    Raises
    ------
    SynthesisError
        AWS would refuse what the inventory asks for.
    """
    app = App()
    if selection.hub:
        HubStack(app, HUB, inventory=inventory)
    for account in selection.accounts:
        AccountStack(app, f"account-{account.id}", inventory=inventory, account=account)
    app.synth()
