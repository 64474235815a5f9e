"""Which stacks a change changes: real commits in a copy of this repository, synthesized for real."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from purge_guard.changed_stacks import ComparisonError, changed_stacks
from tests.policies.test_rollout import TEXT
from tests.purge_guard.test_matrix import git

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SOURCES = ("main.py", "cdktf.json", "policies", "stacks", "lambdas")
STACKS = ["hub", "account-111122223333", "account-444455556666", "account-777788889999", "organization"]


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the sources and an inventory, committed."""
    folder = tmp_path_factory.mktemp("repository")
    ignored = shutil.ignore_patterns("__pycache__")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    (folder / "purge-guard.yaml").write_text(TEXT, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Begin")
    return folder


@pytest.fixture
def repository(committed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(committed)
    yield committed
    git(committed, "reset", "--quiet", "--hard")


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_nothing_has_changed_where_nothing_has(repository: Path) -> None:
    (repository / "README.md").write_text("Words change no stack.", encoding="utf-8")

    assert changed_stacks("HEAD", "purge-guard.yaml", STACKS) == frozenset()


def test_a_change_to_one_account_changes_one_account_and_what_the_hub_knows_of_it(repository: Path) -> None:
    edit(repository / "purge-guard.yaml", "regions: [eu-west-1, us-east-1]", "regions: [us-east-1]")

    assert changed_stacks("HEAD", "purge-guard.yaml", STACKS) == {"account-444455556666"}


def test_an_account_that_is_new_is_changed(repository: Path) -> None:
    edit(
        repository / "purge-guard.yaml",
        "accounts:\n",
        'accounts:\n  - {id: "123412341234", name: new, regions: [us-east-1], trail: {mode: create}}\n',
    )
    edit(
        repository / "purge-guard.yaml",
        "deployer_roles: [",
        'deployer_roles: ["arn:aws:iam::123412341234:role/ci", ',
    )

    assert "account-123412341234" in changed_stacks(
        "HEAD", "purge-guard.yaml", ["account-123412341234", "account-777788889999"]
    )


def test_stacks_of_which_there_are_more_than_one_variable_can_name_are_all_compared(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("purge_guard.changed_stacks._MOST_AT_ONCE", 2)
    edit(repository / "purge-guard.yaml", "regions: [eu-west-1, us-east-1]", "regions: [us-east-1]")

    assert changed_stacks("HEAD", "purge-guard.yaml", STACKS) == {"account-444455556666"}


def test_a_change_to_the_function_changes_the_hub_alone(repository: Path) -> None:
    with (repository / "lambdas" / "alert" / "daily.py").open("a", encoding="utf-8") as file:
        file.write("# Something else.\n")

    assert changed_stacks("HEAD", "purge-guard.yaml", STACKS) == {"hub"}


def test_a_change_to_a_rule_changes_every_account(repository: Path) -> None:
    edit(
        repository / "policies" / "naming.py",
        '\nUNDELIVERED_QUEUE = f"{PREFIX}-undelivered"',
        '\nUNDELIVERED_QUEUE = f"{PREFIX}-not-delivered"',
    )

    assert {"account-111122223333", "account-444455556666"} <= changed_stacks(
        "HEAD", "purge-guard.yaml", STACKS
    )


def test_what_cannot_be_synthesized_is_a_sentence(repository: Path) -> None:
    (repository / "main.py").write_text("raise SystemExit('it is broken')", encoding="utf-8")

    with pytest.raises(ComparisonError, match="cannot be synthesized: it is broken"):
        changed_stacks("HEAD", "purge-guard.yaml", ["hub"])


def test_no_worktree_is_left_behind(repository: Path) -> None:
    changed_stacks("HEAD", "purge-guard.yaml", ["account-111122223333"])

    assert len(git(repository, "worktree", "list").splitlines()) == 1
