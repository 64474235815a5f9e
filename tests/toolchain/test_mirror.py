from pathlib import Path

import pytest

from tests.toolchain.sentences import is_one_sentence
from toolchain import mirror
from toolchain.mirror import PROVIDER, cli_configuration, find_mirror
from toolchain.programs import SetupError

UNPACKED = "5.100.0/linux_arm64/terraform-provider-aws_v5.100.0_x5"
PACKED = "terraform-provider-aws_5.100.0_linux_arm64.zip"


@pytest.fixture(autouse=True)
def on_linux_arm64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    monkeypatch.delenv("TF_PROVIDER_MIRROR", raising=False)


def make_mirror(folder: Path, file: str = UNPACKED) -> Path:
    provider = folder / PROVIDER / file
    provider.parent.mkdir(parents=True)
    provider.touch()
    return folder


@pytest.mark.parametrize("file", [UNPACKED, PACKED], ids=["unpacked", "packed"])
def test_a_mirror_in_a_usual_place_is_found(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_mirror(tmp_path / "mirror", file)
    monkeypatch.setattr(mirror, "usual_places", lambda: [tmp_path / "missing", tmp_path, made])

    assert find_mirror() == made


@pytest.mark.parametrize(
    "file",
    [
        pytest.param("5.100.0/darwin_arm64/terraform-provider-aws_v5.100.0_x5", id="another-system"),
        pytest.param("terraform-provider-aws_5.100.0_linux_amd64.zip", id="another-processor"),
        pytest.param("5.100.0/linux_arm64/LICENSE.txt", id="no-program"),
    ],
)
def test_a_mirror_that_does_not_serve_this_machine_is_passed_over(
    file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_mirror(tmp_path, file)
    monkeypatch.setattr(mirror, "usual_places", lambda: [made])

    assert find_mirror() is None


def test_the_mirror_that_the_environment_names_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, named = make_mirror(tmp_path / "usual"), make_mirror(tmp_path / "named")
    monkeypatch.setattr(mirror, "usual_places", lambda: [usual])
    monkeypatch.setenv("TF_PROVIDER_MIRROR", str(named))

    assert find_mirror() == named


def test_a_named_mirror_without_the_provider_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror, "usual_places", lambda: [make_mirror(tmp_path / "usual")])
    monkeypatch.setenv("TF_PROVIDER_MIRROR", "/nowhere")

    with pytest.raises(SetupError, match=r"names /nowhere, which has no .*/linux_arm64") as error:
        find_mirror()

    assert is_one_sentence(str(error.value))


def test_the_folders_that_terraform_itself_searches_are_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    places = list(mirror.usual_places())

    assert tmp_path / ".terraform.d" / "plugins" in places
    assert Path("/usr/local/share/terraform/plugins") in places


def test_terraform_is_told_to_take_this_provider_from_the_mirror_and_others_as_usual() -> None:
    assert cli_configuration(Path("/a mirror")) == (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        '    path    = "/a mirror"\n'
        '    include = ["registry.terraform.io/hashicorp/aws"]\n'
        "  }\n"
        "  direct {\n"
        '    exclude = ["registry.terraform.io/hashicorp/aws"]\n'
        "  }\n"
        "}\n"
    )
