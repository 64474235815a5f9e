import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.toolchain.sentences import is_one_sentence
from toolchain.environments import install_environment
from toolchain.programs import SetupError, tools_folder, write_wrapper

MISSING = f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip finds packages."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def project(root: Path, wheels: Path) -> Path:
    """A project whose .venv, and so its pip, is the one that these tests run in."""
    assert wheels.is_dir()
    (root / ".venv").symlink_to(sys.prefix)
    (root / "requirements").mkdir()
    return root


def add_wheel(wheels: Path) -> str:
    """Make a wheel of a package called ``hammer`` and return its hash."""
    wheel = wheels / "hammer-1.0-py3-none-any.whl"
    metadata = "Metadata-Version: 2.1\nName: hammer\nVersion: 1.0\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("hammer.py", "print('knock')\n")
        archive.writestr("hammer-1.0.dist-info/METADATA", metadata)
        archive.writestr("hammer-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("hammer-1.0.dist-info/RECORD", "")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def lock(project: Path, text: str) -> None:
    (project / "requirements" / "tool.txt").write_text(text, encoding="utf-8")


def test_an_environment_holds_what_its_lock_names(project: Path, wheels: Path) -> None:
    folder = tools_folder(project) / "tool"
    lock(project, f"hammer==1.0 --hash=sha256:{add_wheel(wheels)}\n")

    install_environment(project, folder, "tool", "a tool")

    ran = subprocess.run(
        [folder / "bin" / "python", "-m", "hammer"], check=True, capture_output=True, text=True
    )
    assert ran.stdout == "knock\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("hammer==1.0\n", "Hashes are required in --require-hashes mode", id="no-hash"),
        pytest.param(f"hammer==1.0 --hash=sha256:{'0' * 64}\n", "DO NOT MATCH THE HASHES", id="wrong-hash"),
    ],
)
def test_a_package_whose_hash_does_not_fit_is_refused(
    line: str, said: str, project: Path, wheels: Path
) -> None:
    add_wheel(wheels)
    lock(project, line)

    with pytest.raises(SetupError, match=r"pip could not install requirements/tool\.txt"):
        install_environment(project, tools_folder(project) / "tool", "tool", "a tool")

    assert said in (tools_folder(project) / "setup.log").read_text(encoding="utf-8")


def test_an_environment_is_made_once_and_again_when_its_lock_changed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tools_folder(project) / "tool"
    for text in ("# one\n", "# one\n", "# two\n"):
        lock(project, text)
        install_environment(project, folder, "tool", "a tool")

    assert capsys.readouterr().out == "setup: installing a tool into .tools/tool\n" * 2
    subprocess.run([folder / "bin" / "python", "--version"], check=True, capture_output=True)


def test_what_an_environment_held_before_is_gone(project: Path) -> None:
    folder = tools_folder(project) / "tool"
    lock(project, "# one\n")
    install_environment(project, folder, "tool", "a tool")
    (folder / "leftover").touch()

    lock(project, "# two\n")
    install_environment(project, folder, "tool", "a tool")

    assert not (folder / "leftover").exists()


def test_a_failing_pip_is_an_error_of_one_sentence_and_is_tried_again(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock(project, MISSING)

    for _ in range(2):
        with pytest.raises(SetupError) as error:
            install_environment(
                project, tools_folder(project) / "tool", "tool", "a tool", remedy="buy a new one"
            )

    message = str(error.value)
    assert message.startswith(
        "pip could not install requirements/tool.txt (No matching distribution found for"
    )
    assert "; buy a new one, then run make setup again" in message
    assert is_one_sentence(message)
    assert capsys.readouterr().out.count("installing") == 2


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        pytest.param("ERROR: one.\nERROR: two.\nhint: see above", "two", id="pips-last-error"),
        pytest.param("error: failed\n      OSError: no README.md\n", "no README.md", id="a-builds-error"),
        pytest.param("Killed\n", "it did not say why", id="no-error"),
    ],
)
def test_the_sentence_gives_pips_reason(printed: str, reason: str, root: Path) -> None:
    (root / "requirements").mkdir()
    lock(root, "# nothing\n")
    write_wrapper(root / ".venv" / "bin" / "python", ["sh", "-c", f"printf '{printed}'; exit 1"])

    with pytest.raises(SetupError, match=rf"requirements/tool\.txt \({reason}\); check the network"):
        install_environment(root, tools_folder(root) / "tool", "tool", "a tool")
