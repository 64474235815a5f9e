"""What an operator reads when something is wrong: one sentence, and the output of before stands untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = (ROOT / "purge-guard.yaml").read_text(encoding="utf-8")


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


def position(text: str, inventory: str) -> str:
    """The line and the column, both counted from 1, of the one place where a text stands."""
    before, _, after = inventory.partition(text)
    assert after, f"{text} is not there"
    assert text not in after, f"{text} is there twice"
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


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
            "stacks are `hub`, `organization`, and accounts by id or name; "
            'the inventory lists no account "prodction": did you mean production?',
            id="unknown-stack",
        ),
        pytest.param(
            {"PURGE_GUARD_STACKS": " "},
            "PURGE_GUARD_STACKS names no stack: name one, or unset it to mean all of them",
            id="stacks-left-empty",
        ),
        pytest.param(
            {"PURGE_GUARD_INVENTORY": ""},
            '"": this name is empty: name the inventory',
            id="inventory-left-empty",
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
        pytest.param(
            {"CDKTF_OUTDIR": "/proc/nope"},
            "the stacks cannot be written: ENOENT: no such file or directory, mkdir '/proc/nope'. "
            "Choose another folder with `cdktf synth --output FOLDER`",
            id="no-such-folder",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    environment: dict[str, str], sentence: str, folder: Path
) -> None:
    assert_refused(folder, run(folder, **environment), sentence)


@pytest.mark.parametrize(
    ("right", "wrong", "at", "where"),
    [
        pytest.param(
            'id: "111122223333"', "id: 011122223333", "011122223333", "accounts[0].id", id="octal-id"
        ),
        pytest.param(
            "[us-east-1]", "[us-east-11]", "us-east-11", "accounts[0].regions[0]", id="unknown-region"
        ),
        pytest.param("mode: create", "mode: none", "none", "accounts[0].trail.mode", id="no-trail"),
        pytest.param("version: 1", "version: [1", "hub:", "this is not YAML", id="no-yaml"),
    ],
)
def test_a_mistake_in_the_inventory_is_named_with_its_place(
    right: str, wrong: str, at: str, where: str, folder: Path
) -> None:
    inventory = EXAMPLE.replace(right, wrong, 1)
    (folder / "purge-guard.yaml").write_text(inventory, encoding="utf-8")

    assert_refused(folder, run(folder), f"purge-guard.yaml:{position(at, inventory)}: {where}: ")


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        pytest.param("bundles", "File exists: ", id="met-by-python"),
        pytest.param("stacks/account-111122223333", "ENOTDIR: not a directory, open ", id="met-by-node"),
    ],
)
def test_a_file_in_the_way_of_the_output_is_named(obstacle: str, reason: str, folder: Path) -> None:
    file = folder / "cdktf.out" / obstacle
    file.write_text("", encoding="utf-8")

    result = run(folder)

    assert_refused(folder, result, f"the stacks cannot be written: {reason}")
    assert f"cdktf.out/{obstacle}" in result.stderr


def test_a_policy_that_aws_would_refuse_for_its_size_is_not_written(folder: Path) -> None:
    users = ", ".join(f"arn:aws:iam::111122223333:user/u{number}" for number in range(100))
    inventory = (
        f"{EXAMPLE}\nprevention:\n  break_glass: {{principals: [{users}]}}\n"
        "  deployer_roles: [arn:aws:iam::111122223333:role/deployer]\n"
    )
    (folder / "purge-guard.yaml").write_text(inventory, encoding="utf-8")

    assert_refused(
        folder,
        run(folder),
        f"purge-guard.yaml:{position('break_glass: {', inventory)}: prevention: the trust policy"
        " purge-guard-break-glass would be 1,895 characters longer than the 2,048 that AWS allows: ",
    )


def test_the_selected_stacks_of_the_named_inventory_are_written(folder: Path) -> None:
    (folder / "purge-guard.yaml").rename(folder / "other.yaml")

    result = run(folder, PURGE_GUARD_INVENTORY="other.yaml", PURGE_GUARD_STACKS="production")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert set(configurations(folder)) == {
        "cdktf.out/stacks/hub/cdk.tf.json",
        "cdktf.out/stacks/account-111122223333/cdk.tf.json",
    }
