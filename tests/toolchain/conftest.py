from collections.abc import Callable
from pathlib import Path

import pytest

AddProgram = Callable[[str, str], Path]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH, empty at first."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def add_program(programs: Path) -> AddProgram:
    """Put a shell program on PATH; its body says what it does."""

    def add(name: str, body: str) -> Path:
        program = programs / name
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)
        return program

    return add


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty project folder, with a space in its path."""
    folder = tmp_path / "the project"
    folder.mkdir()
    return folder
