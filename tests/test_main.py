"""What an operator reads when something is wrong: one sentence, and the output of before stands untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / "purge-guard.yaml").read_text(encoding="utf-8")
ACCOUNT = EXAMPLE[EXAMPLE.index("  - id:") : EXAMPLE.index("# On everything")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an inventory and what was synthesized before."""
    (tmp_path / "purge-guard.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "cdktf.json").write_text("{}", encoding="utf-8")
    earlier = tmp_path / "cdktf.out" / "stacks" / "hub"
    earlier.mkdir(parents=True)
    (earlier / "cdk.tf.json").write_text("{}", encoding="utf-8")
    return tmp_path


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("PURGE_GUARD_", "CDKTF_"))
    }
    return subprocess.run(
        [sys.executable, ROOT / "main.py"],
        cwd=folder,
        env=own | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def configurations(folder: Path) -> dict[str, str]:
    """The configurations that Terraform would find in the output folder."""
    return {
        str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in folder.rglob("*.tf.json")
    }


def assert_refused(folder: Path, result: subprocess.CompletedProcess[str], sentence: str) -> None:
    """Exit code 2, one line that begins with the sentence, and nothing new for Terraform to find."""
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1
    assert configurations(folder) == {"cdktf.out/stacks/hub/cdk.tf.json": "{}"}


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        pytest.param(
            {"PURGE_GUARD_INVENTORY": "absent.yaml"},
            "absent.yaml: there is no such file",
            id="no-inventory",
        ),
        pytest.param(
            {"PURGE_GUARD_STACKS": "hub,prodction"},
            "the inventory has no account prodction: name the hub as `hub`, "
            "and accounts by the id or the name that they have there",
            id="unknown-stack",
        ),
        pytest.param(
            {"PURGE_GUARD_CDK": "terraform"},
            "PURGE_GUARD_CDK is 'terraform': write cdktf or cdktn",
            id="unknown-library",
        ),
        pytest.param(
            {"PURGE_GUARD_CDK": "cdktn"},
            "the Python package cdktn is not installed: `make setup` installs cdktf, "
            "and `pip install cdktn cdktn-provider-aws` its successor",
            id="library-not-installed",
        ),
        pytest.param(
            {"JSII_NODE": "/absent/node"},
            "Node.js is needed to synthesize and '/absent/node' was not found: run `make setup`",
            id="no-node",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    environment: dict[str, str], sentence: str, folder: Path
) -> None:
    assert_refused(folder, run(folder, **environment), sentence)


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        pytest.param('id: "111122223333"', "id: 011122223333", "30:9: accounts[0].id: ", id="octal-id"),
        pytest.param("[us-east-1]", "[us-east-11]", "32:15: accounts[0].regions[0]: ", id="unknown-region"),
        pytest.param("mode: create", "mode: none", "35:13: accounts[0].trail.mode: ", id="no-trail"),
        pytest.param("version: 1", "version: [1", "15:1: this is not YAML: ", id="no-yaml"),
    ],
)
def test_a_mistake_in_the_inventory_is_named_with_its_place(
    right: str, wrong: str, place: str, folder: Path
) -> None:
    (folder / "purge-guard.yaml").write_text(EXAMPLE.replace(right, wrong, 1), encoding="utf-8")

    assert_refused(folder, run(folder), f"purge-guard.yaml:{place}")


def test_more_accounts_than_the_hub_can_name_are_refused(folder: Path) -> None:
    accounts = [
        ACCOUNT.replace("111122223333", str(111122220000 + number)).replace("production", f"account {number}")
        for number in range(400)
    ]
    (folder / "purge-guard.yaml").write_text(EXAMPLE.replace(ACCOUNT, "".join(accounts)), encoding="utf-8")

    assert_refused(folder, run(folder), "the policy of the hub's bus would have 13413 characters")


def test_the_selected_stacks_of_the_named_inventory_are_written(folder: Path) -> None:
    (folder / "purge-guard.yaml").rename(folder / "other.yaml")

    result = run(folder, PURGE_GUARD_INVENTORY="other.yaml", PURGE_GUARD_STACKS="production")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert set(configurations(folder)) == {
        "cdktf.out/stacks/hub/cdk.tf.json",
        "cdktf.out/stacks/account-111122223333/cdk.tf.json",
    }
