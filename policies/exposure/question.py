"""What can be asked: which action, and what is known of the requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policies.evaluation.context import Unknown
from policies.inventory.suggestion import closest
from policies.prevention.actions import OPERATION, PURGE, PURGE_EQUIVALENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.evaluation.context import ContextValue
    from policies.evaluation.principal import Principal

QUEUE_ACTIONS = tuple(sorted({*PURGE, *PURGE_EQUIVALENTS, *OPERATION}))
"""Everything that can be done to a queue that is there.

See https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
"""

_SERVICE = "sqs"
_PRINCIPAL_TAG = "aws:principaltag/"
_DERIVED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalisawsservice",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:userid",
        "aws:username",
    }
)
"""The context keys that AWS derives from who asks and for what, in lower case."""


class QuestionError(Exception):
    """A question that has no answer. The sentence says what to ask instead."""


def queue_action(text: str) -> str:
    """Return an action on a queue as AWS writes it, however its capitals were written.

    Raises
    ------
    QuestionError
        It is no action, or none that is done to a queue.

    Examples
    --------
    >>> queue_action("SQS:purgequeue")
    'sqs:PurgeQueue'
    """
    service, colon, name = text.partition(":")
    if not colon or not name:
        raise QuestionError(f"{text!r} is no action: write {_SERVICE}:NAME, such as {PURGE[0]}")
    if service.lower() != _SERVICE:
        raise QuestionError(f"{text!r} is not done to a queue: write {_SERVICE}:NAME, such as {PURGE[0]}")
    for known in QUEUE_ACTIONS:
        if known.lower() == text.lower():
            return known
    meant = closest(text, QUEUE_ACTIONS)
    advice = f"did you mean {meant}?" if meant else f"write one of {', '.join(QUEUE_ACTIONS)}"
    raise QuestionError(f"{text!r} is no action on a queue: {advice}")


def known_context(context: Mapping[str, ContextValue]) -> dict[str, ContextValue]:
    """Return what is known of every request, by context key in lower case.

    Raises
    ------
    QuestionError
        A key follows from the principal or the queue, so that nobody can choose it.
    """
    for key in context:
        if key.lower() in _DERIVED:
            raise QuestionError(f"{key} follows from the principal and the queue: choose those instead")
    return {key.lower(): value for key, value in context.items()}


def informed(principal: Principal, known: Mapping[str, ContextValue]) -> Principal:
    """Return a principal of whom more is known: what follows from what it is counts for more.

    A role's credentials carry no MFA, for instance, whatever is said of every request.
    """
    told = {
        key: value
        for key, value in known.items()
        if isinstance(principal.facts.get(key, Unknown.ENTIRELY), Unknown)
        and not (key.startswith(_PRINCIPAL_TAG) and principal.tags is not None)
    }
    return replace(principal, facts={**principal.facts, **told}) if told else principal
