"""Text from a record, made safe to show: whoever makes a call chooses much of what its record says."""

from __future__ import annotations

import json

_TRUNCATED = " ...[truncated]"


def visible(text: str) -> str:
    r"""Return a text in which every character can be seen, so that it can neither forge lines nor hide.

    Line breaks, control characters, overrides of the writing direction, odd blanks and lone surrogates are
    spelled out, as in ``\n`` or ``\u202e``.

    Examples
    --------
    >>> visible("alice" + chr(10) + "Severity: low")
    'alice\\nSeverity: low'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def visible_ascii(text: str) -> str:
    """Return a text in visible ASCII characters only, on one line."""
    return visible(text).encode("ascii", "backslashreplace").decode()


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
    return len(json.dumps(text)) - 2
