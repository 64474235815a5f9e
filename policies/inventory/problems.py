"""What can be wrong with an inventory, where, and how it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]
"""The way from the top of the file to a value: keys of mappings and positions in lists."""

LONGEST_ECHO = 60
"""How many characters of a wrong value a message repeats."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def escaped(text: str, limit: int = LONGEST_ECHO) -> str:
    r"""Return text that is safe and short enough to repeat in a message.

    Parameters
    ----------
    text
        Whatever stood in the file.
    limit
        How many characters are kept; an ellipsis stands for the rest.

    Examples
    --------
    >>> print(escaped("red\x1b[31m"))
    red\x1b[31m
    """
    kept = text if len(text) <= limit else f"{text[:limit]}…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in kept
    )


def shown_name(name: str) -> str:
    r"""Return the name of a file, in full, as a message shows it.

    Examples
    --------
    >>> print(shown_name("a\n.yaml"), shown_name(""))
    a\n.yaml ""
    """
    return escaped(name, limit=len(name)) or quoted(name)


def quoted(text: str) -> str:
    r"""Return text in double quotes, as a message shows a value or tells what to write.

    Examples
    --------
    >>> print(quoted("us-east-1"))
    "us-east-1"
    """
    return f'"{escaped(text)}"'


def dotted(path: Path) -> str:
    """Return a path as it is written in messages.

    Examples
    --------
    >>> dotted(("accounts", 2, "regions", 0))
    'accounts[2].regions[0]'
    >>> dotted(("tags", "cost center"))
    'tags["cost center"]'
    """
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_KEY.fullmatch(step) and len(step) <= LONGEST_ECHO:
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{quoted(step)}]")
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an inventory.

    Parameters
    ----------
    path
        The value it concerns, such as ``accounts[2].regions[0]``; empty for the file as a whole.
    line, column
        Where it stands in the file, counted from 1; None where there is no place to point to.
    message
        What is wrong and what to write instead.
    """

    path: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}: " if self.line is not None else ""
        subject = f"{self.path}: " if self.path else ""
        return f"{place}{subject}{self.message}"


class InventoryError(Exception):
    """An inventory cannot be read, or says something that cannot be deployed.

    Parameters
    ----------
    source
        The name of the file, as the operator gave it.
    problems
        Every mistake that was found.

    Attributes
    ----------
    problems
        The mistakes in the order in which they stand in the file.

    Examples
    --------
    >>> print(InventoryError("purge-guard.yaml", [Problem("version", 1, 10, "write 1")]))
    purge-guard.yaml:1:10: version: write 1
    """

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        in_order = sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
        self.problems: tuple[Problem, ...] = tuple(in_order)
        self._source = shown_name(source)
        super().__init__(source, self.problems)

    def __str__(self) -> str:
        return "\n".join(
            f"{self._source}:{'' if problem.line is not None else ' '}{problem}" for problem in self.problems
        )
