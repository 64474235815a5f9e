"""What is known of a request: the values of its context keys, and which of them nobody can know yet.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Unknown(Enum):
    """What is known of a key whose value is not."""

    ENTIRELY = "whether the request has the key depends on the request"
    VALUE = "every such request has the key; its value depends on the request"


@dataclass(frozen=True, slots=True)
class Like:
    """One value of which only a pattern is known that it matches.

    Parameters
    ----------
    pattern
        Such as ``AROAEXAMPLE:*`` for the ``aws:userid`` of a session whose name is not known.
    """

    pattern: str


ContextValue = str | tuple[str, ...] | Like | Unknown | None
"""One value, the values of a multivalued key, what is known in part, or None for a key that is absent."""

Lookup = Callable[[str], ContextValue]
"""Returns the value of a context key, which is in lower case."""
