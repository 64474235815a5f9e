"""Text from a record, made safe to show: whoever makes a call chooses much of what its record says."""

from __future__ import annotations

import json
import re
import unicodedata
from json.encoder import encode_basestring_ascii

_TRUNCATED = " ...[truncated]"

# What Python calls printable though it leaves no trace on a screen: the code points that Unicode lets
# programs ignore (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point), and blanks in
# the guise of letters, of Braille and of a note.
_TRACELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00016fe4\U0001d159\U000e0000-\U000e0fff]"
)

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+(\.fifo)?")

# Marks that are drawn on the letter before them. Scripts put one or two on a letter; more of them grow
# into the lines around.
_MARKS = ("Mn", "Me")
_MOST_MARKS = 2

# Unicode's class of marks that are drawn across a letter, such as a stroke.
_OVERLAY = 1


def visible(text: str) -> str:
    r"""Return a text in which every character can be seen, so that it can neither forge lines nor hide.

    Line breaks, control characters, overrides of the writing direction, odd blanks, characters without a
    trace, marks that pile up, strike out or stand on nothing, and lone surrogates are spelled out, as in
    ``\n`` or ``\u202e``.

    Examples
    --------
    >>> visible("alice" + chr(10) + "Severity: low")
    'alice\\nSeverity: low'
    """
    if text.isascii() and text.isprintable():
        return text
    shown, room = [], 0
    for char in text:
        is_mark = unicodedata.category(char) in _MARKS
        is_seen = _fits(char, room) if is_mark else char.isprintable() and not _TRACELESS.match(char)
        shown.append(char if is_seen else char.encode("unicode_escape").decode())
        if is_mark:
            room -= 1
        else:
            room = _MOST_MARKS if is_seen and char != " " else 0
    return "".join(shown)


def _fits(mark: str, room: int) -> bool:
    """Return whether a mark can be seen on the letter before it, which has room for so many."""
    crosses_out = unicodedata.category(mark) == "Me" or unicodedata.combining(mark) == _OVERLAY
    return room > 0 and not crosses_out and not _TRACELESS.match(mark)


def visible_ascii(text: str) -> str:
    """Return a text in visible ASCII characters only, on one line."""
    return visible(text.encode("ascii", "backslashreplace").decode())


def quoted(name: str) -> str:
    """Return a name in quotation marks, unless it is so plain that it cannot pass for the text around it.

    Examples
    --------
    >>> quoted("orders.fifo"), quoted("orders (planned)")
    ('orders.fifo', '"orders (planned)"')
    """
    return name if is_plain(name) else json.dumps(name, ensure_ascii=False)


def is_plain(name: str) -> bool:
    """Return whether a name has only what SQS allows: letters, digits, ``-``, ``_`` and a last ``.fifo``."""
    return _PLAIN_NAME.fullmatch(name) is not None


def clipped(text: str, most: int) -> str:
    """Return a text that takes at most ``most`` bytes inside a JSON string, marked where it was cut.

    Examples
    --------
    >>> clipped("a" * 100, 30)
    'aaaaaaaaaaaaaaa ...[truncated]'
    """
    if json_size(text) <= most:
        return text
    left = most - len(_TRUNCATED)
    for index, char in enumerate(text):
        left -= json_size(char)
        if left < 0:
            return text[:index] + _TRUNCATED
    return text


def elided(text: str, most: int) -> str:
    """Return a text of at most ``most`` characters; the middle goes, since names differ at their ends."""
    if len(text) <= most:
        return text
    tail = (most - 3) // 3
    return f"{text[: most - 3 - tail]}...{text[len(text) - tail :]}"


def json_size(text: str) -> int:
    """Return how many bytes a text takes inside a JSON string of ASCII characters."""
    # What json.dumps itself uses for a text, without all that it does around it: an alert asks 170 times.
    return len(encode_basestring_ascii(text)) - 2
