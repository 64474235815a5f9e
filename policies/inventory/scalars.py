"""What an unquoted word in the inventory means.

YAML 1.1 (which PyYAML and CloudFormation read) and YAML 1.2 (which editors read) disagree about words
such as ``012345671234``, ``yes`` or ``2026-01-01``. Where they agree, that is the meaning here; where they
disagree there is none, and the operator is asked for quotes.

See https://yaml.org/type/ (1.1) and https://yaml.org/spec/1.2.2/#103-core-schema (1.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

# More digits than any number here has; Python itself refuses to read thousands of them.
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")

_NOT_TEXT = re.compile(
    r"""
      y | Y | n | N | (?i:yes|no|on|off)                                    # truth, to YAML 1.1
    | =                                                                     # a "default value", to YAML 1.1
    | [-+]?0b[01_]+ | [-+]?0o[0-7_]+ | [-+]?0x[0-9a-fA-F_]+
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?   # with octals and base 60
    | [-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)? | [-+]?(?i:\.inf) | (?i:\.nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\ ].*)?                            # dates and times
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A word without quotes that not every reader of YAML takes for the same text or number.

    Parameters
    ----------
    text
        The word as it stands in the file.
    """

    text: str


Scalar = str | int | bool | None | Unquoted


def resolve(word: str) -> Scalar:
    """Return the value of a word that stands in the file without quotes.

    Examples
    --------
    >>> resolve("us-east-1"), resolve("90"), resolve("true")
    ('us-east-1', 90, True)
    >>> resolve("012345671234")
    Unquoted(text='012345671234')
    """
    if word in _NULLS:
        return None
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    return Unquoted(word) if _NOT_TEXT.fullmatch(word) else word
