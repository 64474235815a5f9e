"""From a file to its text."""

from __future__ import annotations

import os.path
import re
from pathlib import Path

from policies.inventory.document import Position, UnreadableError
from policies.inventory.problems import escaped

MOST_BYTES = 10_000_000

# Every character that YAML does not allow to stand in a file; https://yaml.org/spec/1.2.2/#51-character-set.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(name: str) -> str:
    """Return the text of a UTF-8 file of at most 10 MB, without a byte order mark.

    Raises
    ------
    UnreadableError
        There is no such file, or it is something else.
    """
    content = _read(name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", errors="replace")
        raise UnreadableError(
            f"the byte 0x{content[error.start]:02x} is not UTF-8: save the file as UTF-8", _end_of(before)
        ) from None
    if odd := _NOT_YAML.search(text):
        raise UnreadableError(
            f"the character {escaped(odd.group())} may not stand in a YAML file: remove it",
            _end_of(text[: odd.start()]),
        )
    return text


def _read(name: str) -> bytes:
    if not name:
        raise UnreadableError("this name is empty: name the inventory")
    try:
        if _waits_for_a_writer(name):
            raise UnreadableError(
                "this is a pipe, which waits for somebody to write: name a file, or /dev/stdin"
            )
        with Path(name).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UnreadableError("there is no such file: name the inventory, or write one") from None
    except IsADirectoryError:
        raise UnreadableError("this is a directory: name the file in it") from None
    except PermissionError:
        raise UnreadableError("you may not read this file: change its permissions") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadableError(f"this file cannot be read: {reason}") from None
    if len(content) > MOST_BYTES:
        raise UnreadableError("this file is larger than 10 MB: it is no inventory")
    return content


def _waits_for_a_writer(name: str) -> bool:
    """Return whether a file is a pipe of the disk, unlike /dev/stdin and a shell's ``<(…)``."""
    path = Path(os.path.realpath(name))
    return path.is_fifo() and not path.is_relative_to("/dev/fd")


def _end_of(text: str) -> Position:
    """Return the place of the character that follows a text."""
    return Position(text.count("\n") + 1, len(text) - text.rfind("\n"))
