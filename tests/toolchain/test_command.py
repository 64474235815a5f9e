import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.sentences import is_one_sentence
from toolchain import command
from toolchain.programs import SetupError

PROJECT = Path(__file__).parents[2]


def test_setup_on_a_machine_that_reaches_no_registry_ends_with_one_sentence(root: Path) -> None:
    for name in ("toolchain", "requirements"):
        shutil.copytree(PROJECT / name, root / name)
    (root / "pyproject.toml").touch()

    ended = subprocess.run(
        [sys.executable, "-m", "toolchain", "setup"],
        cwd=root,
        env=os.environ | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "setup: the first time takes a few minutes; after that it takes about a second",
        "setup: installing the Python packages of purge-guard into .venv",
    ]
    assert ended.stderr.startswith("setup: pip could not install requirements/dev.txt (")
    assert is_one_sentence(ended.stderr.strip())


@pytest.mark.parametrize(
    ("failure", "exit_code", "said"),
    [
        pytest.param(SetupError("what and how."), 1, "setup: what and how.\n", id="known"),
        pytest.param(
            OSError(28, "No space left on device"),
            1,
            "setup: [Errno 28] No space left on device; mend that and run make setup again.\n",
            id="disk-full",
        ),
        pytest.param(
            KeyboardInterrupt(), 130, "\nsetup: stopped; run make setup again to finish it.\n", id="ctrl-c"
        ),
    ],
)
def test_a_failure_becomes_a_sentence_and_an_exit_code(
    failure: BaseException,
    exit_code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_root: Path) -> None:
        raise failure

    monkeypatch.setattr(command, "set_up", fail)

    assert command.main(["setup"]) == exit_code
    assert capsys.readouterr().err == said
