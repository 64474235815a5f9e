"""Virtual environments, each made from one hashed lock of ``requirements/``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from toolchain.programs import ProgramFailedError, SetupError, run_program
from toolchain.stamp import fingerprint, is_fresh, stamped

PIP_REMEDY = "check the network and pip's settings"


def install_project(root: Path) -> None:
    """Make ``.venv`` with everything to develop and run purge-guard, and purge-guard itself in it, editable.

    Parameters
    ----------
    root
        The project's folder.

    Raises
    ------
    SetupError
        If the environment cannot be made or pip fails.
    """
    venv = root / ".venv"
    install_environment(root, venv, "dev", "the Python packages of purge-guard")
    project = root / "pyproject.toml"
    stamp = venv / ".project-stamp"
    value = fingerprint(project, Path(__file__), str(root))
    if is_fresh(stamp, value):
        return
    print("setup: installing the command purge-guard into .venv/bin", flush=True)
    with stamped(stamp, value):
        arguments = ["--no-deps", "--no-build-isolation", "--editable", "."]
        _pip_install(root, venv, arguments, what="purge-guard itself", remedy="mend that")


def install_environment(
    root: Path, folder: Path, lock_name: str, contents: str, *, remedy: str = PIP_REMEDY
) -> None:
    """Make a virtual environment that holds exactly the packages of one lock.

    Nothing is done where `folder` was made from the same lock by the same Python before.

    Parameters
    ----------
    root
        The project's folder.
    folder
        Where the environment is made; what it held before is removed.
    lock_name
        The lock's name: ``dev`` means ``requirements/dev.txt``.
    contents
        What the environment holds, in words for the person who waits.
    remedy
        What to do where pip fails.

    Raises
    ------
    SetupError
        If the environment cannot be made or pip fails.
    """
    lock = root / "requirements" / f"{lock_name}.txt"
    stamp = folder / ".stamp"
    value = fingerprint(lock, Path(__file__), str(folder), sys.version, str(_base_python()))
    if is_fresh(stamp, value):
        return
    print(f"setup: installing {contents} into {folder.relative_to(root)}", flush=True)
    with stamped(stamp, value):
        _make_environment(root, folder)
        what = str(lock.relative_to(root))
        arguments = ["--require-hashes", "--no-deps", "--requirement", what]
        _pip_install(root, folder, arguments, what=what, remedy=remedy)


def _base_python() -> Path:
    """Return the Python that this one, possibly itself in a virtual environment, was made from."""
    return Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")


def _make_environment(root: Path, folder: Path) -> None:
    # One pip, that of .venv, serves every environment: each further copy would cost seconds.
    own_pip = [] if folder == root / ".venv" else ["--without-pip"]
    command: list[str | Path] = [_base_python(), "-m", "venv", "--clear", *own_pip, folder]
    try:
        run_program(root, command)
    except ProgramFailedError as error:
        raise SetupError(
            f"{_base_python()} could not make a virtual environment in {folder.relative_to(root)}; "
            f"name another Python, as in make setup PYTHON=python3.12 (all that it said is in {error.log})."
        ) from error


def _pip_install(root: Path, folder: Path, arguments: list[str], *, what: str, remedy: str) -> None:
    pip: list[str | Path] = [root / ".venv" / "bin" / "python", "-m", "pip", "--python", folder]
    # Compiling every module of every package would double the time; Python compiles those that are imported.
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"]
    try:
        run_program(root, [*pip, "install", *options, *arguments])
    except ProgramFailedError as error:
        raise SetupError(
            f"pip could not install {what} ({_reason(error.output)}); {remedy}, then run make setup again "
            f"(all that pip said is in {error.log})."
        ) from error


def _reason(output: str) -> str:
    """Return the last error that pip, or a package's build under it, printed; without label and full stop."""
    errors = re.findall(r"^\s*(?:ERROR|[\w.]+Error): (.+?)\.?$", output, flags=re.MULTILINE)
    return errors[-1] if errors else "it did not say why"
