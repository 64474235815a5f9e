"""The context of a request: what a caller tells of it, and what follows from who asks, for what, to do what.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from policies.evaluation.context import ContextValue, Like, Lookup, Unknown

if TYPE_CHECKING:
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource

Context = Mapping[str, str | Sequence[str] | Like | Unknown | None]
"""What a caller knows of a request: values by context key; None for a key that the request does not have."""

NOTHING_KNOWN: Context = {}
"""What a caller knows who knows nothing but principal and resource."""

PRINCIPAL_TAG = "aws:principaltag/"
RESOURCE_TAG = "aws:resourcetag/"
_REQUEST_TAGS = ("aws:requesttag/", "aws:tagkeys")

_ALWAYS_PRESENT = frozenset({"aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:viaawsservice"})

_TAGGING = frozenset({"sqs:createqueue", "sqs:tagqueue", "sqs:untagqueue"})
"""The actions, in lower case, whose requests carry tags.

See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
"""


def read_context(context: Context) -> dict[str, ContextValue]:
    """Return what a caller knows, by key in lower case: "key names are case-insensitive"."""
    return {
        key.lower(): value if isinstance(value, str | Like | Unknown | None) else tuple(value)
        for key, value in context.items()
    }


def lookup_of(
    principal: Principal, resource: Resource, action: str, context: Mapping[str, ContextValue]
) -> Lookup:
    """Return the function that tells the value of a context key of a request.

    Parameters
    ----------
    principal, resource
        Whose facts count where the context says nothing.
    action
        What is to be done, in lower case.
    context
        What the caller knows, by key in lower case.
    """
    sources = (context, principal.facts, resource.facts)

    def lookup(key: str) -> ContextValue:
        for source in sources:
            if key in source:
                return source[key]
        if key.startswith(PRINCIPAL_TAG) and principal.tags is not None:
            return principal.tags.get(key[len(PRINCIPAL_TAG) :])
        if key.startswith(RESOURCE_TAG) and resource.tags is not None:
            return resource.tags.get(key[len(RESOURCE_TAG) :])
        if key.startswith(_REQUEST_TAGS) and action not in _TAGGING:
            return None
        return Unknown.VALUE if key in _ALWAYS_PRESENT else Unknown.ENTIRELY

    return lookup
