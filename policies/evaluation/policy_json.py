"""JSON text as Python values, refusing what ``json.loads`` would silently repair.

A repeated key is the reason: Python keeps the last one and drops the others, so a condition block with two
``StringNotEquals`` would be read as one and the policy as wider than it is. AWS refuses it: "Individual
elements must not contain multiple instances of the same key."

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json

from policies.evaluation.errors import PolicyError


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
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_refuse_constant
        )
        _refuse_repetition(value, "")
    except json.JSONDecodeError as error:
        raise PolicyError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise PolicyError("the policy: nested too deeply to be a policy") from None
    return value


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
