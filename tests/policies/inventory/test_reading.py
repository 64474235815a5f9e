from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policies.inventory import InventoryError, load_inventory
from policies.inventory.reading import MOST_BYTES
from tests.policies.inventory.conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(path: Path | str) -> str:
    with pytest.raises(InventoryError) as caught:
        load_inventory(path)
    return str(caught.value)


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    assert refusal(path) == f"{path}: there is no such file: name the inventory, or write one"


def test_a_directory_is_no_inventory(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path}: this is a directory: name the file in it"


def test_a_file_that_may_not_be_read_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root, which tests may run as, is refused nothing: the operating system's answer is played.
    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    path = tmp_path / "purge-guard.yaml"
    assert refusal(path) == f"{path}: you may not read this file: change its permissions"


def test_an_empty_name_is_not_taken_for_this_directory() -> None:
    assert refusal("") == '"": this name is empty: name the inventory'


def test_a_pipe_of_the_disk_is_refused_since_nobody_may_ever_write_to_it(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    os.mkfifo(path)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    sentence = "this is a pipe, which waits for somebody to write: name a file, or /dev/stdin"
    assert [refusal(path), refusal(link)] == [f"{path}: {sentence}", f"{link}: {sentence}"]


def test_the_pipe_of_a_shell_is_read() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader), os.fdopen(writer, "w", encoding="utf-8") as file:
        file.write(BASE)
        file.close()
        assert load_inventory(f"/dev/fd/{reader}").hub.region == "us-east-1"


def test_a_name_that_the_operating_system_refuses_is_explained(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    assert refusal(path) == f"{path}: this file cannot be read: File name too long"


def test_a_name_with_control_characters_is_shown_escaped() -> None:
    assert refusal(Path("a\x00\x1b[31m")).startswith("a\\x00\\x1b[31m: this file cannot be read")


def test_a_file_of_more_than_ten_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_bytes(BASE.encode() + b"#" * (MOST_BYTES + 1 - len(BASE)))
    assert refusal(path) == f"{path}: this file is larger than 10 MB: it is no inventory"


def test_a_byte_order_mark_is_no_matter(refusals: Callable[[bytes], list[str]]) -> None:
    text = BASE.replace("version: 1", "version: 2")
    assert refusals(b"\xef\xbb\xbf" + text.encode()) == refusals(text.encode())


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"version: 1\nhub: \xe9", "2:6: the byte 0xe9 is not UTF-8: save the file as UTF-8"),
        (BASE.encode("utf-16"), "1:1: the byte 0xff is not UTF-8: save the file as UTF-8"),
        ("é: \x07".encode(), "1:4: the character \\x07 may not stand in a YAML file: remove it"),
        (b"a: 1\n\x00", "2:1: the character \\x00 may not stand in a YAML file: remove it"),
    ],
    ids=["latin-1", "utf-16", "bell", "null"],
)
def test_what_is_not_text_is_refused_with_its_place(
    content: bytes, answer: str, refusals: Callable[[bytes], list[str]]
) -> None:
    assert refusals(content) == [answer]
