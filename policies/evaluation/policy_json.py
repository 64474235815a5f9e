"""JSON text as Python values, refusing what ``json.loads`` would silently repair.

A repeated key is the reason: Python keeps the last one and drops the others, so a condition block with two
``StringNotEquals`` would be read as one and the policy as wider than it is. AWS refuses it: "Individual
elements must not contain multiple instances of the same key."

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policies.evaluation.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")


class _Repeating(dict[str, object]):
    """An object in which a key stood more than once, kept until its place is known."""

    repeated: str


def load_policy_json(text: str) -> object:
    """Return the value of a JSON text, its numbers as they are written.

    Parameters
    ----------
    text
        The text of a policy document.

    Returns
    -------
    object
        Dictionaries, lists, strings, booleans and None. Numbers are strings, since a policy compares text:
        ``1.10`` stays ``1.10``.

    Raises
    ------
    PolicyError
        The text is not JSON, or an object in it repeats a key.

    Examples
    --------
    >>> load_policy_json('{"Version": "2012-10-17", "Version": "2008-10-17"}')
    Traceback (most recent call last):
    policies.evaluation.errors.PolicyError: the policy: the key Version is repeated
    """
    with _refusals():
        value: object = _DECODER.decode(text)
        _refuse_repetition(value, "")
    return value


def load_json_texts(text: str) -> list[object]:
    """Return the values of one or more JSON texts, such as pages that were written one after the other.

    Raises
    ------
    PolicyError
        A text is not JSON, or an object in it repeats a key.

    Examples
    --------
    >>> load_json_texts('{"IsTruncated": true} {"IsTruncated": false}')
    [{'IsTruncated': True}, {'IsTruncated': False}]
    """
    with _refusals():
        values: list[object] = []
        end = 0
        while end < len(text) or not values:
            value, end = _DECODER.raw_decode(text, _after_space(text, end))
            values.append(value)
            end = _after_space(text, end)
        _refuse_repetition(values[0] if len(values) == 1 else values, "")
    return values


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what is wrong with a text as a policy error."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise PolicyError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise PolicyError("the policy: nested too deeply to be a policy") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) == len(pairs):
        return read
    marked = _Repeating(read)
    keys = [key for key, _ in pairs]
    marked.repeated = next(key for key in keys if keys.count(key) > 1)
    return marked


def _refuse_constant(name: str) -> object:
    raise PolicyError(f"the policy: {name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_refuse_constant
)


def _refuse_repetition(value: object, place: str) -> None:
    if isinstance(value, _Repeating):
        where = place or "the policy"
        raise PolicyError(f"{where}: the key {value.repeated} is repeated")
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_repetition(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_repetition(inner, f"{place}[{index}]")
