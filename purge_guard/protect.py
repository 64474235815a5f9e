"""``purge-guard protect``: merge the statements that deny a purge into the policies of queues."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from purge_guard.exit_codes import INCOMPLETE
from purge_guard.inventory_options import (
    DEFAULT_INVENTORY,
    AccountNames,
    InventoryPath,
    RoleName,
    chosen_accounts,
    read_inventory,
    wrong_input,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.inventory import Account
    from purge_guard.account_sessions import AccountSessions
    from purge_guard.protection.run import ListedQueue

SESSION_NAME = "purge-guard-protect"

_NO_QUEUE = "nothing to do: the inventory lists no queue there, under accounts[].prevention.queues"


def protect(
    *,
    inventory_path: InventoryPath = DEFAULT_INVENTORY,
    accounts: AccountNames = None,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            "--region", metavar="REGION", help="Only queues there; repeat it for more. Default: all."
        ),
    ] = None,
    role_name: RoleName = None,
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Write the policies, or show what would change.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="Take purge-guard's statements out again.")
    ] = False,
) -> None:
    """Merge purge-guard's statements into the policies of the queues that the inventory lists.

    What others wrote in a policy stays. Exit codes: 0 all queues are as they should be, or were shown; 2 the
    inventory, the command line or the credentials are wrong; 3 a queue could not be read or changed: it is
    named, and the others are done.
    """
    from purge_guard.account_sessions import AccessError, account_sessions  # noqa: PLC0415  --help need not wait
    from purge_guard.protection.run import PreventionError, listed_queues  # noqa: PLC0415  for the same reason

    inventory = read_inventory(inventory_path)
    chosen = chosen_accounts(inventory, accounts)
    _refuse_other_regions(chosen, regions or [])
    try:
        queues = listed_queues(inventory, chosen, frozenset(regions or ()), remove=remove)
        if not queues:
            typer.echo(_NO_QUEUE, err=True)
            return
        sessions = account_sessions(inventory.hub.region, role_name, SESSION_NAME)
    except (AccessError, PreventionError) as error:
        raise wrong_input(str(error)) from None
    failed = _protect(sessions, queues, apply=apply)
    if failed:
        typer.echo(f"{failed} of {len(queues)} queues failed", err=True)
        raise typer.Exit(INCOMPLETE)


def _protect(sessions: AccountSessions, queues: Sequence[ListedQueue], *, apply: bool) -> int:
    """Do it, say what was done, and return how many queues failed."""
    from purge_guard.protection.run import Failure, protect_queues  # noqa: PLC0415  --help need not wait for it

    failed = 0
    for queue, result in protect_queues(sessions, queues, apply=apply):
        if isinstance(result, Failure):
            failed += 1
            typer.echo(f"failed: {queue.arn}: {result.why}", err=True)
        elif not result.is_needed:
            typer.echo(f"{queue.arn}: nothing to do")
        else:
            typer.echo(f"{queue.arn}: {'changed' if apply else 'would change'}")
            for line in result.lines():
                typer.echo(f"  {line}")
    return failed


def _refuse_other_regions(accounts: Sequence[Account], regions: Sequence[str]) -> None:
    known = {region for account in accounts for region in account.regions}
    for region in regions:
        if region not in known:
            raise wrong_input(f"--region: the accounts have {', '.join(sorted(known))}, and not {region!r}")
