"""The files of a snapshot, written so that whoever reads them meets the former ones or the new ones.

What a snapshot tells is for few eyes: its directories and files are its owner's alone.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from policies.snapshot import IAM_FILE, ORGANIZATION_FILE, QUEUES_FILE, UNREAD_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from purge_guard.collection.account import AccountCollection

_OWNER_ONLY = 0o700


def make_directory(directory: Path) -> None:
    """Make a directory that only its owner can enter; one that is there already stays as it is."""
    if not directory.parent.is_dir():
        make_directory(directory.parent)
    directory.mkdir(mode=_OWNER_ONLY, exist_ok=True)


def store_account(directory: Path, collection: AccountCollection) -> bool:
    """Write what was collected of an account, and return whether former files were kept instead.

    Former files are replaced, and those of regions that are not read any more removed, if the account's
    collection succeeded; else they are kept. Where there are none, whatever could be read is written.
    """
    home = directory / collection.account.id
    former = {path.parent.name for path in home.glob(f"*/{QUEUES_FILE}")}
    if not collection.succeeded and (former or (home / IAM_FILE).exists()):
        return True
    for region in former - set(collection.queues):
        (home / region / QUEUES_FILE).unlink()
        with suppress(OSError):  # somebody keeps something else there
            (home / region).rmdir()
    for region, queues in sorted(collection.queues.items()):
        write_json(home / region / QUEUES_FILE, queues)
    if collection.details is not None:
        write_json(home / IAM_FILE, collection.details)
    return False


def store_organization(directory: Path, organization: object) -> None:
    """Write what was collected of the organization."""
    write_json(directory / ORGANIZATION_FILE, organization)


def store_unread(directory: Path, sentences: Iterable[str]) -> None:
    """Write into a directory what is missing in it, or remove what was missing before and is not any more."""
    if listed := list(sentences):
        write_json(directory / UNREAD_FILE, listed)
    else:
        (directory / UNREAD_FILE).unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Write JSON in the one way there is for some content, whole or not at all."""
    make_directory(path.parent)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(content, file, indent=1, sort_keys=True, default=_time)
            file.write("\n")
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink()
        raise


def _time(value: object) -> str:
    """Return a time as the AWS CLI writes it."""
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    return value.isoformat()
