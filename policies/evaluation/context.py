"""What is known of a request: the values of its context keys, and which of them nobody can know yet.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Unknown(Enum):
    """What is known of a key whose value is not."""

    ENTIRELY = "whether the request has the key depends on the request"
    VALUE = "every such request has the key; its value depends on the request"


ContextValue = str | tuple[str, ...] | Unknown | None
"""One value, the values of a multivalued key, what is unknown of it, or None for a key that is absent."""

Lookup = Callable[[str], ContextValue]
"""Returns the value of a context key, which is in lower case."""
