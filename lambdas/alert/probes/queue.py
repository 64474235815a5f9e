"""Probes of the queue: whose it is, what it is like, and what was done to it before.

They have nothing to say where a call is about no queue, such as that on a key or a rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from lambdas.alert.probes.purge_history import purges_before
from lambdas.alert.triage import NotApplicableError, Probe
from policies.detection.cards.purge import EVENT_SOURCE
from policies.detection.text import is_plain
from policies.detection.triage import queue_attributes, queue_history, queue_sources, queue_tags
from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambdas.alert.clients import Clients
    from lambdas.alert.triage import Case
    from policies.detection.queue import Queue
    from policies.naming import Place

NOTHING = Reading(())
"""What a probe of the queue says where there is no queue."""

_SECONDS = 6.0

# The lookups of all probes wait for one another.
_HISTORY_SECONDS = 15.0

_MOST_PAGES = 3

_MISSING_QUEUE = ("NonExistentQueue", "QueueDoesNotExist")


class Subject(NamedTuple):
    """A queue that can be asked about, where it is, and its URL."""

    queue: Queue
    place: Place
    url: str


def about_the_queue(ask: Callable[[Case, Clients, Subject], Reading]) -> Callable[[Case, Clients], Reading]:
    """Return a probe's ``run`` that asks only where a call is about a queue that can be asked about."""

    def run(case: Case, clients: Clients) -> Reading:
        subject = _subject_of(case)
        return ask(case, clients, subject) if subject else NOTHING

    return run


def _subject_of(case: Case) -> Subject | None:
    queue = case.call.queue
    if queue is None:
        if case.call.event_source == EVENT_SOURCE:
            raise NotApplicableError("the record does not say which queue it is")
        return None
    if not is_plain(queue.name):
        raise NotApplicableError("SQS gives no queue such a name")
    place = case.place
    # Not the URL that the caller gave: it may name any host.
    url = f"https://sqs.{place.region}.{place.partition.dns_suffix}/{place.account}/{queue.name}"
    return Subject(queue, place, url)


def _unless_missing(name: str, label: str, ask: Callable[[], Reading]) -> Reading:
    """Return what is asked for, or that there is no such queue: which is an answer."""
    try:
        return ask()
    except ClientError as error:
        if not error.response["Error"]["Code"].endswith(_MISSING_QUEUE):
            raise
    return Reading((Finding(name, label, "the queue does not exist (any more)", data={"exists": False}),))


def _ask_tags(_case: Case, clients: Clients, subject: Subject) -> Reading:
    sqs = clients.client("sqs", subject.place)
    return _unless_missing(
        queue_tags.NAME,
        queue_tags.LABEL,
        lambda: queue_tags.read_tags(sqs.list_queue_tags(QueueUrl=subject.url)),
    )


def _ask_attributes(case: Case, clients: Clients, subject: Subject) -> Reading:
    sqs = clients.client("sqs", subject.place)

    def ask() -> Reading:
        answer = sqs.get_queue_attributes(QueueUrl=subject.url, AttributeNames=["All"])
        return queue_attributes.read_attributes(answer, subject.place.account, case.estate)

    return _unless_missing(queue_attributes.NAME, queue_attributes.LABEL, ask)


def _ask_sources(_case: Case, clients: Clients, subject: Subject) -> Reading:
    sqs = clients.client("sqs", subject.place)

    def ask() -> Reading:
        urls: list[object] = []
        request: dict[str, Any] = {"QueueUrl": subject.url, "MaxResults": 1000}
        for _ in range(_MOST_PAGES):
            answer = sqs.list_dead_letter_source_queues(**request)
            urls += answer["queueUrls"]
            request["NextToken"] = answer.get("NextToken")
            if not request["NextToken"]:
                break
        return queue_sources.read_sources(urls, is_complete=not request["NextToken"])

    return _unless_missing(queue_sources.NAME, queue_sources.LABEL, ask)


def _ask_changes(case: Case, _clients: Clients, subject: Subject) -> Reading:
    past = case.history.events(
        "EventSource",
        EVENT_SOURCE,
        subject.place,
        since=case.time - queue_history.CHANGES_LOOK_BACK,
        until=case.time,
        most_pages=_MOST_PAGES,
    )
    return queue_history.read_changes(past, case.call, subject.queue)


def _ask_purges(case: Case, _clients: Clients, subject: Subject) -> Reading:
    return queue_history.read_purges(purges_before(case, subject.place), case.call, subject.queue)


TAGS = Probe(queue_tags.NAME, queue_tags.LABEL, _SECONDS, about_the_queue(_ask_tags))
"""The one that exceptions may need before all others."""

QUEUE_PROBES = (
    TAGS,
    Probe(queue_attributes.NAME, queue_attributes.LABEL, _SECONDS, about_the_queue(_ask_attributes)),
    Probe(queue_sources.NAME, queue_sources.LABEL, _SECONDS, about_the_queue(_ask_sources)),
    Probe(
        queue_history.CHANGES_NAME,
        queue_history.CHANGES_LABEL,
        _HISTORY_SECONDS,
        about_the_queue(_ask_changes),
    ),
    Probe(
        queue_history.PURGES_NAME, queue_history.PURGES_LABEL, _HISTORY_SECONDS, about_the_queue(_ask_purges)
    ),
)
"""All of them, in the order in which they are shown."""
