import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.sentences import is_one_sentence

ROOT = Path(__file__).parents[2]
ENTRY = ROOT / "toolchain" / "__main__.py"


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_the_entry_parses_on_pythons_that_are_too_old(name: str) -> None:
    source = (ENTRY.parent / name).read_text(encoding="utf-8")

    assert ast.parse(source, feature_version=(3, 5))
    assert "f'" not in source
    assert 'f"' not in source


def test_a_python_that_is_too_old_says_so_in_one_sentence() -> None:
    pretend = f"import runpy, sys; sys.version_info = (3, 8, 1); runpy.run_path({str(ENTRY)!r})"

    ended = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "this is Python 3.8;" in ended.stderr
    assert is_one_sentence(ended.stderr.strip())


def test_an_unknown_command_shows_the_usage() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "toolchain", "instal"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert ended.stderr == "usage: python3 -m toolchain setup|bench|locks\n"
