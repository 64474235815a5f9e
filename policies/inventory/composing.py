"""From the text of a YAML file to its values and their places.

The events of the YAML parser are read directly. That keeps the line and column of every key and value,
shows duplicate keys, and never executes a YAML tag or copies what an alias stands for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import yaml

from policies.inventory.document import Document, Node, Position, UnreadableError
from policies.inventory.problems import Problem, dotted, escaped, quoted
from policies.inventory.scalars import resolve

if TYPE_CHECKING:
    from policies.inventory.problems import Path

MOST_VALUES = 500_000
"""How many values a file may hold once its aliases are counted out: some 10,000 accounts."""
DEEPEST = 20
"""How deep lists and mappings may be nested; the inventory itself needs five."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C where PyYAML was built with it: ten times as fast."""


def compose(text: str) -> Document:
    """Return the values of a YAML text.

    Raises
    ------
    UnreadableError
        The text is not exactly one YAML document, or one that no inventory could be.
    """
    try:
        return _Composer(text).document()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(error, text) from None


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> UnreadableError:
    problem = error.problem or "unreadable"
    mark = error.problem_mark
    if mark is None:
        return UnreadableError(f"this is not YAML: {problem}")
    at_end = mark.index >= len(text)
    if text[mark.index : mark.index + 1] == "\t":
        message = "a tab cannot indent YAML: use spaces"
    elif "mapping values are not allowed" in problem:
        message = (
            "this is not YAML: a second colon on a line, or a wrong indent; put text with a colon in quotes"
        )
    elif error.context and error.context_mark and not at_end:
        message = f"this is not YAML: {problem} ({error.context} from line {error.context_mark.line + 1})"
    else:
        message = f"this is not YAML: {problem}"
    # What is missing at the end of a file, such as a quote, is looked for where it became necessary.
    mark = error.context_mark if at_end and error.context_mark else mark
    return UnreadableError(message, Position(mark.line + 1, mark.column + 1))


class _Composer:
    """Builds nodes from the parser's events. Aliases share the node that they name."""

    def __init__(self, text: str) -> None:
        self._events = yaml.parse(text, Loader=LOADER)
        self._anchors: dict[str, Node] = {}
        self._problems: list[Problem] = []

    def document(self) -> Document:
        next(self._events)  # the start of the stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise UnreadableError("the file is empty: write an inventory into it")
        root = self._node(next(self._events), ())
        next(self._events)  # the end of the document
        if isinstance(after := next(self._events), yaml.DocumentStartEvent):
            raise UnreadableError(
                "a second document begins here: an inventory is one document", _position(after)
            )
        return Document(root, tuple(self._problems))

    def _node(self, event: yaml.Event, path: Path) -> Node:
        if len(path) > DEEPEST:
            raise UnreadableError("this is nested too deep for an inventory", _position(event), path)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            node = self._mapping(event, path)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, path)
        elif isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event, path)
        else:
            raise TypeError(f"the parser ended a value that it had not begun: {event}")
        if node.size > MOST_VALUES:
            raise UnreadableError(f"this holds more than {MOST_VALUES:,} values", node.position, path)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent, path: Path) -> Node:
        if event.anchor not in self._anchors:
            raise UnreadableError(
                f"no finished value above is named &{escaped(event.anchor or '')}: write the value itself",
                _position(event),
                path,
            )
        return replace(self._anchors[event.anchor], position=_position(event))

    def _sequence(self, start: yaml.SequenceStartEvent, path: Path) -> Node:
        self._refuse_tag(start, path, allowed="tag:yaml.org,2002:seq")
        children: dict[str | int, Node] = {}
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            index = len(children)
            children[index] = self._node(event, (*path, index))
        return Node(
            tuple(child.value for child in children.values()),
            _position(start),
            children=children,
            size=1 + sum(child.size for child in children.values()),
        )

    def _mapping(self, start: yaml.MappingStartEvent, path: Path) -> Node:
        self._refuse_tag(start, path, allowed="tag:yaml.org,2002:map")
        children: dict[str | int, Node] = {}
        keys: dict[str, Position] = {}
        is_whole = True
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path)
            value = self._node(next(self._events), (*path, key or "?"))
            if key is None:
                is_whole = False
                continue
            if key in keys:
                self._report(
                    (*path, key),
                    _position(event),
                    f"this key stands on line {keys[key].line} already: keep one of the two",
                )
                continue
            keys[key] = _position(event)
            children[key] = value
        return Node(
            {str(key): child.value for key, child in children.items()},
            _position(start),
            keys=keys,
            children=children,
            size=1 + sum(1 + child.size for child in children.values()),
            is_whole=is_whole,
        )

    def _key(self, event: yaml.Event, path: Path) -> str | None:
        """Return a key of a mapping, or None for one that was reported."""
        if not isinstance(event, yaml.ScalarEvent):
            self._node(event, (*path, "?"))
            self._report(path, _position(event), "a key is a word, not a list, a mapping or an alias")
            return None
        if event.value == "<<" and _is_plain(event):
            self._report(path, _position(event), "merge keys (<<) are not read: write the keys out")
            return None
        node = self._scalar(event, (*path, event.value))
        if isinstance(node.value, str):
            return node.value
        self._report(path, _position(event), f"a key is text: write {quoted(event.value)}")
        return None

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Node:
        self._refuse_tag(event, path, allowed="tag:yaml.org,2002:str")
        if odd := next((character for character in event.value if not character.isprintable()), None):
            message = f"the character {escaped(odd)} is not allowed here: remove it"
            self._report(path, _position(event), message)
        value = resolve(event.value) if _is_plain(event) else event.value
        return Node(value, _position(event), text=event.value)

    def _refuse_tag(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: Path, allowed: str
    ) -> None:
        if event.tag not in (None, "!", allowed):
            self._report(
                path, _position(event), f"the YAML tag {escaped(event.tag)} means nothing here: remove it"
            )

    def _report(self, path: Path, position: Position, message: str) -> None:
        self._problems.append(Problem(dotted(path), position.line, position.column, message))


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return event.tag is None and event.implicit[0]


def _position(event: yaml.Event) -> Position:
    mark = cast("yaml.Mark", event.start_mark)  # the parser gives every event one
    return Position(mark.line + 1, mark.column + 1)
