from pathlib import Path

import pytest

from tests.toolchain.conftest import AddProgram
from tests.toolchain.sentences import is_one_sentence
from toolchain import terraform
from toolchain.mirror import cli_configuration
from toolchain.programs import SetupError, tools_folder
from toolchain.terraform import (
    find_supported_terraform,
    install_terraform,
    terraform_environment,
    why_provider_is_missing,
)


@pytest.fixture(autouse=True)
def nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TERRAFORM_BINARY_NAME", "TF_CLI_CONFIG_FILE", "TF_PROVIDER_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(terraform, "find_mirror", lambda: None)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("body", "will_do"),
    [
        pytest.param("echo Terraform v1.5.7", True, id="the-oldest"),
        pytest.param("echo Terraform v1.15.5", True, id="newer"),
        pytest.param("echo OpenTofu v1.9.0", True, id="opentofu"),
        pytest.param("echo Terraform v1.5.6", False, id="just-too-old"),
        pytest.param("echo Terraform v0.15.5", False, id="far-too-old"),
        pytest.param("echo 'no version is set' >&2; exit 1", False, id="a-shim-without-version"),
    ],
)
def test_the_machines_own_terraform_is_taken_where_it_runs_and_is_new_enough(
    body: str, will_do: bool, root: Path, add_program: AddProgram
) -> None:
    program = add_program("terraform", body)

    assert find_supported_terraform("terraform", root) == (program if will_do else None)


def test_the_program_that_cdktf_is_told_to_use_is_the_one_linked(
    root: Path, add_program: AddProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_program("terraform", "echo Terraform v1.11.4")
    tofu = add_program("tofu", "echo OpenTofu v1.9.0")
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "tofu")

    install_terraform(root)

    assert (tools_folder(root) / "bin" / "terraform").readlink() == tofu


def test_a_named_program_that_is_missing_is_an_error_of_one_sentence(
    root: Path, add_program: AddProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_program("terraform", "echo Terraform v1.11.4")
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "tofu")

    with pytest.raises(SetupError, match="TERRAFORM_BINARY_NAME names tofu") as error:
        install_terraform(root)

    assert is_one_sentence(str(error.value))


def test_setups_programs_come_first_in_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")

    environment = terraform_environment(root)

    assert environment["PATH"] == f"{root}/.tools/bin:{root}/.venv/bin:/usr/bin"
    assert environment["JSII_NODE"] == f"{root}/.tools/bin/node"


def test_terraform_and_cdktf_neither_phone_home_nor_wait_for_a_person(root: Path) -> None:
    environment = terraform_environment(root)

    assert environment["CHECKPOINT_DISABLE"] == "1"
    assert environment["CI"] == "1"


def test_a_mirror_is_used_instead_of_the_users_configuration(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terraform, "find_mirror", lambda: Path("/a mirror"))
    own = root / "own.tfrc"
    own.touch()
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))

    written = Path(terraform_environment(root)["TF_CLI_CONFIG_FILE"])

    assert written.read_text(encoding="utf-8") == cli_configuration(Path("/a mirror"))
    assert own.read_text(encoding="utf-8") == ""


def test_a_configuration_written_for_another_mirror_is_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (Path("/one"), Path("/two")):
        monkeypatch.setattr(terraform, "find_mirror", lambda place=place: place)
        written = Path(terraform_environment(root)["TF_CLI_CONFIG_FILE"])

    assert written.read_text(encoding="utf-8") == cli_configuration(Path("/two"))
    assert [file.name for file in tools_folder(root).iterdir()] == ["terraform.tfrc"]


def test_without_a_mirror_the_users_configuration_stands(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = root / "own.tfrc"
    own.touch()
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(own))

    assert terraform_environment(root)["TF_CLI_CONFIG_FILE"] == str(own)


def test_a_configuration_that_does_not_exist_is_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(root / "missing.tfrc"))

    assert "TF_CLI_CONFIG_FILE" not in terraform_environment(root)


def test_without_mirror_and_registry_a_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "_registry_answers", lambda: False)

    reason = why_provider_is_missing()

    assert reason is not None
    assert "TF_PROVIDER_MIRROR" in reason
    assert is_one_sentence(reason)


def test_the_provider_can_be_had_from_a_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "_registry_answers", lambda: False)
    monkeypatch.setattr(terraform, "find_mirror", lambda: Path("/mirror"))

    assert why_provider_is_missing() is None


def test_the_provider_can_be_had_from_where_the_users_configuration_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terraform, "_registry_answers", lambda: False)
    (tmp_path / ".terraformrc").write_text("provider_installation {}", encoding="utf-8")

    assert why_provider_is_missing() is None


def test_the_provider_can_be_had_from_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "_registry_answers", lambda: True)

    assert why_provider_is_missing() is None
