"""A YAML file as plain values, each with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policies.inventory.problems import Problem, dotted
from policies.inventory.scalars import Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.inventory.problems import Path

Value = Scalar | dict[str, "Value"] | tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A line and a column of the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the file and where it stands.

    Parameters
    ----------
    value
        Text, number, truth value, None, a mapping, or a tuple for a list.
    position
        Where it begins.
    text
        A scalar as it stands in the file.
    keys
        Where each key of a mapping stands.
    children
        What a mapping or list is made of.
    size
        How many values it holds, itself included, with every alias counted out.
    origin
        Where it stands, if that is another place than the one at which it is found.
    is_whole
        Whether every key of a mapping could be read; one that could not is reported and left out.
    """

    value: Value
    position: Position
    text: str = ""
    keys: Mapping[str, Position] = field(default_factory=dict)
    children: Mapping[str | int, Node] = field(default_factory=dict)
    size: int = 1
    origin: Path = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML, whatever it says.

    Parameters
    ----------
    root
        The value at the top.
    problems
        Mistakes that do not keep the rest from being read, such as a duplicate key.
    """

    root: Node
    problems: tuple[Problem, ...]

    def node(self, path: Path) -> Node:
        """Return the node at a path, or the nearest above it where there is none."""
        node = self.root
        for step in path:
            if step not in node.children:
                break
            node = node.children[step]
        return node

    def problem(self, path: Path, message: str, *, at_key: bool = False) -> Problem:
        """Return a problem with the place of the value, or of the key, that a path leads to."""
        position = self.node(path).position
        if at_key and path:
            position = self.node(path[:-1]).keys.get(str(path[-1]), position)
        return Problem(dotted(self._origin(path)), position.line, position.column, message)

    def _origin(self, path: Path) -> Path:
        """Return the path at which a value stands in the file."""
        origin: Path = ()
        node: Node | None = self.root
        for step in path:
            node = node.children.get(step) if node else None
            origin = (node.origin if node else ()) or (*origin, step)
        return origin


class UnreadableError(Exception):
    """Nothing more can be read from a file after this.

    Parameters
    ----------
    message
        What is wrong and what to do about it.
    position
        Where in the file; None for the file as a whole.
    path
        The value it concerns.
    """

    def __init__(self, message: str, position: Position | None = None, path: Path = ()) -> None:
        super().__init__(message)
        line, column = (position.line, position.column) if position else (None, None)
        self.problem = Problem(dotted(path), line, column, message)
