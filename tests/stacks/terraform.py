"""The real Terraform with the real AWS provider, on stacks that are synthesized and not deployed."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from stacks.stack import PROVIDER_VERSIONS
from tests.stacks.synthesis import ROOT
from toolchain.terraform import terraform_environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stacks.synthesis import Stack

CONFIGURATION = "cdk.tf.json"

OLDEST_PROVIDER = "5.100.0"

PLANNED = ("example", "organization", "prevention")
"""The scenarios of which plans are made: together they have every kind of resource."""

PROCESSES = 2
"""Each starts the provider, which takes a processor for seconds and some hundred megabytes."""


NOBODY = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Credentials that open nothing, in place of the caller's own."""


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in terraform_environment(ROOT).items() if not name.startswith("AWS_")}
    return subprocess.run(
        [ROOT / ".tools" / "bin" / "terraform", *arguments],
        cwd=folder,
        env=own | NOBODY | {"TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color"},
        capture_output=True,
        text=True,
        check=False,
    )


def copied(stack: Stack, folder: Path) -> Path:
    """Copy a stack to where Terraform may leave its files, and let it take the oldest provider only."""
    target = folder / stack.name
    shutil.copytree(stack.folder, target)
    (target / CONFIGURATION).write_text(
        stack.text.replace(PROVIDER_VERSIONS, OLDEST_PROVIDER), encoding="utf-8"
    )
    return target


def validate(folder: Path) -> list[dict[str, Any]]:
    """Return what Terraform has to say about a configuration: errors and warnings."""
    started = terraform(folder, "init", "-backend=false")
    assert started.returncode == 0, started.stderr
    diagnostics: list[dict[str, Any]] = json.loads(terraform(folder, "validate", "-json").stdout)[
        "diagnostics"
    ]
    return diagnostics


def plan(folder: Path) -> Path:
    """Plan a stack as nothing but new resources, and return the file that holds the plan as JSON.

    Nothing is asked of any AWS: Terraform neither knows nor checks which account it is in.
    """
    configuration = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    for provider in configuration["provider"]["aws"]:
        del provider["allowed_account_ids"]
        provider.update(skip_credentials_validation=True, skip_requesting_account_id=True)
    (folder / CONFIGURATION).write_text(json.dumps(configuration), encoding="utf-8")
    for arguments in (("init",), ("plan", "-out=plan.bin"), ("show", "-json", "plan.bin")):
        ended = terraform(folder, *arguments)
        assert ended.returncode == 0, f"terraform {arguments[0]}:\n{ended.stdout}{ended.stderr}"
    file = folder / "plan.json"
    file.write_text(ended.stdout, encoding="utf-8")
    return file
