"""Which stacks are written: all of an inventory, or those that were asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.stacks.synthesis import SCENARIOS, synthesize_into

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis

ROOT = Path(__file__).parents[2]
SOURCES = ("policies", "lambdas", "stacks")

# Another output folder, another inventory or a local AWS would be another synthesis.
_OF_THE_CALLER = frozenset(
    {"AWS_ENDPOINT_URL", "CDKTF_OUTDIR", "PURGE_GUARD_INVENTORY", "PURGE_GUARD_STACKS", "PURGE_GUARD_CDK"}
)


@pytest.mark.parametrize(
    ("wanted", "stacks"),
    [
        pytest.param(
            None,
            ["account-111122223333", "account-222233334444", "account-999988887777", "hub"],
            id="everything",
        ),
        pytest.param("hub", ["hub"], id="hub"),
        pytest.param("111122223333", ["account-111122223333"], id="account-by-id"),
        pytest.param("management", ["account-999988887777"], id="account-by-name"),
        pytest.param("hub,production", ["account-111122223333", "hub"], id="both"),
    ],
)
def test_the_stacks_that_were_asked_for_are_written(
    wanted: str | None, stacks: list[str], tmp_path: Path
) -> None:
    synthesis = synthesize_into(tmp_path, SCENARIOS["organization"], wanted=wanted)

    assert [stack.name for stack in synthesis.stacks] == stacks


@pytest.mark.parametrize(
    ("wanted", "stacks"),
    [
        pytest.param(
            None, ["account-111122223333", "account-222233334444", "hub", "organization"], id="everything"
        ),
        pytest.param("organization", ["organization"], id="organization"),
        pytest.param("production", ["account-111122223333"], id="account"),
    ],
)
def test_the_policies_of_the_organization_are_a_stack_of_their_own(
    wanted: str | None, stacks: list[str], tmp_path: Path
) -> None:
    synthesis = synthesize_into(tmp_path, SCENARIOS["prevention"], wanted=wanted)

    assert [stack.name for stack in synthesis.stacks] == stacks


def test_a_stack_is_the_same_whichever_others_are_written(tmp_path: Path, organization: Synthesis) -> None:
    alone = synthesize_into(tmp_path, SCENARIOS["organization"], wanted="production")

    assert alone.account("production").text == organization.account("production").text


def turned_around(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Return the same with every list and every mapping from last to first."""
    if isinstance(value, list):
        return [turned_around(item) for item in reversed(value)]
    if isinstance(value, dict):
        return {key: turned_around(item) for key, item in reversed(value.items())}
    return value


@pytest.mark.parametrize("scenario", ["organization", "prevention"])
def test_the_order_of_lists_and_of_keys_changes_nothing(
    scenario: str, tmp_path: Path, synthesized: Callable[[str], Synthesis]
) -> None:
    reordered = tmp_path / "purge-guard.yaml"
    inventory = turned_around(yaml.safe_load(SCENARIOS[scenario].read_text(encoding="utf-8")))
    reordered.write_text(yaml.safe_dump(inventory, sort_keys=False), encoding="utf-8")

    synthesis = synthesize_into(tmp_path / "out", reordered)

    for stack, before in zip(synthesis.stacks, synthesized(scenario).stacks, strict=True):
        assert stack.configuration["resource"] == before.configuration["resource"]


@pytest.fixture(scope="module")
def two_checkouts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What two people synthesize from their own copies of one commit, as different as copies can be."""
    folders = (tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two") / "another folder, à côté")
    for folder in folders:
        for name in SOURCES:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("main.py", "cdktf.json", "purge-guard.yaml"):
            shutil.copy(ROOT / name, folder)
    _make_odd(folders[1])
    _synthesize(folders[0], PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    _synthesize(folders[1], PYTHONHASHSEED="2", TZ="Asia/Tokyo", LC_ALL="C", USER="somebody")
    return folders


def _make_odd(checkout: Path) -> None:
    """Touch every file, tighten its mode and leave caches and editors' backups lying about."""
    for file in checkout.rglob("*.py"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o700)
        cache = file.parent / "__pycache__"
        cache.mkdir(exist_ok=True)
        (cache / f"{file.stem}.cpython-399.pyc").write_bytes(b"stale")
        (file.parent / f"{file.name}~").write_text("backup")


def _synthesize(checkout: Path, **environment: str) -> None:
    node = {"JSII_NODE": os.environ.get("JSII_NODE", str(ROOT / ".tools" / "bin" / "node"))}
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if name not in _OF_THE_CALLER}
        | node
        | environment,
        check=True,
        umask=0o077 if "USER" in environment else 0o022,
    )


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_checkouts_write_the_same_bytes(two_checkouts: tuple[Path, Path]) -> None:
    # F09: whatever differs is deployed for nothing, or hides what is new.
    one, two = (files_below(checkout / "cdktf.out") for checkout in two_checkouts)

    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []
    assert any(name.endswith(".zip") for name in one)


def test_what_two_checkouts_write_is_what_this_one_writes(
    two_checkouts: tuple[Path, Path], synthesized: Callable[[str], Synthesis]
) -> None:
    assert files_below(two_checkouts[0] / "cdktf.out") == files_below(synthesized("example").folder)


def test_a_mistake_of_our_own_is_seen_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object, **__: object) -> None:
        raise RuntimeError("There is already a Construct with name 'topic' in HubStack [hub]")

    monkeypatch.setattr("stacks.app.HubStack", mistaken)

    with pytest.raises(RuntimeError, match="already a Construct"):
        synthesize_into(tmp_path, SCENARIOS["example"])
