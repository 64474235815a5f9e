"""A whole snapshot, read from its directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.detection.queue import is_account_id, is_region
from policies.evaluation.account import Account
from policies.snapshot.documents import Documents
from policies.snapshot.errors import SnapshotError
from policies.snapshot.files import (
    IAM_FILE,
    ORGANIZATION_FILE,
    QUEUES_FILE,
    UNREAD_FILE,
    read_file,
    read_pages,
)
from policies.snapshot.identities import read_identities
from policies.snapshot.organization import read_organization
from policies.snapshot.queues import read_queues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policies.snapshot.identities import Role, User
    from policies.snapshot.organization import OrganizationTree
    from policies.snapshot.queues import Queue


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """An account that was collected.

    Parameters
    ----------
    account
        The account and what its organization attached above it.
    users, roles
        Its users and roles.
    queues
        Its queues, of all regions that were collected.
    """

    account: Account
    users: tuple[User, ...]
    roles: tuple[Role, ...]
    queues: tuple[Queue, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was collected.

    Parameters
    ----------
    organization
        The organization, with accounts that were not collected, too; None where there is none.
    accounts
        The accounts that were collected, in the order of their ids.
    unread
        Sentences on what is missing, so that nobody takes silence for an answer.
    """

    organization: OrganizationTree | None
    accounts: tuple[AccountSnapshot, ...]
    unread: tuple[str, ...] = ()


def read_snapshot(directory: Path) -> Snapshot:
    """Read and check a snapshot.

    Policies that several principals have are the very same object, and so are the documents that several
    queues have: each distinct document is parsed once, however many bear it.

    Parameters
    ----------
    directory
        What ``purge-guard snapshot`` wrote, or the like; docs/snapshot.md shows it.

    Raises
    ------
    SnapshotError
        A file is missing or malformed. The sentence begins with the file and the place in it.

    Examples
    --------
    >>> snapshot = read_snapshot(Path("snapshot"))
    >>> [role.arn for role in snapshot.accounts[0].roles]
    ['arn:aws:iam::111122223333:role/ops/queue-drainer']
    """
    documents = Documents()
    tree = read_organization(read_file(directory, ORGANIZATION_FILE), documents)
    account_ids = _directories(directory, IAM_FILE, is_account_id, "like 111122223333")
    unread = list(_unread(directory, UNREAD_FILE))
    members = tree.accounts if tree else {}
    accounts = []
    for account_id in account_ids:
        missing = list(_unread(directory, f"{account_id}/{UNREAD_FILE}"))
        unread += missing
        if missing and not (directory / account_id / IAM_FILE).exists():
            continue
        accounts.append(_read_account(directory, members.get(account_id) or Account(account_id), documents))
    if not accounts and unread:
        raise SnapshotError(f"{directory}: no account could be read: {unread[0]}: collect it again")
    if not accounts:
        raise SnapshotError(f"{directory}: no account is in it: collect one, into a directory of its number")
    return Snapshot(tree, tuple(accounts), tuple(unread))


def _read_account(directory: Path, account: Account, documents: Documents) -> AccountSnapshot:
    identities = read_identities(read_pages(directory, f"{account.id}/{IAM_FILE}"), account.id, documents)
    queues: list[Queue] = []
    home = directory / account.id
    for region in _directories(home, QUEUES_FILE, is_region, "like eu-west-1"):
        file = read_file(directory, f"{account.id}/{region}/{QUEUES_FILE}")
        queues += read_queues(file, account.id, region, documents)
    return AccountSnapshot(account, identities.users, identities.roles, tuple(queues))


def _unread(directory: Path, name: str) -> Iterator[str]:
    """Yield the sentences of a file that is only there where something is missing."""
    if not (directory / name).exists():
        return
    for sentence in read_file(directory, name).items():
        yield sentence.text()


def _directories(directory: Path, file: str, is_name: Callable[[str], bool], name: str) -> list[str]:
    """Return the names of the directories with a file each. None is left out for how it is called."""
    names = []
    for entry in sorted(directory.iterdir()):
        if is_name(entry.name):
            if not entry.is_dir():
                raise SnapshotError(f"{entry}: this is no directory: collect it again, or remove it")
            names.append(entry.name)
        elif entry.name == file or (entry / file).exists():
            raise SnapshotError(
                f"{entry}: this would not be read: {file} belongs into a directory named {name}"
            )
    return names
