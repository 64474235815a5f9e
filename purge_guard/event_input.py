"""What a command is given as an event: a file or standard input, gzipped or not, of JSON or JSON Lines."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policies.detection.json_text import JsonTextError, json_type, parsed_json
from policies.detection.text import visible

if TYPE_CHECKING:
    from typing import BinaryIO

STANDARD_INPUT = "-"

_GZIP_MAGIC = b"\x1f\x8b"
_MOST_BYTES = 256 * 1024 * 1024


class UnreadableEventError(Exception):
    """What was given as an event cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """What stands in the place of a line of JSON Lines that cannot be read.

    Parameters
    ----------
    number
        Which line of the file, counted from 1.
    fault
        What is wrong with it, as the end of a sentence.
    """

    number: int
    fault: str


def input_name(event: str) -> str:
    """Return what a sentence calls a file, or ``-``, that a command is given."""
    return {STANDARD_INPUT: "standard input", "": "the path"}.get(event, visible(event))


def read_document(event: str, what: str = "an event") -> object:
    """Return what a file holds: an object, or a list, in which a `BrokenLine` may stand for a line.

    Parameters
    ----------
    event
        The path of the file; ``-`` for standard input.
    what
        What it should be, for the sentence on what it is not.

    Raises
    ------
    UnreadableEventError
        It cannot be read, or is something else.
    """
    return _document(_text(_content(event)), what)


def _content(event: str) -> bytes:
    """Return the bytes of the input, unpacked if they are gzipped."""
    content = _read(event)
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = _limited(file)
    except (OSError, EOFError, zlib.error):
        raise UnreadableEventError("is a damaged gzip file") from None
    if unpacked.startswith(_GZIP_MAGIC):
        raise UnreadableEventError("is gzipped twice; unpack it once")
    return unpacked


def _read(event: str) -> bytes:
    if event == STANDARD_INPUT:
        # Python has no standard input where the shell closed it.
        if sys.stdin is None:
            raise UnreadableEventError("is closed")
        return _limited(sys.stdin.buffer)
    if not event or "\0" in event:
        raise UnreadableEventError("names no file")
    try:
        with Path(event).open("rb") as file:
            return _limited(file)
    except OSError as error:
        raise UnreadableEventError(f"cannot be opened ({error.strerror})") from None


def _limited(file: BinaryIO | gzip.GzipFile) -> bytes:
    content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableEventError(f"holds more than {_MOST_BYTES} bytes, too much to read at once")
    return content


def _text(content: bytes) -> str:
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableEventError(f"is not text: byte {error.start + 1} is not {encoding.upper()}") from None
    if not text.strip():
        raise UnreadableEventError("is empty")
    return text


def _document(text: str, what: str) -> object:
    try:
        document = parsed_json(text)
    except JsonTextError as error:
        document = _json_lines(text)
        if document is None:
            raise UnreadableEventError(str(error)) from None
    if not isinstance(document, dict | list):
        raise UnreadableEventError(f"holds {json_type(document)}, not {what}")
    return document


def _json_lines(text: str) -> list[object] | None:
    """Return the values of a file that has one on each line, or None where it is not such a file.

    One line that is an object by itself decides. Another one that is damaged hides none.
    """
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) == 1:
        return None
    values = [_value(number, line) for number, line in lines]
    return values if any(isinstance(value, dict) for value in values) else None


def _value(number: int, line: str) -> object:
    try:
        return parsed_json(line)
    except JsonTextError as error:
        return BrokenLine(number, error.fault)
