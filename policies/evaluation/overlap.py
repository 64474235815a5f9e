"""What a pattern says of a value that is known in part only: as another pattern, which the value matches.

The pattern is followed character by character of the value, from all positions that one may have come to. A
``*`` of the value stands for anything: for certain it is matched by a ``*`` alone, and possibly by whatever
follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.evaluation.patterns import ARN_FIELDS, Wildcard, arn_fields

if TYPE_CHECKING:
    from collections.abc import Collection

    from policies.evaluation.patterns import Token, Tokens


def overlap(pattern: Tokens, value: Tokens) -> bool | None:
    """Return whether a pattern matches every text that a value may be (True), none (False) or some (None).

    Parameters
    ----------
    pattern
        The pattern, without variables.
    value
        What is known of the value, without variables. Without wildcards it is known, and some is all.

    Examples
    --------
    >>> from policies.evaluation.patterns import tokens_of
    >>> known = tokens_of("AROAEXAMPLE:*", variables=False)
    >>> [overlap(tokens_of(text, variables=False), known) for text in ("AROA*", "*:alice", "AIDA*")]
    [True, None, False]
    """
    wanted = _symbols(pattern)
    end = len(wanted)
    certain = possible = _past_many(wanted, {0})
    for symbol in _symbols(value):
        if symbol is Wildcard.MANY:
            certain = _past_many(wanted, {at for at in certain if at < end and wanted[at] is symbol})
            possible = set(range(min(possible, default=end + 1), end + 1))
        else:
            certain = _after(wanted, certain, (symbol, Wildcard.ONE))
            fitting = wanted if symbol is Wildcard.ONE else (symbol, Wildcard.ONE)
            possible = _after(wanted, possible, fitting)
    if end in certain:
        return True
    return None if end in possible else False


def arn_overlap(pattern: Tokens, value: Tokens) -> bool | None:
    """Return the same of patterns that ``ArnLike`` compares field by field: one of fewer matches nothing."""
    wanted, known = arn_fields(pattern), arn_fields(value)
    if len(wanted) < ARN_FIELDS:
        return False
    if len(known) < ARN_FIELDS:
        return None if Wildcard.MANY in value else False
    found = [overlap(*fields) for fields in zip(wanted, known, strict=True)]
    if False in found:
        return False
    return None if None in found else True


def _symbols(tokens: Tokens) -> list[Token]:
    """Return a pattern character by character."""
    return [symbol for token in tokens for symbol in (token if isinstance(token, str) else (token,))]


def _after(wanted: list[Token], positions: set[int], fitting: Collection[Token]) -> set[int]:
    """Return where in a pattern one may be after one character more."""
    within = {at for at in positions if at < len(wanted)}
    stayed = {at for at in within if wanted[at] is Wildcard.MANY}
    moved = {at + 1 for at in within if wanted[at] in fitting}
    return _past_many(wanted, stayed | moved)


def _past_many(wanted: list[Token], positions: set[int]) -> set[int]:
    """Add where one may be because a ``*`` matches no character, too."""
    reached = set(positions)
    for at, symbol in enumerate(wanted):
        if symbol is Wildcard.MANY and at in reached:
            reached.add(at + 1)
    return reached
