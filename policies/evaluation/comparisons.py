"""How the values of a condition are compared with a value of the request.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, Protocol

from policies.evaluation.context import Like, Lookup, Unknown
from policies.evaluation.overlap import arn_overlap, overlap
from policies.evaluation.patterns import (
    Tokens,
    Variable,
    arn_glob,
    literal,
    matcher,
    substitute,
    tokens_of,
    variables_of,
)
from policies.evaluation.values import address, boolean, network

Matches = Callable[[str], bool | None]
"""Whether a value of the request equals one of the policy's; None if it is not a value of that type."""


Overlap = Callable[[Tokens, Tokens], bool | None]
"""Whether a pattern matches every text, none or some (None) that a value known in part may be."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The values of one condition, ready to be compared with a value of the request.

    Parameters
    ----------
    matches
        Compares with the values that are the same for every request.
    fixed
        Those values as patterns; None where they are not text.
    open
        The values with policy variables, which only a request can resolve.
    overlap
        Compares a pattern without variables with what is known of a value.
    negated
        Whether the operator is, as ``StringNotEquals`` is: then no value may match.
    """

    matches: Matches
    fixed: tuple[Tokens, ...] | None = None
    open: tuple[Tokens, ...] = ()
    overlap: Overlap = overlap
    negated: bool = False

    def holds(self, value: str | Like, lookup: Lookup) -> bool | None:
        """Return whether a value of the request meets the condition; None if that is not known."""
        if isinstance(value, Like):
            known = tokens_of(value.pattern, variables=False)
            return None if self.fixed is None else self._compared(known, (*self.fixed, *self.open), lookup)
        found = self.matches(value)
        if found is None:
            return False
        if found or not self.open:
            return found is not self.negated
        return self._compared((value,), self.open, lookup)

    def _compared(self, value: Tokens, patterns: tuple[Tokens, ...], lookup: Lookup) -> bool | None:
        unknown = unresolvable = False
        for pattern in patterns:
            resolved = resolve(pattern, lookup)
            if resolved is Unknown.VALUE:
                unknown = True
            elif resolved is None:
                unresolvable = True
            else:
                found = self.overlap(resolved, value)
                if found:
                    return not self.negated
                unknown = unknown or found is None
        if unknown:
            return None
        # "Any attempt to match it fails and causes the statement to be invalid": not even a negated
        # operator is met by a variable that the request does not have.
        return False if unresolvable else self.negated


def resolve(pattern: Tokens, lookup: Lookup) -> Tokens | Literal[Unknown.VALUE] | None:
    """Return a pattern with the request's values for its variables.

    Returns
    -------
    Tokens, Unknown or None
        ``Unknown.VALUE`` where a value is not known; None where a variable has neither value nor default, or
        has several values: "you cannot use a multivalued context key as a policy variable".

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    values: dict[Variable, str] = {}
    unknown = False
    for variable in variables_of(pattern):
        value = lookup(variable.key)
        if isinstance(value, Unknown | Like):
            unknown = True
            continue
        if value is None:
            value = variable.default
        if not isinstance(value, str):
            return None
        values[variable] = value
    return Unknown.VALUE if unknown else substitute(pattern, values)


class Builder(Protocol):
    """Makes a comparison of the values of a policy."""

    def __call__(self, values: Sequence[str], *, variables: bool) -> Comparison:
        """Return the comparison, with policy variables or without.

        Raises
        ------
        ValueError
            With the value that is not of the operator's type.
        """


def _text(values: Sequence[str], *, variables: bool, wildcards: bool, fold: bool) -> Comparison:
    """Compare text; ``fold`` says without regard to case."""
    patterns = [
        tokens_of(value.lower() if fold else value, variables=variables, wildcards=wildcards)
        for value in values
    ]
    fixed = tuple(pattern for pattern in patterns if not variables_of(pattern))
    texts = {literal(pattern) for pattern in fixed}
    matches = texts.__contains__ if None not in texts else matcher(fixed)
    return Comparison(
        matches=(lambda value: matches(value.lower())) if fold else matches,
        fixed=fixed,
        open=tuple(pattern for pattern in patterns if variables_of(pattern)),
        overlap=_folding_overlap if fold else overlap,
    )


def _folding_overlap(pattern: Tokens, value: Tokens) -> bool | None:
    return overlap(_folded(pattern), _folded(value))


def _folded(tokens: Tokens) -> Tokens:
    return tuple(token.lower() if isinstance(token, str) else token for token in tokens)


def arn(values: Sequence[str], *, variables: bool) -> Comparison:
    """Compare ARNs field by field."""
    patterns = [tokens_of(value, variables=variables) for value in values]
    fixed = tuple(pattern for pattern in patterns if not variables_of(pattern))
    return Comparison(
        matches=matcher(fixed, arn_glob),
        fixed=fixed,
        open=tuple(pattern for pattern in patterns if variables_of(pattern)),
        overlap=arn_overlap,
    )


def bool_(values: Sequence[str], *, variables: bool) -> Comparison:
    """Compare ``true`` and ``false``, in any case."""
    comparison = _text(values, variables=variables, wildcards=False, fold=True)
    for value in values:
        if boolean(value) is None and not (variables and "${" in value):
            raise ValueError(value)
    matches = comparison.matches
    return replace(comparison, matches=lambda value: None if boolean(value) is None else matches(value))


def _typed(
    values: Sequence[str],
    *,
    variables: bool,  # noqa: ARG001 - "you can't use a policy variable with other operators"
    expected: Callable[[str], Any],
    actual: Callable[[str], Any],
    compare: Callable[[Any, Any], bool],
) -> Comparison:
    """Compare values of a type: each is read by a function that returns None for what is not of it."""
    wanted = [expected(value) for value in values]
    for value, read in zip(values, wanted, strict=True):
        if read is None:
            raise ValueError(value)

    def matches(value: str) -> bool | None:
        found = actual(value)
        return None if found is None else any(compare(found, each) for each in wanted)

    return Comparison(matches)


def ordered(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Builder:
    """Return a builder that compares what a function reads from text."""
    return partial(_typed, expected=read, actual=read, compare=compare)


string = partial(_text, wildcards=False, fold=False)
string_ignoring_case = partial(_text, wildcards=False, fold=True)
string_like = partial(_text, wildcards=True, fold=False)
ip_address = partial(_typed, expected=network, actual=address, compare=lambda found, each: found in each)
