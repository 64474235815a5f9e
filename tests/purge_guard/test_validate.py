from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from purge_guard.cli import app

ROOT = Path(__file__).parents[2]
BROKEN = "version: 1\nhub: {account: 012345671234, region: us-east-1}\nalerts: {}\naccounts: []\n"


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("broken.yaml").write_text(BROKEN, encoding="utf-8")
    return "broken.yaml"


def test_a_right_inventory_is_summed_up_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["validate"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "purge-guard.yaml: valid; hub in 111122223333 us-east-1, 1 account, 1 region, 1 subscription\n"
    )


def test_the_summary_counts_each_region_once(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text(
        "version: 1\n"
        'hub: {account: "222233334444", region: us-east-1}\n'
        "alerts:\n"
        "  subscriptions:\n"
        "    - {protocol: email, endpoint: security@example.com}\n"
        "    - {protocol: email, endpoint: platform@example.com}\n"
        "accounts:\n"
        '  - {id: "111122223333", name: one, regions: [us-east-1, eu-west-1], trail: {mode: create}}\n'
        '  - {id: "444455556666", name: two, regions: [us-east-1], trail: {mode: create}}\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["validate", str(path)])
    assert result.stdout.endswith("2 accounts, 2 regions, 2 subscriptions\n")


def test_every_problem_goes_to_standard_error_and_the_exit_code_is_two(broken: str) -> None:
    result = CliRunner().invoke(app, ["validate", broken])
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert [line.split(": ")[:2] for line in lines[:-1]] == [
        ["broken.yaml:2:16", "hub.account"],
        ["broken.yaml:3:9", "alerts.subscriptions"],
        ["broken.yaml:4:11", "accounts"],
    ]
    assert lines[-1] == "3 problems in broken.yaml"


def test_programs_get_the_problems_as_json(broken: str) -> None:
    result = CliRunner().invoke(app, ["validate", "--format", "json", broken])
    assert (result.exit_code, result.stderr) == (2, "")
    report = json.loads(result.stdout)
    assert (report["schema"], report["valid"], len(report["problems"])) == (1, False, 3)
    assert report["problems"][0] == {
        "path": "hub.account",
        "line": 2,
        "column": 16,
        "message": 'without quotes, YAML does not take this for text: write "012345671234"',
    }


def test_programs_get_a_right_inventory_as_json() -> None:
    result = CliRunner().invoke(app, ["validate", "--format", "json", str(ROOT / "purge-guard.yaml")])
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {"schema": 1, "valid": True, "problems": [], "warnings": []},
    )


def test_a_problem_of_the_whole_file_has_no_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["validate", "--format", "json", str(tmp_path / "none.yaml")])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"] == [
        {
            "path": "",
            "line": None,
            "column": None,
            "message": "there is no such file: name the inventory, or write one",
        }
    ]


@pytest.mark.parametrize("report_format", ["text", "json"])
def test_a_file_that_may_not_be_read_is_a_problem_like_any_other(
    report_format: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root, which tests may run as, is refused nothing: the operating system's answer is played.
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    result = CliRunner().invoke(app, ["validate", "--format", report_format, broken])
    assert result.exit_code == 2
    sentence = "you may not read this file: change its permissions"
    if report_format == "json":
        assert json.loads(result.stdout)["problems"][0]["message"] == sentence
    else:
        assert result.stderr == f"broken.yaml: {sentence}\n1 problem in broken.yaml\n"


def test_an_empty_name_is_refused_in_a_sentence() -> None:
    result = CliRunner().invoke(app, ["validate", ""])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == '"": this name is empty: name the inventory\n1 problem in ""\n'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(BROKEN, id="wrong"),
        pytest.param((ROOT / "purge-guard.yaml").read_text(encoding="utf-8"), id="right"),
    ],
)
def test_a_name_with_control_characters_is_shown_escaped(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a\n\x1b[31m.yaml"
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(app, ["validate", str(path)])
    assert all(line.isprintable() and r"a\n\x1b[31m.yaml" in line for line in result.output.splitlines())
