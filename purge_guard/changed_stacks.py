"""Which stacks a change in the repository changes: both synthesized, and compared.

The revision before is checked out into a worktree of its own and synthesized there by its own code, as the
pipeline of that day did. What differs only by where it was made does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policies.rollout import block, blocks_of, jobs_of
from policies.selection import INVENTORY_VARIABLE, STACKS_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST_REASON = 500

# Their names stand in one variable, which Linux lets have 131,072 bytes.
# https://man7.org/linux/man-pages/man2/execve.2.html
_MOST_AT_ONCE = 1000


class ComparisonError(Exception):
    """The two revisions cannot be compared; the sentence says why."""


def changed_stacks(revision: str, inventory: str, stacks: Sequence[str]) -> frozenset[str]:
    """Return which of some stacks a synthesis writes otherwise than it did at an earlier revision.

    Parameters
    ----------
    revision
        A commit of the repository that the working directory is in, as git names it.
    inventory
        The inventory's file, a path from the working directory.
    stacks
        The names of the stacks to compare. One that the earlier inventory did not have is changed.

    Raises
    ------
    ComparisonError
        There is no such revision, or one of the two cannot be synthesized.
    """
    root = Path(_git("rev-parse", "--show-toplevel"))
    commit = _commit(revision)
    file = _inside(Path(inventory), root)
    with tempfile.TemporaryDirectory() as folder, _worktree(commit, Path(folder) / "before") as before:
        known = _known_stacks(before / file, stacks)
        old = _synthesized(before, file, known, Path(folder) / "old")
        new = _synthesized(root, file, stacks, Path(folder) / "new")
    return frozenset(name for name in stacks if new.get(name) != old.get(name))


def _commit(revision: str) -> str:
    # A revision that begins with a hyphen would be an option.
    try:
        return _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except ComparisonError:
        raise ComparisonError(
            f"there is no revision {revision!r} here: in a pipeline, fetch the history first (fetch-depth: 0)"
        ) from None


def _inside(file: Path, root: Path) -> Path:
    try:
        return file.resolve().relative_to(root.resolve())
    except ValueError:
        raise ComparisonError(
            f"{file} is not in the repository {root}, so nobody knows what it was before"
        ) from None


@contextmanager
def _worktree(commit: str, folder: Path) -> Iterator[Path]:
    _git("worktree", "add", "--quiet", "--detach", str(folder), commit)
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def _known_stacks(inventory: Path, stacks: Sequence[str]) -> list[str]:
    """Return which stacks an earlier inventory has; none where there was none, or no right one."""
    from policies.inventory import InventoryError, load_inventory  # noqa: PLC0415 - --help need not wait for it
    from policies.selection import select  # noqa: PLC0415 - likewise

    try:
        before = load_inventory(inventory)
    except InventoryError:
        return []
    known = {job.stack for job in jobs_of(before, select(before, None))}
    return [name for name in stacks if name in known]


def _synthesized(root: Path, inventory: Path, stacks: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return what a revision writes for some stacks, without what says only where it was made."""
    written: dict[str, Any] = {}
    for number in blocks_of(stacks, _MOST_AT_ONCE):
        names = block(stacks, number, _MOST_AT_ONCE)
        written |= _synthesized_at_once(root, inventory, names, folder / str(number))
    return written


def _synthesized_at_once(root: Path, inventory: Path, stacks: Sequence[str], folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True)
    ended = subprocess.run(
        [sys.executable, "main.py"],
        cwd=root,
        env=os.environ
        | {
            INVENTORY_VARIABLE: str(inventory),
            STACKS_VARIABLE: ",".join(stacks),
            "CDKTF_OUTDIR": str(folder),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if ended.returncode:
        reason = " ".join(ended.stdout.split())[-_LONGEST_REASON:]
        raise ComparisonError(f"the stacks of {root} cannot be synthesized: {reason}")
    return {
        path.parent.name: _essence(json.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("stacks/*/cdk.tf.json")
    }


def _essence(configuration: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a configuration without the construct library's remarks, which hold versions and paths."""
    if isinstance(configuration, dict):
        return {key: _essence(value) for key, value in configuration.items() if key != "//"}
    return [_essence(item) for item in configuration] if isinstance(configuration, list) else configuration


def _git(*arguments: str) -> str:
    try:
        ended = subprocess.run(  # noqa: S603 - our own arguments, no shell
            ["git", *arguments],  # noqa: S607 - git is the user's own
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ComparisonError(f"git cannot be run: {error.strerror}") from None
    if ended.returncode:
        raise ComparisonError(f"git {arguments[0]} failed: {' '.join(ended.stderr.split())}")
    return ended.stdout.strip()
