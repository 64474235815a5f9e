"""What somebody may have meant who wrote a word that does not exist."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like another one, whatever its capitals, or None where none is near.

    Examples
    --------
    >>> closest("Regoins", ["regions", "name"])
    'regions'
    >>> closest("colour", ["regions", "name"]) is None
    True
    """
    written = word.strip().casefold().replace("_", "-")
    folded = {name.casefold().replace("_", "-"): name for name in known}
    matches = get_close_matches(written, folded, n=3, cutoff=0.7)
    # Of equally close words, the one with the same letters: two of them were swapped.
    matches.sort(key=lambda match: sorted(match) != sorted(written))
    return folded[matches[0]] if matches else None
