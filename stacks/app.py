"""The application: the stacks of an inventory, written as Terraform configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.selection import HUB, ORGANIZATION
from stacks.account import AccountStack
from stacks.hub import HubStack
from stacks.organization import OrganizationStack
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
    for account in selection.accounts:
        AccountStack(app, f"account-{account.id}", inventory=inventory, account=account)
    if selection.organization:
        OrganizationStack(app, ORGANIZATION, inventory=inventory)
    # Last, since it writes the function's bundle: nothing is written where another stack cannot be made.
    if selection.hub:
        HubStack(app, HUB, inventory=inventory)
    app.synth()
