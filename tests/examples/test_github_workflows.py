"""The example workflows, as GitHub's own reader and an auditor of workflows see them. None runs here."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
READER = Path(__file__).with_name("workflow_reader.mjs")
ZIZMOR = Path(sys.executable).with_name("zizmor")

PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def read_by_github(*files: Path) -> list[str]:
    """Return what GitHub's language service finds wrong with workflows."""
    own = ROOT / ".tools" / "bin" / "node"
    node = str(own) if own.exists() else shutil.which("node")
    assert node
    command = [node, "--no-warnings", str(READER), *map(str, files)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def audited(folder: Path) -> subprocess.CompletedProcess[str]:
    # What it calls low are matters of taste, such as another way to name a workflow of the same repository.
    options = ["--offline", "--no-progress", "--quiet", "--min-severity", "medium"]
    command = [str(ZIZMOR), *options, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def placed(folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy the workflows to where GitHub looks for them, with some text changed in all."""
    target = folder / ".github" / "workflows"
    target.mkdir(parents=True)
    for workflow in WORKFLOWS:
        text = workflow.read_text(encoding="utf-8")
        for before, after in changes:
            text = text.replace(before, after)
        (target / workflow.name).write_text(text, encoding="utf-8")
    return folder


def test_github_reads_them() -> None:
    assert len(WORKFLOWS) == 5
    assert read_by_github(*WORKFLOWS) == []


def test_the_reader_sees_what_is_wrong(tmp_path: Path) -> None:
    folder = placed(tmp_path, ("needs.changed.outputs.count", "needs.chnged.outputs.count"))

    found = read_by_github(folder / ".github" / "workflows" / "purge-guard-plan.yml")
    assert any("chnged" in line for line in found)


def test_an_auditor_finds_nothing(tmp_path: Path) -> None:
    ended = audited(placed(tmp_path))

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_auditor_sees_an_expression_in_a_script(tmp_path: Path) -> None:
    injected = placed(
        tmp_path, ('examples/pipeline/plan.sh "$STACK"', "echo ${{ github.event.pull_request.title }}")
    )

    assert "template-injection" in audited(injected).stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.stem)
def test_every_action_is_pinned_by_its_commit(workflow: Path) -> None:
    used = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))

    assert used
    assert [action for action in used if not action.startswith("./") and not PINNED.fullmatch(action)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.stem)
def test_nobody_may_more_than_a_job_says(workflow: Path) -> None:
    document = yaml.safe_load(workflow.read_text(encoding="utf-8"))

    assert document["permissions"] == {}
    granted = {
        (scope, level)
        for job in document["jobs"].values()
        for scope, level in job.get("permissions", {}).items()
    }
    assert granted <= {("contents", "read"), ("id-token", "write"), ("pull-requests", "write")}


def test_every_script_that_a_workflow_or_a_script_runs_is_there_and_is_a_right_one() -> None:
    scripts = [*(ROOT / "examples/pipeline").glob("*.sh")]
    named = {
        script
        for caller in (*WORKFLOWS, *scripts)
        for script in re.findall(r"/(\w+\.sh)\b", caller.read_text(encoding="utf-8"))
    }

    assert {script.name for script in scripts} == named
    bash = shutil.which("bash")
    assert bash
    for script in scripts:
        subprocess.run([bash, "-n", str(script)], check=True)
