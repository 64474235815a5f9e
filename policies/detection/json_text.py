"""JSON values from text and as text, whatever they are made of."""

from __future__ import annotations

import json
import sys

from policies.detection.text import elided, visible

_LONGEST_KEY = 80

_TYPES = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


class JsonTextError(Exception):
    """A text that should be JSON cannot be read; the message is the end of a sentence that says why.

    Parameters
    ----------
    fault
        What is wrong with it.
    place
        Where, counted in the text itself; empty where there is no place to point to.
    """

    def __init__(self, fault: str, place: str = "") -> None:
        super().__init__(fault + place)
        self.fault = fault


def json_text(value: object) -> str | None:
    """Return a JSON value as canonical text: sorted keys, ASCII only, no blanks.

    Returns
    -------
    str or None
        None where the value is nested too deeply, or holds a number too long, to be written. Numbers that
        JSON has not, such as the infinity that Python reads ``1e999`` as, are written as text.
    """
    try:
        try:
            return _written(value)
        except ValueError:
            return _written(json.loads(json.dumps(value), parse_constant=str))
    except (ValueError, TypeError, RecursionError):
        return None


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parsed_json(text: str) -> object:
    """Return the value that a text holds, by the letter of the standard.

    Raises
    ------
    JsonTextError
        The text is not JSON, holds a key twice, or is more than Python can read.

    Examples
    --------
    >>> parsed_json('{"eventName": "PurgeQueue"}')
    {'eventName': 'PurgeQueue'}
    """
    place = ""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        fault = "goes on after its JSON value" if error.msg == "Extra data" else "is not JSON"
        place = f" at line {error.lineno}, column {error.colno}"
    except RecursionError:
        fault = "is nested too deeply to be read"
    except ValueError:
        fault = f"holds a number of more than {sys.get_int_max_str_digits()} digits"
    raise JsonTextError(fault, place)


def json_or_text(text: str) -> object:
    """Return the value that a text holds, or the text itself where it is not JSON."""
    try:
        return parsed_json(text)
    except JsonTextError:
        return text


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object whose keys are all different: which of two values counts, readers do not agree on."""
    fields: dict[str, object] = {}
    for key, value in pairs:
        if key in fields:
            raise JsonTextError(f'holds the key "{visible(elided(key, _LONGEST_KEY))}" twice in one object')
        fields[key] = value
    return fields


def _refuse_constant(name: str) -> None:
    raise JsonTextError(f"holds {name}, which is not JSON")


def json_type(value: object) -> str:
    """Return what kind of JSON value this is, with its article."""
    return _TYPES.get(type(value), "null")
