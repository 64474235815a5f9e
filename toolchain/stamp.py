"""Stamps: how setup knows that what it installed earlier is still what would be installed now.

A stamp lies inside the folder that it vouches for, so whoever removes the folder removes the stamp.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def fingerprint(*inputs: str | Path) -> str:
    """Return the SHA-256, in hex, of what an installation depends on.

    Parameters
    ----------
    inputs
        A path stands for the content of that file, a text for itself; their order matters.

    Examples
    --------
    >>> fingerprint("python 3.11.7") == fingerprint("python 3.11.8")
    False
    """
    digest = hashlib.sha256()
    for each in inputs:
        content = each.read_bytes() if isinstance(each, Path) else each.encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()


def is_fresh(stamp: Path, expected: str) -> bool:
    """Tell whether `stamp` was written for the fingerprint `expected`."""
    try:
        return stamp.read_text(encoding="ascii") == expected
    except FileNotFoundError:
        return False


@contextmanager
def stamped(stamp: Path, value: str) -> Iterator[None]:
    """Take `stamp` away while the block works and write `value` to it only once the block has ended well.

    An installation that fails or is interrupted therefore never looks finished.
    """
    stamp.unlink(missing_ok=True)
    yield
    stamp.write_text(value, encoding="ascii")
