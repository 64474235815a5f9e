"""EventBridge patterns: whether one is valid, and whether it matches an event.

Knows the part of the pattern language that purge-guard uses and refuses the rest, so that a typing
mistake is found when the stacks are synthesized and not by a rule that never fires.

See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST_PATTERN = 2048
"""Characters of JSON that EventBridge accepts unless the quota is raised."""

_TOP_LEVEL_KEYS = frozenset(
    {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
)
_OR = "$or"
_FEWEST_ALTERNATIVES = 2


class PatternError(Exception):
    """A pattern that EventBridge would refuse, or that could never mean what was written."""


def check_pattern(pattern: Mapping[str, object]) -> None:
    """Refuse a pattern that EventBridge would not accept or that uses what this module does not know.

    Parameters
    ----------
    pattern
        The pattern as it would be given to ``json.dumps``.

    Raises
    ------
    PatternError
        The sentence names the field and what to write instead.

    Examples
    --------
    >>> check_pattern({"source": ["aws.sqs"]})
    >>> check_pattern({"source": "aws.sqs"})
    Traceback (most recent call last):
    policies.detection.pattern.PatternError: source: write a list, ["aws.sqs"], instead of a bare value
    """
    length = len(json.dumps(pattern, separators=(",", ":"), ensure_ascii=False))
    if length > LONGEST_PATTERN:
        raise PatternError(
            f"the pattern has {length} characters of JSON, and EventBridge accepts {LONGEST_PATTERN}"
        )
    _check_object(pattern, "")
    for key in _keys(pattern):
        if key not in _TOP_LEVEL_KEYS:
            known = ", ".join(sorted(_TOP_LEVEL_KEYS))
            raise PatternError(f"{key}: no event has this key at the top; the keys are {known}")


def matches(pattern: Mapping[str, object], event: object) -> bool:
    """Return whether a pattern matches an event, as EventBridge would decide.

    Parameters
    ----------
    pattern
        A pattern that :func:`check_pattern` accepts.
    event
        Any JSON value; what is not an event matches nothing that asks for something.

    Raises
    ------
    PatternError
        The pattern is not one.

    Examples
    --------
    >>> matches({"source": [{"prefix": "aws."}]}, {"source": "aws.sqs"})
    True
    """
    check_pattern(pattern)
    return _matches_object(pattern, event)


def _keys(pattern: Mapping[str, object]) -> Iterator[str]:
    """Yield the fields that an object of the pattern constrains, those inside ``$or`` too."""
    for key, value in pattern.items():
        if key == _OR and isinstance(value, list):
            for alternative in value:
                yield from _keys(alternative)
        else:
            yield key


def _check_object(pattern: object, path: str) -> None:
    if not isinstance(pattern, dict) or not pattern:
        raise PatternError(f"{path or 'the pattern'}: write an object that names at least one field")
    for key, value in pattern.items():
        field = f"{path}.{key}" if path else str(key)
        if key == _OR:
            _check_alternatives(pattern, value, field)
        elif isinstance(value, dict):
            _check_object(value, field)
        elif isinstance(value, list):
            _check_values(value, field)
        else:
            raise PatternError(f"{field}: write a list, [{json.dumps(value)}], instead of a bare value")


def _check_alternatives(parent: Mapping[str, object], alternatives: object, path: str) -> None:
    if not isinstance(alternatives, list) or len(alternatives) < _FEWEST_ALTERNATIVES:
        raise PatternError(f"{path}: write a list of at least two objects")
    for alternative in alternatives:
        _check_object(alternative, path)
        # EventBridge lets the last of two constraints on one field win, which nobody who writes both means.
        if repeated := sorted(set(_keys(alternative)) & (set(parent) - {_OR})):
            raise PatternError(
                f"{path}: {repeated[0]} is constrained both inside and beside it; keep one of them"
            )


def _check_values(values: list[object], path: str) -> None:
    if not values:
        raise PatternError(f"{path}: write at least one value; an empty list matches nothing")
    for value in values:
        if isinstance(value, list):
            raise PatternError(f"{path}: a list inside a list is no value; write its values side by side")
        if isinstance(value, dict):
            _check_operator(value, path)


def _check_operator(expression: Mapping[str, object], path: str) -> None:
    if len(expression) != 1:
        raise PatternError(f'{path}: write one operator in each object, such as {{"exists": false}}')
    ((operator, operand),) = expression.items()
    if operator not in _OPERATORS:
        raise PatternError(f"{path}: the operator {operator} is not one of {', '.join(_OPERATORS)}")
    if problem := _OPERAND_PROBLEMS[operator](operand):
        raise PatternError(f"{path}: {operator} takes {problem}")


def _is_text_or_number(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _anything_but_problem(operand: object) -> str | None:
    values = operand if isinstance(operand, list) else [operand]
    same_kind = len({isinstance(value, str) for value in values}) == 1
    if same_kind and all(_is_text_or_number(value) for value in values):
        return None
    return "strings or numbers, not both and not null, true or false"


def _wildcard_problem(operand: object) -> str | None:
    is_plain = isinstance(operand, str) and "**" not in operand and "\\" not in operand
    return None if is_plain else "one string, with single asterisks and without backslashes"


_OPERAND_PROBLEMS: dict[str, Callable[[object], str | None]] = {
    "exists": lambda operand: None if isinstance(operand, bool) else "true or false, without quotes",
    "prefix": lambda operand: None if isinstance(operand, str) else "one string",
    "anything-but": _anything_but_problem,
    "wildcard": _wildcard_problem,
}
_OPERATORS = tuple(_OPERAND_PROBLEMS)


def _matches_object(pattern: Mapping[str, object], value: object) -> bool:
    return all(_matches_field(key, expected, value) for key, expected in pattern.items())


def _matches_field(key: str, expected: object, value: object) -> bool:
    if key == _OR and isinstance(expected, list):
        return any(_matches_object(alternative, value) for alternative in expected)
    found = value.get(key) if isinstance(value, dict) else None
    present = isinstance(value, dict) and key in value
    if isinstance(expected, dict):
        # Of several objects in an array one alone has to meet the whole pattern; where there is no object,
        # the pattern is judged against an empty one, because {"exists": false} can still hold.
        objects = [item for item in _flatten(found) if isinstance(item, dict)] or [{}]
        return any(_matches_object(expected, item) for item in objects)
    leaves = [item for item in _flatten(found) if not isinstance(item, dict)] if present else []
    return isinstance(expected, list) and any(_matches_value(wanted, leaves) for wanted in expected)


def _flatten(value: object) -> Iterator[object]:
    """Yield a value, or what the arrays in it hold: EventBridge asks each element by itself."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        else:
            yield item


def _matches_value(wanted: object, leaves: list[object]) -> bool:
    if not isinstance(wanted, dict):
        return any(_equal(wanted, leaf) for leaf in leaves)
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        # An object is no leaf: EventBridge cannot see that it is there.
        return bool(leaves) is operand
    if operator == "prefix":
        return any(isinstance(leaf, str) and leaf.startswith(operand) for leaf in leaves)
    if operator == "wildcard":
        return any(isinstance(leaf, str) and _matches_wildcard(operand, leaf) for leaf in leaves)
    excluded = operand if isinstance(operand, list) else [operand]
    return any(not any(_equal(value, leaf) for value in excluded) for leaf in leaves)


def _matches_wildcard(wildcard: str, text: str) -> bool:
    """Return whether a text is what a wildcard says, in which an asterisk stands for any characters."""
    return re.fullmatch(".*".join(map(re.escape, wildcard.split("*"))), text, re.DOTALL) is not None


def _equal(left: object, right: object) -> bool:
    """Compare as JSON does, where ``true`` is not 1."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right
