"""The locks: what exactly is installed, with the hash of every file and no registry's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolchain.programs import ProgramFailedError, SetupError, run_program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# ``dev`` comes first, since ``project`` takes its versions from it.
_LOCKS = ("dev", "project", "checkov", "custodian", "node", "terraform")

# One lock serves every system and Python that the project supports.
_SCOPE = ("--universal", "--python-version", "3.11")
_STYLE = (
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--custom-compile-command",
    "make locks",
)


def write_locks(root: Path) -> None:
    """Bring ``requirements/*.txt`` and ``package-lock.json`` in line with what they are made from.

    A version that is locked already stays unless the requirement rules it out; to take the newest of
    everything, remove the locks first.

    Parameters
    ----------
    root
        The project's folder, set up with ``make setup``.

    Raises
    ------
    SetupError
        If no set of versions fits, or the registries cannot be reached.
    """
    uv: list[str | Path] = [root / ".venv" / "bin" / "uv", "pip", "compile", "--quiet"]
    for name in _LOCKS:
        source, lock = f"requirements/{name}.in", f"requirements/{name}.txt"
        print(f"locks: {source} -> {lock}", flush=True)
        constraints = ["--constraints", "requirements/dev.txt"] if name == "project" else []
        _run(root, [*uv, *_SCOPE, *_STYLE, *constraints, source, "--output-file", lock], source)
    print("locks: package.json -> package-lock.json", flush=True)
    _run(root, ["npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved"], "package.json")


def _run(root: Path, command: Sequence[str | Path], source: str) -> None:
    try:
        run_program(root, command)
    except ProgramFailedError as error:
        raise SetupError(f"{source} could not be locked; {error.log} says why.") from error
