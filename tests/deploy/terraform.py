"""The real Terraform, run on synthesized stacks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolchain.terraform import terraform_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Deployed:
    """Synthesized stacks and the environment in which Terraform works on them."""

    folder: Path
    environment: dict[str, str]

    @property
    def stacks(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "cdktf.out" / "stacks").iterdir()))

    @classmethod
    def apply(cls, folder: Path, inventory: Path, aws_environment: Mapping[str, str]) -> Deployed:
        """Synthesize an inventory as `cdktf synth` does, and apply its stacks side by side."""
        environment = dict(aws_environment) | {
            name: value for name, value in terraform_environment(ROOT).items() if not name.startswith("AWS_")
        }
        subprocess.run(
            [sys.executable, ROOT / "main.py"],
            cwd=folder,
            env=environment
            | {"CDKTF_OUTDIR": str(folder / "cdktf.out"), "PURGE_GUARD_INVENTORY": str(inventory)},
            check=True,
        )
        deployed = cls(folder, environment)
        with ThreadPoolExecutor() as pool:
            list(pool.map(deployed._apply, deployed.stacks))
        return deployed

    def run(self, stack: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        terraform = shutil.which("terraform", path=self.environment["PATH"])
        assert terraform is not None
        return subprocess.run(
            [terraform, *arguments],
            cwd=stack,
            env=self.environment | {"TF_IN_AUTOMATION": "1"},
            check=False,
            capture_output=True,
            text=True,
        )

    def _apply(self, stack: Path) -> None:
        for arguments in (("init", "-no-color"), ("apply", "-auto-approve", "-no-color")):
            result = self.run(stack, *arguments)
            assert result.returncode == 0, (
                f"terraform {arguments[0]} in {stack.name}:\n{result.stdout}{result.stderr}"
            )
