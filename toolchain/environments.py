"""Virtual environments, each made from one hashed lock of ``requirements/``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from toolchain.programs import ProgramFailedError, SetupError, run_program, tools_folder
from toolchain.stamp import fingerprint, is_fresh, stamped


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
        _pip_install(root, venv, ["--no-deps", "--no-build-isolation", "--editable", "."], what=project.name)


def install_environment(root: Path, folder: Path, lock_name: str, contents: str) -> None:
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
        _pip_install(root, folder, ["--require-hashes", "--no-deps", "--requirement", what], what=what)


def record_failure(root: Path, output: str) -> Path:
    """Keep what a failed program printed where a person can read it, and return that file."""
    log = tools_folder(root) / "setup.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(output, encoding="utf-8")
    return log.relative_to(root)


def _base_python() -> Path:
    """Return the Python that this one, possibly itself in a virtual environment, was made from."""
    return Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")


def _make_environment(root: Path, folder: Path) -> None:
    # One pip, that of .venv, serves every environment: each further copy would cost seconds.
    own_pip = [] if folder == root / ".venv" else ["--without-pip"]
    command: list[str | Path] = [_base_python(), "-m", "venv", "--clear", *own_pip, folder]
    try:
        run_program(command, folder=root, environ=os.environ)
    except ProgramFailedError as error:
        log = record_failure(root, str(error))
        raise SetupError(
            f"{_base_python()} could not make a virtual environment in {folder.relative_to(root)}; "
            f"name another Python, as in make setup PYTHON=python3.12, or see {log}."
        ) from error


def _pip_install(root: Path, folder: Path, arguments: list[str], *, what: str) -> None:
    pip: list[str | Path] = [root / ".venv" / "bin" / "python", "-m", "pip", "--python", folder]
    quietly = ["--quiet", "--no-input", "--disable-pip-version-check"]
    try:
        run_program([*pip, "install", *quietly, *arguments], folder=root, environ=os.environ)
    except ProgramFailedError as error:
        log = record_failure(root, str(error))
        raise SetupError(
            f"pip could not install {what} ({_reason(str(error))}); check the network and pip's settings, "
            f"then run make setup again, or see {log}."
        ) from error


def _reason(output: str) -> str:
    """Return the last error line of pip's output without its label and full stop."""
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["it said nothing"])[-1].removeprefix("ERROR: ").strip().rstrip(".")
