"""Patterns with ``*`` and ``?``, and the policy variables in them.

Only ``*`` and ``?`` are special, and a pattern is held against the whole text. Patterns become regular
expressions in which the text between two ``*`` is found once and never given back (an atomic group), so that
a pattern of many ``*`` costs no more than one that has few.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ARN_FIELDS = 6
"""``arn:partition:service:region:account:resource``; the resource may hold colons of its own."""


class Wildcard(Enum):
    """A character of a pattern that stands for others."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable such as ``${aws:username}`` or ``${aws:PrincipalTag/team, 'none'}``.

    Parameters
    ----------
    key
        The context key, in lower case: keys are compared without regard to case.
    default
        What stands for it where the request has no such key.
    """

    key: str
    default: str | None


Token = str | Wildcard | Variable
"""Literal text, a wildcard or a variable."""

Tokens = tuple[Token, ...]

_VARIABLE = re.compile(r"\$\{(?:(?P<literal>[*?$])|(?P<key>[^{},']+)(?:, *'(?P<default>[^']*)')?)\}")
_WILDCARDS = re.compile(r"([*?])")
_ANY_CHARACTER = "."
_WITHIN_A_FIELD = "[^:]"


def tokens_of(text: str, *, variables: bool, wildcards: bool = True) -> Tokens:
    """Return what a pattern is made of.

    Parameters
    ----------
    text
        The pattern as the policy has it.
    variables
        Whether ``${…}`` is a variable: not in policies of version 2008-10-17.
    wildcards
        Whether ``*`` and ``?`` are special: not for ``StringEquals``.

    Examples
    --------
    >>> tokens_of("${aws:username}-*${*}", variables=True)
    (Variable(key='aws:username', default=None), '-', <Wildcard.MANY: '*'>, '*')
    """
    tokens: list[Token] = []
    position = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        tokens += _split(text[position : found.start()], wildcards=wildcards)
        literal, key, default = found.groups()
        tokens.append(literal or Variable(key.strip().lower(), default))
        position = found.end()
    tokens += _split(text[position:], wildcards=wildcards)
    return tuple(tokens)


def _split(text: str, *, wildcards: bool) -> list[Token]:
    if not wildcards:
        return [text] if text else []
    parts = _WILDCARDS.split(text)
    return [Wildcard(part) if part in {"*", "?"} else part for part in parts if part]


def variables_of(tokens: Iterable[Token]) -> tuple[Variable, ...]:
    """Return the variables of a pattern."""
    return tuple(token for token in tokens if isinstance(token, Variable))


def substitute(tokens: Tokens, values: Mapping[Variable, str]) -> Tokens:
    """Return a pattern with each variable replaced by its value, in which ``*`` is an ordinary character."""
    return tuple(values[token] if isinstance(token, Variable) else token for token in tokens)


def literal(tokens: Tokens) -> str | None:
    """Return the only text that a pattern can match, or None where it has wildcards or variables."""
    if any(not isinstance(token, str) for token in tokens):
        return None
    return "".join(str(token) for token in tokens)


def glob(tokens: Tokens) -> str:
    """Return the regular expression of a pattern whose ``*`` and ``?`` stand for any characters."""
    return _expression(tokens, _ANY_CHARACTER)


def arn_glob(tokens: Tokens) -> str | None:
    """Return the regular expression of a pattern that ``ArnLike`` compares field by field.

    "Each of the six colon-delimited components of the ARN is checked separately", so a pattern of fewer
    fields, a lone ``*`` included, matches nothing: None.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    fields = arn_fields(tokens)
    if len(fields) < ARN_FIELDS:
        return None
    first = (_expression(field, _WITHIN_A_FIELD) for field in fields[:-1])
    return ":".join([*first, glob(fields[-1])])


def resource_glob(tokens: Tokens) -> str | None:
    """Return the regular expression of a ``Resource``, or None where it can cover nothing.

    Wildcards stay within their field of the ARN, except that "if the * wildcard is the last character of a
    resource ARN segment, it can expand to match beyond the colon boundaries", and that "when you specify an
    incomplete ARN, AWS completes the ARN by adding wildcard characters (*) to all missing fields". A variable
    stands only for (a part of) the resource, after the fifth colon.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

    Examples
    --------
    >>> covers = re.compile(resource_glob(tokens_of("arn:aws:sqs:*:orders", variables=True)))
    >>> bool(covers.fullmatch("arn:aws:sqs:eu-west-1:111122223333:orders"))
    True
    """
    if tokens == (Wildcard.MANY,):
        return ".*"
    fields = arn_fields(tokens)
    if any(variables_of(field) for field in fields[: ARN_FIELDS - 1]):
        return None
    expressions = [_field_expression(field) for field in fields[: ARN_FIELDS - 1]]
    if len(fields) < ARN_FIELDS:
        return ":".join(expressions) + "(?::.*)?"
    return ":".join([*expressions, glob(fields[-1])])


def _field_expression(field: Tokens) -> str:
    if field and field[-1] is Wildcard.MANY:
        return _expression(field[:-1], _WITHIN_A_FIELD) + ".*"
    return _expression(field, _WITHIN_A_FIELD)


def arn_fields(tokens: Tokens) -> list[Tokens]:
    """Return the fields of an ARN pattern: at most six, the last with every further colon."""
    fields: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            fields[-1].append(token)
            continue
        first, *others = token.split(":", ARN_FIELDS - len(fields))
        for number, text in enumerate([first, *others]):
            if number:
                fields.append([])
            if text:
                fields[-1].append(text)
    return [tuple(field) for field in fields]


def _expression(tokens: Tokens, character: str) -> str:
    parts = [""]
    for token in tokens:
        if token is Wildcard.MANY:
            parts.append("")
        else:
            parts[-1] += re.escape(token) if isinstance(token, str) else character
    if len(parts) == 1:
        return parts[0]
    first, *middle, last = parts
    found = "".join(f"(?>{character}*?{part})" for part in middle if part)
    return f"{first}{found}{character}*{last}"


def matcher(
    patterns: Iterable[Tokens], expression: Callable[[Tokens], str | None] = glob
) -> Callable[[str], bool]:
    """Return a function that says whether one of several patterns without variables matches a whole text.

    Parameters
    ----------
    patterns
        The patterns.
    expression
        How a pattern becomes a regular expression: :func:`glob`, :func:`arn_glob` or :func:`resource_glob`.

    Examples
    --------
    >>> matches = matcher([tokens_of("sqs:Purge*", variables=False)])
    >>> matches("sqs:PurgeQueue"), matches("xsqs:PurgeQueue")
    (True, False)
    """
    expressions = [found for pattern in patterns if (found := expression(pattern)) is not None]
    if not expressions:
        return _nothing
    if ".*" in expressions:
        return _anything
    whole = re.compile("|".join(f"(?:{found})" for found in expressions), re.DOTALL).fullmatch
    return lambda text: whole(text) is not None


def _nothing(_: str) -> bool:
    return False


def _anything(_: str) -> bool:
    return True
