from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policies.inventory.schema import schema_text
from purge_guard.cli import app

ROOT = Path(__file__).parents[2]
MAIN = "from purge_guard.cli import main; main()"


def run(
    *arguments: str, stdout: int = subprocess.PIPE, program: str = MAIN
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for command in ("validate", "schema", "preview", "snapshot", "protect", "exceptions"):
        assert command in result.stdout


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"purge-guard {project['version']}\n")


def test_schema_prints_the_published_schema() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert (result.exit_code, result.stdout) == (0, schema_text())


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["validate", "--nonsense"], ["validate", "a", "b"], ["validate", "--format", "xml"], []],
    ids=["command", "option", "argument", "format", "nothing"],
)
def test_a_wrong_command_line_ends_with_exit_code_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_reader_that_has_gone_is_no_matter() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    result = run("schema", stdout=write_end)
    os.close(write_end)
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_in_a_sentence() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    result = run("schema", stdout=full)
    os.close(full)
    assert (result.returncode, result.stderr) == (1, "purge-guard: No space left on device\n")


def run_redirected(redirection: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f'exec "$0" "$@" {redirection}', sys.executable, "-c", MAIN, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments", [["schema"], ["--version"], ["--help"], ["preview", "examples/purged.json"]], ids=" ".join
)
def test_a_closed_standard_output_is_said(arguments: list[str]) -> None:
    result = run_redirected(">&-", *arguments)
    assert (result.returncode, result.stderr) == (1, "purge-guard: standard output is closed\n")


def test_a_closed_standard_input_is_said() -> None:
    result = run_redirected("<&-", "preview", "-")
    assert (result.returncode, result.stderr) == (2, "standard input: is closed\n")


def test_no_option_writes_into_the_users_shell() -> None:
    assert "completion" not in CliRunner().invoke(app, ["--help"]).stdout


def test_help_waits_for_no_heavy_library() -> None:
    result = run(program="import json, sys, purge_guard.cli; print(json.dumps(sorted(sys.modules)))")
    modules = {name.partition(".")[0] for name in json.loads(result.stdout)}
    assert not modules & {
        "boto3",
        "botocore",
        "cdktf",
        "cdktf_cdktf_provider_aws",
        "jsii",
        "pydantic",
        "yaml",
    }
