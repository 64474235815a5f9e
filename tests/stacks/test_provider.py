"""The one door to the construct library: only what is needed comes through, from either library."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stacks.synthesis import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis

ROOT = Path(__file__).parents[2]

COUNT_PROVIDER_MODULES = """
import sys, stacks.provider
print(sum(name.startswith("cdktf_cdktf_provider_aws.") for name in sys.modules))
"""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def successor(tmp_path: Path) -> Path:
    """A folder with CDKTF's own packages under the names of its successor, which are all that differs."""
    for distribution, installed, renamed in (
        ("cdktf", "cdktf", "cdktn"),
        ("cdktf-cdktf-provider-aws", "cdktf_cdktf_provider_aws", "cdktn_provider_aws"),
    ):
        (tmp_path / renamed).symlink_to(str(metadata.distribution(distribution).locate_file(installed)))
    return tmp_path


def test_of_the_providers_2100_modules_a_few_are_imported() -> None:
    result = run(COUNT_PROVIDER_MODULES)

    assert result.returncode == 0, result.stderr
    assert 30 <= int(result.stdout) <= 120


def test_the_successor_writes_the_same_stacks(
    successor: Path, tmp_path: Path, synthesized: Callable[[str], Synthesis]
) -> None:
    result = run(
        "import main; main.main()",
        PURGE_GUARD_CDK="cdktn",
        PURGE_GUARD_INVENTORY=str(SCENARIOS["example"]),
        PYTHONPATH=str(successor),
        CDKTF_OUTDIR=str(tmp_path),
        AWS_ENDPOINT_URL="",
    )

    assert result.returncode == 0, result.stderr
    written = {path.name: (path / "cdk.tf.json").read_text() for path in (tmp_path / "stacks").iterdir()}
    assert written == {stack.name: stack.text for stack in synthesized("example").stacks}
