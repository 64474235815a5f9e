from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from purge_guard.cli import app
from tests.policies.test_rollout import TEXT

ROOT = Path(__file__).parents[2]


ROOT_STACKS = ["hub", "account-111122223333", "account-444455556666", "account-777788889999", "organization"]


@pytest.fixture
def inventory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "purge-guard.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def run(*options: str) -> Result:
    return CliRunner().invoke(app, ["matrix", *options])


def printed(*options: str) -> dict[str, Any]:
    result = run(*options)
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.mark.usefixtures("inventory")
def test_lists_everything_in_the_order_of_a_rollout() -> None:
    document = printed()

    assert [job["stack"] for job in document["jobs"]] == ROOT_STACKS
    assert (document["schema"], document["count"], document["blocks"]) == (1, 5, [1])
    assert document["waves"] == ["hub", "1", "2", "organization"]


@pytest.mark.usefixtures("inventory")
@pytest.mark.parametrize(
    ("options", "stacks"),
    [
        (["--wave", "hub"], ["hub"]),
        (["--wave", "2"], ["account-444455556666", "account-777788889999"]),
        (["--wave", "organization"], ["organization"]),
        (["--environment", "test"], ["account-111122223333"]),
        (["--wave", "2", "--environment", "test"], []),
        (["--block", "2", "--block-size", "3"], ["account-777788889999", "organization"]),
    ],
)
def test_lists_what_is_asked_for(options: list[str], stacks: list[str]) -> None:
    assert run("--format", "text", *options).stdout.split() == stacks


@pytest.mark.usefixtures("inventory")
def test_github_gets_the_value_of_a_matrix() -> None:
    document = printed("--format", "github", "--wave", "1")

    assert list(document) == ["include"]
    assert document["include"][0]["stack"] == "account-111122223333"
    assert document["include"][0]["regions"] == ["us-east-1"]


@pytest.mark.usefixtures("inventory")
def test_github_gets_lines_for_its_outputs() -> None:
    assert run("--format", "outputs", "--block-size", "2").stdout.splitlines() == [
        "count=5",
        "blocks=[1, 2, 3]",
        'waves=["hub", "1", "2", "organization"]',
    ]


@pytest.mark.usefixtures("inventory")
def test_gitlab_gets_a_pipeline_with_a_stage_for_each_wave() -> None:
    pipeline = yaml.safe_load(run("--format", "gitlab", "--template", "ci/deploy.yml").stdout)

    assert pipeline["include"] == [{"local": "ci/deploy.yml"}]
    assert pipeline["stages"] == ["wave-hub", "wave-1", "wave-2", "wave-organization"]
    assert [name for name in pipeline if name not in ("include", "stages")] == ROOT_STACKS
    assert pipeline["account-444455556666"]["stage"] == "wave-2"
    assert pipeline["account-444455556666"]["variables"]["PURGE_GUARD_ACCOUNT"] == "444455556666"


@pytest.mark.usefixtures("inventory")
def test_gitlab_refuses_a_pipeline_without_jobs_so_there_is_one() -> None:
    pipeline = yaml.safe_load(run("--format", "gitlab", "--wave", "2", "--environment", "test").stdout)

    assert list(pipeline) == ["nothing-to-deploy"]


@pytest.mark.usefixtures("inventory")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--wave", "3"], "no account is in the wave '3': there are hub, 1, 2, organization"),
        (["--environment", "tset"], "no account is of the environment 'tset': there are test"),
        (["--block", "2"], "there is no block 2: there are blocks 1 to 1"),
        (["--changed-since", "HEAD"], "git rev-parse failed: fatal: not a git repository"),
        (["--inventory", "absent.yaml"], "absent.yaml"),
    ],
)
def test_a_mistake_is_one_sentence_and_never_an_empty_deployment(options: list[str], sentence: str) -> None:
    result = run(*options)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) <= 2


def git(folder: Path, *arguments: str) -> str:
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    program = shutil.which("git")
    assert program
    command = [program, *author, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def test_a_revision_that_there_is_not_is_one_sentence(inventory: Path) -> None:
    git(inventory.parent, "init", "--quiet")

    result = run("--changed-since", "origin/main")

    assert result.exit_code == 2
    assert result.stderr.startswith("there is no revision 'origin/main' here: in a pipeline, fetch")


def test_a_revision_is_no_option_of_git(inventory: Path) -> None:
    git(inventory.parent, "init", "--quiet")

    assert "there is no revision '--show-toplevel' here" in run("--changed-since=--show-toplevel").stderr


def test_an_inventory_from_elsewhere_cannot_be_compared(inventory: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    (repository / "file").write_text("x", encoding="utf-8")
    git(repository, "add", "file")
    git(repository, "commit", "--quiet", "-m", "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(repository)
        result = run("--changed-since", "HEAD", "--inventory", str(inventory))

    assert result.exit_code == 2
    assert "is not in the repository" in result.stderr


@pytest.mark.usefixtures("inventory")
def test_the_template_that_jobs_of_gitlab_extend_is_there() -> None:
    pipeline = yaml.safe_load(run("--format", "gitlab").stdout)
    (included,) = pipeline["include"]

    template = yaml.safe_load((ROOT / included["local"]).read_text(encoding="utf-8"))
    assert {pipeline[stack]["extends"] for stack in ROOT_STACKS} == set(template)
