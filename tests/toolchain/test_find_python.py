import subprocess
import sys
from pathlib import Path

import pytest

from tests.toolchain.conftest import AddProgram
from tests.toolchain.sentences import is_one_sentence

SCRIPT = Path(__file__).parents[2] / "toolchain" / "find_python.sh"

WORKS = f'exec {sys.executable} "$@"'
TOO_OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
EMPTY_SHIM = 'echo "command not found in any installed version" >&2; exit 127'


def find_python(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", SCRIPT], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("programs_on_path", "chosen"),
    [
        pytest.param({"python3": WORKS}, "python3", id="the-only-one"),
        pytest.param({"python3": TOO_OLD, "python3.12": WORKS}, "python3.12", id="not-one-too-old"),
        pytest.param({"python3.13": EMPTY_SHIM, "python3.11": WORKS}, "python3.11", id="not-a-shim"),
        pytest.param({"python3.13": WITHOUT_VENV, "python3": WORKS}, "python3", id="not-one-without-venv"),
    ],
)
def test_the_first_python_that_will_do_is_chosen(
    programs_on_path: dict[str, str], chosen: str, root: Path, add_program: AddProgram
) -> None:
    for name, body in programs_on_path.items():
        add_program(name, body)

    found = find_python(root)

    assert (found.returncode, found.stdout, found.stderr) == (0, f"{chosen}\n", "")


def test_the_python_that_made_the_environment_is_kept(root: Path, add_program: AddProgram) -> None:
    add_program("python3.13", WORKS)
    (root / ".venv" / "bin").mkdir(parents=True)
    add_program("python", WORKS).rename(root / ".venv" / "bin" / "python")

    assert find_python(root).stdout == ".venv/bin/python\n"


def test_a_named_python_is_the_only_choice(
    root: Path, add_program: AddProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_program("python3.13", WORKS)
    named = add_program("my-python", WORKS)
    monkeypatch.setenv("PYTHON", str(named))

    assert find_python(root).stdout == f"{named}\n"


@pytest.mark.parametrize(
    ("programs_on_path", "named", "said"),
    [
        pytest.param({}, "", "none was found on PATH", id="no-python"),
        pytest.param({"python3": TOO_OLD}, "", "needs Python 3.11 or newer", id="only-one-too-old"),
        pytest.param({"python3": WITHOUT_VENV}, "", "apt install python3-venv", id="no-venv"),
        pytest.param({"python3": WORKS}, "python2", "PYTHON names python2", id="named-one-is-missing"),
    ],
)
def test_a_machine_without_a_python_that_will_do_gets_one_sentence(
    programs_on_path: dict[str, str],
    named: str,
    said: str,
    root: Path,
    add_program: AddProgram,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert programs.is_dir()
    for name, body in programs_on_path.items():
        add_program(name, body)
    monkeypatch.setenv("PYTHON", named)

    found = find_python(root)

    assert (found.returncode, found.stdout) == (1, "")
    assert said in found.stderr
    assert is_one_sentence(found.stderr.removesuffix("\n"))
