"""The command ``python3 -m toolchain``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from toolchain.environments import install_environment, install_project
from toolchain.locks import write_locks
from toolchain.node import install_cdktf
from toolchain.programs import SetupError, tools_folder
from toolchain.terraform import install_terraform

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Run ``setup``, ``bench`` or ``locks``.

    Returns
    -------
    int
        The exit code: 0 done, 1 failed with one sentence, 2 wrong usage, 130 stopped with Ctrl-C.
    """
    commands = {"setup": set_up, "bench": set_up_benchmarks, "locks": write_locks}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: python3 -m toolchain {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        commands[arguments[0]](ROOT)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"setup: {error}; mend that and run make setup again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nsetup: stopped; run make setup again to finish it.", file=sys.stderr)
        return 130
    return 0


def set_up(root: Path) -> None:
    """Install what is missing or out of date under `root`, and say what is being done.

    Raises
    ------
    SetupError
        If something cannot be installed.
    """
    started = time.monotonic()
    if not tools_folder(root).exists():
        print("setup: the first time takes a few minutes; after that it takes about a second", flush=True)
    install_project(root)
    # checkov pins a boto3 of its own, so it cannot share .venv.
    install_environment(root, tools_folder(root) / "checkov", "checkov", "checkov")
    install_cdktf(root)
    install_terraform(root)
    print(f"setup: everything is in place ({time.monotonic() - started:.0f} s)", flush=True)


def set_up_benchmarks(root: Path) -> None:
    """Install what the benchmarks compare the alert function with, and nothing else needs.

    Raises
    ------
    SetupError
        If it cannot be installed.
    """
    install_environment(root, tools_folder(root) / "custodian", "custodian", "Cloud Custodian")
