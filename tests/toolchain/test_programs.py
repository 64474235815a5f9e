import subprocess
from pathlib import Path

import pytest

from tests.toolchain.conftest import AddProgram
from toolchain.programs import (
    ProgramFailedError,
    Version,
    ask_version,
    find_program,
    link_program,
    run_program,
    tools_folder,
    write_wrapper,
)


def test_a_program_is_found_on_the_path(root: Path, add_program: AddProgram) -> None:
    node = add_program("node", "")

    assert find_program("node", root) == node


def test_a_program_that_setup_made_is_not_taken_for_the_machines_own(
    root: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tools_folder(root) / "bin"
    write_wrapper(own / "node", ["true"])
    monkeypatch.setenv("PATH", f"{own}:{programs}")

    assert find_program("node", root) is None


@pytest.mark.parametrize(
    ("body", "version"),
    [
        pytest.param("echo v22.20.0", (22, 20, 0), id="node"),
        pytest.param("echo 'Terraform v1.11.4\non linux_amd64'", (1, 11, 4), id="terraform"),
        pytest.param("echo 'OpenTofu v1.10.0-rc1'", (1, 10, 0), id="opentofu"),
        pytest.param("echo 'v22.20.0'; exit 1", None, id="fails"),
        pytest.param("echo 'no version here'", None, id="says-none"),
        pytest.param("echo 'v1.2.3' >&2", None, id="an-error-is-no-answer"),
    ],
)
def test_a_programs_version_is_read_from_what_it_prints(
    body: str, version: Version | None, add_program: AddProgram
) -> None:
    assert ask_version([add_program("program", body)]) == version


def test_a_program_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    assert ask_version([tmp_path / "missing"]) is None


def test_a_failed_program_tells_and_keeps_all_that_it_printed(root: Path, add_program: AddProgram) -> None:
    program = add_program("program", "echo first; echo second >&2; exit 3")

    with pytest.raises(ProgramFailedError) as failure:
        run_program(root, [program])

    assert failure.value.output == "first\nsecond\n"
    assert (root / failure.value.log).read_text(encoding="utf-8") == "first\nsecond\n"


def test_a_program_that_cannot_start_has_failed(root: Path) -> None:
    with pytest.raises(ProgramFailedError, match="No such file"):
        run_program(root, [root / "missing"])


def test_setups_own_programs_come_first_while_it_runs_others(root: Path, add_program: AddProgram) -> None:
    program = add_program("npm", "node > called")
    add_program("node", "echo of the machine")
    write_wrapper(tools_folder(root) / "bin" / "node", ["/bin/echo", "of setup"])

    run_program(root, [program])

    assert (root / "called").read_text(encoding="utf-8") == "of setup\n"


def test_a_wrapper_passes_arguments_path_and_settings_on_untouched(root: Path) -> None:
    wrapper = root / "a folder" / "wrapper"
    show = ["sh", "-c", 'echo "$PATH|$SETTING|$1|$2"', "sh"]
    write_wrapper(wrapper, show, path=[root / "$HOME"], settings={"SETTING": "a 'quoted' one"})

    shown = subprocess.run(
        [wrapper, "two words", "$HOME"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout == f"{root}/$HOME:/usr/bin:/bin|a 'quoted' one|two words|$HOME\n"


def test_a_wrapper_and_a_link_replace_each_other(root: Path, add_program: AddProgram) -> None:
    program, place = add_program("program", "echo of the machine"), root / "bin" / "program"

    link_program(place, program)
    write_wrapper(place, ["echo", "of setup"])
    assert program.read_text(encoding="utf-8") == "#!/bin/sh\necho of the machine\n"
    link_program(place, program)

    assert place.resolve() == program
