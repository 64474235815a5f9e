"""The alert function's entry point: what kind of event it is, and who does the work.

Its failures are few on purpose. Nothing in an event makes it fail; a ledger that cannot be used makes
duplicates possible and is told in the alert. What is left is a channel that cannot be reached: then the
function fails, Lambda tries again and at last keeps the event in the queue of failures.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from lambdas.alert.runtime import Runtime, now
from lambdas.alert.telling import NotToldError, tell, told_nothing
from policies.detection.alert import Alert, judge
from policies.settings import DAILY_EVENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambdas.alert.telling import Services


class Context(Protocol):
    """What the function asks of the context that Lambda passes to it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long this invocation can still take, in milliseconds."""


def handle(event: object, context: Context) -> list[dict[str, object]] | dict[str, object]:
    """Do what an event calls for; the entry point that Lambda calls.

    Parameters
    ----------
    event
        An EventBridge event, what the daily schedule sends, or a batch of the digest queue; any other JSON
        value yields an alert that says what could not be read.
    context
        The context of the invocation.

    Returns
    -------
    list of dict, or dict
        What was done about each alert, as it was logged; for a batch of the digest queue, which of its
        messages have to be delivered again.

    Raises
    ------
    NotToldError
        An alert, or a digest, did not reach all of its channels.
    """

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    if event == DAILY_EVENT:
        entry = _tell_day(runtime(), seconds_left)
        print(json.dumps(entry))
        _raise_for(entry.get("failures", {}).items())
        return [entry]
    if isinstance(event, dict) and "Records" in event:
        from lambdas.alert.digests import is_batch, tell_digest  # noqa: PLC0415 - only bursts need it

        if is_batch(event, runtime().settings.digest_queue_url):
            outcome = tell_digest(event, runtime().digest_services, seconds_left)
            print(json.dumps(outcome.entry))
            # That the function fails rings. The batch comes again, and is found to be told.
            _raise_for(outcome.failures.items())
            return outcome.response
    return process(event, runtime().services, seconds_left)


def process(event: object, services: Services, seconds_left: Callable[[], float]) -> list[dict[str, Any]]:
    """Do what the records of an event call for, with the services that it is given.

    Raises
    ------
    NotToldError
        An alert did not reach all of its channels. The other alerts were told before.
    """
    done = []
    for item in judge(event, services.runbook_url, services.estate):
        entry = tell(item, services, seconds_left) if isinstance(item, Alert) else told_nothing(item)
        print(json.dumps(entry))
        done.append(entry)
    _raise_for(failure for entry in done for failure in entry.get("failures", {}).items())
    return done


def _raise_for(failures: Iterable[tuple[str, str]]) -> None:
    if sentences := [f"{channel}: {why}" for channel, why in failures]:
        raise NotToldError("; ".join(sentences))


@cache
def runtime() -> Runtime:
    """Return what the function has at hand; made at the first event, so that an import needs no AWS."""
    return Runtime()


def _tell_day(at_hand: Runtime, seconds_left: Callable[[], float]) -> dict[str, Any]:
    from lambdas.alert.daily import DayServices, tell_day  # noqa: PLC0415 - once a day

    services = DayServices(
        at_hand.client("sns"),
        at_hand.settings.topic_arn,
        at_hand.exception_records,
        at_hand.services.ledger,
        at_hand.estate,
        at_hand.services.doubt,
    )
    return tell_day(services, now(), seconds_left)
