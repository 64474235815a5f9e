"""`cdktf deploy` of the demo's stacks, in a folder of its own: it never meets the state of a real one."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain.terraform import terraform_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from demo.local_aws import LocalAws

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "demo" / "purge-guard.yaml"

LOG_LINES_SHOWN = 30
PLAN = re.compile(r"Plan:\S* (\d+) to add")


class DeploymentError(Exception):
    """`cdktf deploy` failed; the message ends with what it printed last."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A folder from which cdktf deploys to a local AWS.

    Parameters
    ----------
    folder
        Holds a ``cdktf.json``; what is synthesized and the state of Terraform stay in it.
    aws
        The local AWS.
    """

    folder: Path
    aws: LocalAws

    @classmethod
    def prepare(cls, folder: Path, aws: LocalAws) -> Deployment:
        """Write a ``cdktf.json`` like the project's own, which finds the project from anywhere."""
        settings = json.loads((ROOT / "cdktf.json").read_text())
        # cdktf gives the command to a shell.
        settings["app"] = shlex.join([str(ROOT / ".venv/bin/python"), str(ROOT / "main.py")])
        (folder / "cdktf.json").write_text(json.dumps(settings))
        return cls(folder, aws)

    def deploy(self, stack: str, account: str, on_progress: Callable[[int, int], None]) -> int:
        """Deploy one stack with the credentials of its account's root, and return how many resources it has.

        Parameters
        ----------
        stack
            The stack's name, such as ``hub``.
        account
            The twelve digits of its account.
        on_progress
            Called with the number of resources that exist and of those that are planned, whenever either
            changes.

        Raises
        ------
        DeploymentError
            cdktf ended with an error.
        """
        output: list[str] = []
        created = planned = 0
        with self._cdktf(stack, account) as process:
            for line in process.stdout or ():
                output.append(line)
                if plan := PLAN.search(line):
                    planned = int(plan[1])
                elif "Creation complete" in line:
                    created += 1
                else:
                    continue
                on_progress(created, planned)
        if process.returncode != 0:
            raise DeploymentError(f"`cdktf deploy {stack}` failed:\n{''.join(output[-LOG_LINES_SHOWN:])}")
        return created

    @contextmanager
    def _cdktf(self, stack: str, account: str) -> Iterator[subprocess.Popen[str]]:
        command = ["cdktf", "deploy", stack, "--auto-approve", "--skip-provider-lock"]
        process = subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command,
            cwd=self.folder,
            env=self._environment(stack, account),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A group of its own, with Terraform and its plugins in it, which can be ended as a whole.
            start_new_session=True,
        )
        with process:
            try:
                yield process
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise

    def _environment(self, stack: str, account: str) -> dict[str, str]:
        tools = terraform_environment(ROOT)
        credentials = self.aws.environment(account)
        return (
            {name: value for name, value in tools.items() if not name.startswith("AWS_")}
            | {name: value for name, value in credentials.items() if name.startswith("AWS_")}
            | {"PURGE_GUARD_INVENTORY": str(INVENTORY), "PURGE_GUARD_STACKS": stack.removeprefix("account-")}
        )
