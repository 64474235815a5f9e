"""Every command on a page is run: here, or in the test that is named here."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from purge_guard.cli import app
from tests.docs.pages import ROOT, Page, is_shown, page, pages

if TYPE_CHECKING:
    from pathlib import Path

CONSOLE_BLOCKS = [
    pytest.param(each.name, block, id=f"{each.name}-{number}")
    for each in pages()
    for number, block in enumerate(each.blocks("console"))
]

DEPLOYMENT = page("docs/deploy.md").shell_commands()
"""Run from the first to the last by ``test_deploy_page.py``."""

CONSOLE = [command for each in pages() for command in each.console_commands()]
"""Run by the first test below."""

OPERATION = [*page("docs/snapshot.md").shell_commands(), *page("docs/protect.md").shell_commands()]
"""Run against AWS by ``tests/purge_guard/test_operator_pages.py``."""

EXCEPTIONS = page("docs/exceptions.md").shell_commands()
"""Run with and without hits by ``tests/purge_guard/test_exceptions.py``."""

CHANNELS = page("docs/channels.md").shell_commands()
"""Run by ``tests/docs/test_channels_commands.py``."""

MAKE = {
    "make setup": "-m toolchain setup",
    "make demo": "-m demo",
    "make check": "-m pytest",
    "make test": "-m pytest",
}
"""What they run, which ``tests/toolchain``, ``tests/demo`` and whoever runs this test run."""


@pytest.mark.parametrize(("name", "block"), CONSOLE_BLOCKS)
def test_a_command_prints_what_its_page_shows(
    name: str, block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "purge-guard.yaml", tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for file, content in page(name).files().items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    command, _, shown = block.partition("\n")
    prompt, program, *arguments = shlex.split(command)

    assert (prompt, program) == ("$", "purge-guard")
    assert is_shown(shown, CliRunner().invoke(app, arguments).output)


@pytest.mark.parametrize("command", sorted({line for each in pages() for line in each.shell_commands()}))
def test_a_shell_command_is_run_by_a_test(command: str) -> None:
    assert command in (*DEPLOYMENT, *CONSOLE, *OPERATION, *EXCEPTIONS, *CHANNELS, *MAKE)


@pytest.mark.parametrize(("command", "recipe"), MAKE.items(), ids=MAKE)
def test_make_runs_what_the_tests_run(command: str, recipe: str) -> None:
    shown = subprocess.run(
        [*shlex.split(command), "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert recipe in shown.stdout.splitlines()[-1]


@pytest.mark.parametrize("each", pages(), ids=lambda each: each.name)
def test_no_command_hides_in_a_block_of_another_kind(each: Page) -> None:
    assert each.languages() <= {"console", "sh", "yaml", "json", "mermaid"}


@pytest.mark.parametrize(
    ("shown", "printed", "agrees"),
    [
        ("one\ntwo\n", "one\ntwo\n", True),
        ("one\n…\nfour\n", "one\ntwo\nthree\nfour\n", True),
        ("one\n…\n", "one\ntwo\n", True),
        ("one\n", "one\ntwo\n", False),
        ("one\n…\nfive\n", "one\ntwo\nthree\nfour\n", False),
        ("two\n…\n", "one\ntwo\n", False),
    ],
)
def test_what_a_page_leaves_out_is_said_and_nothing_else_is(shown: str, printed: str, agrees: bool) -> None:
    assert is_shown(shown, printed) is agrees
