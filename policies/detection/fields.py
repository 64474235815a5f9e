"""Fields of JSON objects whose types nobody guarantees."""

from __future__ import annotations


def text_in(fields: dict[str, object], key: str) -> str | None:
    """Return a field that is text and not empty, or None."""
    value = fields.get(key)
    return value if isinstance(value, str) and value else None


def object_in(fields: dict[str, object], key: str) -> dict[str, object]:
    """Return a field that is an object, or an empty one."""
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def truth_in(fields: dict[str, object], key: str) -> bool | None:
    """Return what a flag says, or None; CloudTrail writes most of them as text."""
    value = fields.get(key)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None
