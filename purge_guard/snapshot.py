"""``purge-guard snapshot``: collect what ``who-can`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from policies.detection.text import visible
from purge_guard.exit_codes import INCOMPLETE, NOT_WRITTEN
from purge_guard.inventory_options import (
    DEFAULT_INVENTORY,
    AccountNames,
    InventoryPath,
    RoleName,
    chosen_accounts,
    read_inventory,
    wrong_input,
)

SESSION_NAME = "purge-guard-snapshot"

# No Path, for the reason that `InventoryPath` has.
SnapshotDirectory = Annotated[
    str, typer.Argument(metavar="DIR", help="Where to write; made where it is not there yet.")
]


def snapshot(
    directory_name: SnapshotDirectory,
    *,
    inventory_path: InventoryPath = DEFAULT_INVENTORY,
    accounts: AccountNames = None,
    role_name: RoleName = None,
) -> None:
    """Collect users, roles, queues and policies: what who-can reads. Nothing is changed in AWS.

    Exit codes: 0 collected; 1 a file could not be written; 2 the inventory, the command line or the
    credentials are wrong; 3 incomplete: what could not be read is named, the rest is written.
    """
    from purge_guard.account_sessions import AccessError, account_sessions  # noqa: PLC0415  --help need not wait
    from purge_guard.collection.run import take_snapshot  # noqa: PLC0415  for the same reason

    if not directory_name:
        raise wrong_input("DIR: this name is empty: name the directory to write to")
    directory = Path(directory_name)
    inventory = read_inventory(inventory_path)
    chosen = chosen_accounts(inventory, accounts)
    try:
        sessions = account_sessions(inventory.hub.region, role_name, SESSION_NAME)
    except AccessError as error:
        raise wrong_input(str(error)) from None
    try:
        outcome = take_snapshot(directory, sessions, inventory, chosen)
    except OSError as error:
        # Of a file that cannot be put in place, the place is second.
        place = error.filename2 or error.filename or directory
        typer.echo(visible(f"{place}: {error.strerror}"), err=True)
        raise typer.Exit(NOT_WRITTEN) from None
    for line in outcome.written:
        typer.echo(line)
    for unread in outcome.unread:
        typer.echo(f"not read: {unread}", err=True)
    for account in outcome.kept:
        typer.echo(f"kept as it was collected before: {account}", err=True)
    if outcome.unread:
        typer.echo("incomplete: the snapshot lacks what is named above", err=True)
        raise typer.Exit(INCOMPLETE)
