"""Answers that nobody expects."""

from __future__ import annotations

from botocore.parsers import ResponseParserError

GARBAGE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    ResponseParserError,
    TypeError,
    ValueError,
)
"""What an answer of an unexpected shape raises in whoever reads it: a key or an item that is missing
(LookupError), a value of another type (AttributeError, TypeError), text that is no number or date
(ValueError), a number or date beyond all bounds (OverflowError, an ArithmeticError), JSON that is nested
without end (RecursionError), a body that the client itself cannot parse (ResponseParserError)."""
