"""What CloudTrail remembers of an account: its event history, asked at the pace that it allows.

LookupEvents takes two requests a second for an account and region, one attribute at a time, and goes back 90
days. A call is found there some minutes after it was made.

See https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Literal, NamedTuple

from policies.detection.intake import records_in
from policies.detection.record import read_call
from policies.detection.triage.past_calls import PastCalls

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lambdas.alert.clients import Clients
    from policies.naming import Place

SECONDS_BETWEEN_LOOKUPS = 0.5

Attribute = Literal["AccessKeyId", "EventName", "EventSource", "ResourceName", "Username"]
"""What events can be looked up by."""


class Pacer:
    """Spaces the lookups of all probes in a process, for each account and region on its own. Thread-safe.

    Parameters
    ----------
    now
        A clock, in seconds.
    sleep
        Waits for some seconds.
    """

    def __init__(
        self, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[Place, float] = {}

    def wait(self, place: Place) -> None:
        """Take the next turn in an account and region, and return when it has come."""
        with self._lock:
            now = self._now()
            turn = max(now, self._next.get(place, now))
            self._next[place] = turn + SECONDS_BETWEEN_LOOKUPS
        if turn > now:
            self._sleep(turn - now)


class _Question(NamedTuple):
    place: Place
    key: Attribute
    value: str
    since: datetime
    until: datetime
    most_pages: int


class CloudTrailHistory:
    """The event histories of accounts. What two probes ask for is looked up once. Thread-safe.

    Needs ``cloudtrail:LookupEvents`` in the account that is asked.

    Parameters
    ----------
    clients
        Clients of the accounts.
    pacer
        Common to all histories of the process.
    """

    def __init__(self, clients: Clients, pacer: Pacer) -> None:
        self._clients = clients
        self._pacer = pacer
        self._locks: dict[_Question, threading.Lock] = {}
        self._answers: dict[_Question, PastCalls] = {}

    def events(
        self,
        key: Attribute,
        value: str,
        place: Place,
        *,
        since: datetime,
        until: datetime,
        most_pages: int = 3,
    ) -> PastCalls:
        """Return the calls in an account and region that have an attribute, the newest first.

        Parameters
        ----------
        key, value
            The attribute, such as ``EventName`` and ``PurgeQueue``.
        place
            Where to look. What IAM and other global services record is in one region of the partition only.
        since, until
            Between which times, both included.
        most_pages
            How many pages of 50 events to read, each of which costs half a second.

        Raises
        ------
        botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError, TriageRoleError
            The history cannot be read.
        """
        question = _Question(place, key, value, since, until, most_pages)
        # One step, so that two threads get the same.
        with self._locks.setdefault(question, threading.Lock()):
            if question not in self._answers:
                self._answers[question] = self._look_up(question)
            return self._answers[question]

    def _look_up(self, question: _Question) -> PastCalls:
        client = self._clients.client("cloudtrail", question.place)
        request = {
            "LookupAttributes": [{"AttributeKey": question.key, "AttributeValue": question.value}],
            "StartTime": question.since,
            "EndTime": question.until,
        }
        calls, token = [], None
        for _ in range(question.most_pages):
            self._pacer.wait(question.place)
            answer = client.lookup_events(**request, **({"NextToken": token} if token else {}))
            calls += [read_call(received) for received in records_in(answer["Events"])]
            token = answer.get("NextToken")
            if not token:
                break
        return PastCalls(tuple(calls), question.since, is_complete=not token)
