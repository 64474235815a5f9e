from pathlib import Path

import pytest

from tests.toolchain.conftest import AddProgram
from tests.toolchain.sentences import is_one_sentence
from toolchain.node import find_supported_node, install_cdktf
from toolchain.programs import SetupError, tools_folder

NODE_20 = "echo v20.19.0"
NPM = 'PATH=/usr/bin:/bin; echo "$@" >> calls; mkdir -p node_modules'


@pytest.fixture
def project(root: Path) -> Path:
    (root / "package.json").write_text("{}", encoding="utf-8")
    (root / "package-lock.json").write_text("{}", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("body", "will_do"),
    [
        pytest.param("echo v20.19.0", True, id="20"),
        pytest.param("echo v22.20.0", True, id="22"),
        pytest.param("echo v18.20.8", False, id="18-is-too-old"),
        pytest.param("echo v24.1.0", False, id="24-is-too-new"),
        pytest.param("echo v21.7.3", False, id="21-is-between"),
        pytest.param("echo 'no version is set' >&2; exit 1", False, id="a-shim-without-version"),
    ],
)
def test_the_machines_own_node_is_taken_where_cdktf_runs_on_it(
    body: str, will_do: bool, root: Path, add_program: AddProgram
) -> None:
    node = add_program("node", body)
    add_program("npm", "")

    assert find_supported_node(root) == (node if will_do else None)


def test_a_node_without_npm_will_not_do(root: Path, add_program: AddProgram) -> None:
    add_program("node", NODE_20)

    assert find_supported_node(root) is None


def test_a_machine_without_node_has_none(root: Path, programs: Path) -> None:
    assert not list(programs.iterdir())
    assert find_supported_node(root) is None


def test_cdktf_is_installed_from_the_lock_without_running_any_packages_code(
    project: Path, add_program: AddProgram
) -> None:
    node = add_program("node", NODE_20)
    add_program("npm", NPM)

    install_cdktf(project)

    (call,) = (project / "calls").read_text(encoding="utf-8").splitlines()
    assert call.startswith("ci --prefer-offline --omit=optional --ignore-scripts ")
    assert (tools_folder(project) / "bin" / "node").readlink() == node
    assert (tools_folder(project) / "bin" / "cdktf").exists()


@pytest.mark.parametrize(
    ("changed", "installations"),
    [
        pytest.param([], 1, id="nothing"),
        pytest.param(["package-lock.json"], 2, id="the-lock"),
        pytest.param(["package.json"], 2, id="the-declaration"),
    ],
)
def test_cdktf_is_installed_again_only_when_its_lock_changed(
    changed: list[str], installations: int, project: Path, add_program: AddProgram
) -> None:
    add_program("node", NODE_20)
    add_program("npm", NPM)
    install_cdktf(project)

    for name in changed:
        (project / name).write_text('{"name": "other"}', encoding="utf-8")
    install_cdktf(project)

    assert len((project / "calls").read_text(encoding="utf-8").splitlines()) == installations


def test_a_failing_npm_is_an_error_of_one_sentence_and_leaves_no_stamp(
    project: Path, add_program: AddProgram
) -> None:
    add_program("node", NODE_20)
    add_program("npm", f"{NPM}; echo 'npm error network'; exit 1")

    for _ in range(2):
        with pytest.raises(SetupError, match="npm could not install the cdktf command line") as error:
            install_cdktf(project)

    assert is_one_sentence(str(error.value))
    assert len((project / "calls").read_text(encoding="utf-8").splitlines()) == 2
    assert "npm error network" in (tools_folder(project) / "setup.log").read_text(encoding="utf-8")


def test_what_an_earlier_node_from_pypi_left_is_taken_away(project: Path, add_program: AddProgram) -> None:
    add_program("node", NODE_20)
    add_program("npm", NPM)
    leftover = tools_folder(project) / "bin" / "npm"
    leftover.parent.mkdir(parents=True)
    leftover.touch()

    install_cdktf(project)

    assert not leftover.exists()
