"""JSON values as text, whatever they are made of."""

from __future__ import annotations

import json

_TYPES = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


def json_text(value: object) -> str | None:
    """Return a JSON value as canonical text: sorted keys, ASCII only, no blanks.

    Returns
    -------
    str or None
        None where the value is nested too deeply, or holds a number too long, to be written.
    """
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError):
        return None


def json_type(value: object) -> str:
    """Return what kind of JSON value this is, with its article."""
    return _TYPES.get(type(value), "null")
