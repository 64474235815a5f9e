"""The values of a file, as checks take them that must not stop at what is of the wrong kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.inventory.fields import ACCOUNT_ID
from policies.inventory.problems import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policies.inventory.document import Value
    from policies.inventory.problems import Path

    Contradiction = tuple[Path, str]


def as_mapping(value: Value) -> Mapping[str, Value]:
    """Return a mapping, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Value) -> tuple[Value, ...]:
    """Return a list, or an empty one for anything else."""
    return value if isinstance(value, tuple) else ()


def as_text(value: Value) -> str | None:
    """Return text, or None for anything else."""
    return value if isinstance(value, str) else None


def as_account_id(value: Value) -> str | None:
    """Return twelve digits, or None for anything else."""
    return value if isinstance(value, str) and re.fullmatch(ACCOUNT_ID, value) else None


def repeated(places: Iterable[tuple[Path, str | None]]) -> Iterator[Contradiction]:
    """Yield the places of texts that stand at an earlier place already."""
    first: dict[str, Path] = {}
    for path, text in places:
        if text is None:
            continue
        if text in first:
            yield path, f"this repeats {dotted(first[text])}: keep one of the two"
        first.setdefault(text, path)
