"""Programs on this machine: finding them, asking their version, running them, wrapping them."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Version = tuple[int, int, int]

_ANSWER_SECONDS = 30


class SetupError(Exception):
    """Setting purge-guard up failed; the message is one sentence that says what failed and how to mend it."""


class ProgramFailedError(Exception):
    """A program ended with an error.

    Parameters
    ----------
    output
        All that it printed.
    log
        The file that keeps `output`, relative to the project's folder.
    """

    def __init__(self, output: str, log: Path) -> None:
        super().__init__(output)
        self.output = output
        self.log = log


def tools_folder(root: Path) -> Path:
    """Return the git-ignored folder, under the project's `root`, that setup keeps its tools in."""
    return root / ".tools"


def find_program(name: str, root: Path) -> Path | None:
    """Find a program on PATH, leaving out the programs that setup itself put under `root`.

    Parameters
    ----------
    name
        The program's name, such as ``node``, or a path to it.
    root
        The project's folder.

    Returns
    -------
    Path or None
        Where the program is, or ``None`` where there is none.
    """
    own = str(tools_folder(root) / "bin")
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder != own]
    found = shutil.which(name, path=os.pathsep.join(folders))
    return None if found is None else Path(found).absolute()


def ask_version(command: Sequence[str | Path]) -> Version | None:
    """Run `command` and read the first ``1.2.3`` it prints.

    Returns
    -------
    tuple of three int, or None
        The version, or ``None`` for a program that does not run: a version manager's shim without a version
        behind it is on PATH and fails.
    """
    try:
        answer = subprocess.run(
            command,
            env=os.environ | {"CHECKPOINT_DISABLE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))


def run_program(root: Path, command: Sequence[str | Path]) -> None:
    """Run `command` quietly in the project's folder `root`, with setup's own programs first on PATH.

    Raises
    ------
    ProgramFailedError
        If it cannot be started or ends with an error.
    """
    path = [str(tools_folder(root) / "bin"), os.environ.get("PATH", os.defpath)]
    try:
        subprocess.run(
            command,
            cwd=root,
            env=os.environ | {"PATH": os.pathsep.join(path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
    except OSError as error:
        raise ProgramFailedError(str(error), _keep(root, str(error))) from error
    except subprocess.CalledProcessError as error:
        raise ProgramFailedError(error.stdout, _keep(root, error.stdout)) from error


def write_wrapper(
    wrapper: Path,
    command: Sequence[str | Path],
    *,
    path: Sequence[Path] = (),
    settings: Mapping[str, str] | None = None,
) -> None:
    """Write a small shell program that runs `command` with the arguments it is given.

    Parameters
    ----------
    wrapper
        The program to write; its folder is made where it is missing.
    command
        What it runs, before its own arguments.
    path
        Folders put in front of PATH for the command.
    settings
        Further environment variables for the command.
    """
    lines = ["#!/bin/sh"]
    if path:
        folders = os.pathsep.join(str(folder) for folder in path)
        lines.append(f'export PATH={shlex.quote(folders)}{os.pathsep}"$PATH"')
    lines += [f"export {name}={shlex.quote(value)}" for name, value in (settings or {}).items()]
    lines.append(f'exec {shlex.join(str(word) for word in command)} "$@"')
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    wrapper.unlink(missing_ok=True)
    wrapper.write_text("\n".join(lines) + "\n", encoding="utf-8")
    wrapper.chmod(0o755)


def link_program(link: Path, program: Path) -> None:
    """Make `link` a symbolic link to `program`, whatever it was before."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(program)


def _keep(root: Path, output: str) -> Path:
    log = tools_folder(root) / "setup.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output, encoding="utf-8")
    return log.relative_to(root)
