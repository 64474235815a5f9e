"""The application: the stacks of an inventory, written as Terraform configuration."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policies import naming
from stacks.account import AccountStack
from stacks.errors import SynthesisError
from stacks.hub import HubStack
from stacks.organization import OrganizationStack
from stacks.provider import App

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory import Inventory
    from policies.selection import Selection

# Such as "EACCES: permission denied, mkdir '/srv/cdktf.out'".
_NODE_FILE_ERROR = re.compile(r"E[A-Z]+: [^\n]+, [a-z]+ '[^\n]+'")


class OutputError(SynthesisError):
    """The output folder cannot be written to."""


def synthesize(inventory: Inventory, selection: Selection) -> None:
    """Write the selected stacks into the output folder, ``cdktf.out`` unless the CLI names another.

    Raises
    ------
    SynthesisError
        AWS would refuse what the inventory asks for, or the folder cannot be written to.
    """
    with _writing():
        app = App()
        for account in selection.accounts:
            AccountStack(app, naming.account_stack(account.id), inventory=inventory, account=account)
        if selection.organization:
            OrganizationStack(app, naming.ORGANIZATION_STACK, inventory=inventory)
        # Last, since it writes the function's bundle: nothing is written where another stack cannot be made.
        if selection.hub:
            HubStack(app, naming.HUB_STACK, inventory=inventory)
        app.synth()


@contextmanager
def _writing() -> Iterator[None]:
    """Say in a sentence that a file cannot be written, be it from Python or from Node.js."""
    try:
        yield
    except OSError as error:
        raise OutputError(_refusal(f"{error.strerror}: {error.filename}")) from error
    except RuntimeError as error:
        # jsii raises it for whatever Node.js throws. Anything else is a mistake of ours, to be seen in full.
        reason = _NODE_FILE_ERROR.search(str(error))
        if reason is None:
            raise
        raise OutputError(_refusal(reason[0])) from error


def _refusal(reason: str) -> str:
    return f"the stacks cannot be written: {reason}. Choose another folder with `cdktf synth --output FOLDER`"
