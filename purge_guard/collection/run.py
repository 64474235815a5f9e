"""A snapshot from beginning to end: several accounts at once, each written as soon as it is read."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from purge_guard.collection.account import collect_account
from purge_guard.collection.files import (
    make_directory,
    store_account,
    store_organization,
    store_unread,
)
from purge_guard.collection.organization import read_organization
from purge_guard.collection.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policies.inventory import Account, Inventory
    from purge_guard.account_sessions import AccountSessions
    from purge_guard.collection.account import AccountCollection

ACCOUNTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a snapshot.

    Parameters
    ----------
    written
        What was written, each in a line.
    kept
        The accounts whose former files were kept because they could not be read.
    unread
        What could not be read.
    """

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def take_snapshot(
    directory: Path, sessions: AccountSessions, inventory: Inventory, accounts: tuple[Account, ...]
) -> Outcome:
    """Collect accounts and the organization, and write what was collected.

    Parameters
    ----------
    directory
        Where to write.
    sessions
        How accounts are reached.
    inventory, accounts
        The inventory, and those of its accounts that are to be collected.

    Raises
    ------
    OSError
        A file cannot be written.
    """
    make_directory(directory)
    outcome = Outcome()
    pool = ThreadPoolExecutor(ACCOUNTS_AT_ONCE)
    try:
        with _progress() as progress:
            organization = pool.submit(read_organization, sessions, inventory)
            tell = {account.id: _task(progress, account) for account in accounts}
            for collection in pool.map(
                lambda account: collect_account(sessions, account, tell[account.id]), accounts
            ):
                _store(directory, collection, outcome)
            _store_organization(directory, organization.result(), outcome)
    finally:
        # Whoever interrupts need not wait for accounts that nobody has begun to read.
        pool.shutdown(cancel_futures=True)
    return outcome


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.fields[account]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _task(progress: Progress, account: Account) -> Callable[[str], None]:
    """Return what is told each step of an account before it is taken, and "done" at the end."""
    steps = 1 + len(account.regions)
    task = progress.add_task("waiting", total=steps, account=f"{account.id} {account.name}")
    told = itertools.count()
    return lambda step: progress.update(task, completed=next(told), description=step)


def _store(directory: Path, collection: AccountCollection, outcome: Outcome) -> None:
    name = f"{collection.account.id} {collection.account.name}"
    unread = [str(each) for each in collection.unread]
    outcome.unread.extend(collection.unread)
    # Whatever stops the writing leaves this behind: former and new files do not pass for one snapshot.
    store_unread(directory / collection.account.id, [*unread, f"{name}: its files were not all written"])
    if store_account(directory, collection):
        outcome.kept.append(name)
    elif collection.details is not None or collection.queues:
        outcome.written.append(_summary(collection))
    store_unread(directory / collection.account.id, unread)


def _summary(collection: AccountCollection) -> str:
    details = collection.details or {"UserDetailList": (), "RoleDetailList": ()}
    return (
        f"{collection.account.id} {collection.account.name}: {len(details['UserDetailList'])} users,"
        f" {len(details['RoleDetailList'])} roles, {sum(map(len, collection.queues.values()))} queues"
    )


def _store_organization(directory: Path, organization: object, outcome: Outcome) -> None:
    if isinstance(organization, Unread):
        store_unread(directory, [str(organization)])
        outcome.unread.append(organization)
        return
    store_organization(directory, organization)
    store_unread(directory, [])
    outcome.written.append(
        "the organization" if organization else "no organization: the accounts are in none"
    )
