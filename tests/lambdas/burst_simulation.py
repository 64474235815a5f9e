"""A minute of purges as the function meets them: Lambda and SQS around it, and whatever can fail in between.

The clock is simulated. Lambda tries an event three times, a minute and two apart; the mapping of the digest
queue makes a batch of what gathers in a minute, and brings back what was not told when its visibility timeout
is over.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.alert.admission import Admission
from lambdas.alert.channels.topic import TopicChannel
from lambdas.alert.digests import DigestQueue, DigestServices, tell_digest
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.handler import process
from lambdas.alert.investigation import Investigation
from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import NotToldError, Services
from lambdas.alert.told_entries import ToldEntries
from policies.detection.alert import NOTHING_KNOWN
from policies.detection.digest import MOST_ENTRIES
from tests.events.arbitrary import RECORD, on_bus
from tests.lambdas.local_services import TABLE

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable

    from tests.lambdas.local_services import Clock

TIMEOUT_SECONDS = 60.0
BATCHING_SECONDS = 60.0
HIDDEN_SECONDS = 420.0

Record = dict[str, Any]


class ProcessDiedError(BaseException):
    """Stands for the end of the process: nothing in the function may catch it."""


class Unreliable:
    """A client whose calls fail now and then, before they have an effect or after.

    Parameters
    ----------
    client
        The client.
    chance
        Where luck comes from.
    refusals, deaths
        How many of all calls end with an error of AWS, and how many with the process.
    told
        Called with the name of each call that had its effect.
    """

    def __init__(
        self,
        client: Any,  # noqa: ANN401 - any client
        chance: random.Random,
        *,
        refusals: float = 0.0,
        deaths: float = 0.0,
        after: bool = True,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._chance = chance
        self._refusals = refusals
        self._deaths = deaths
        self._after = after
        self._told = told

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation
        operation = getattr(self._client, name)
        if not callable(operation):
            return operation

        def call(**arguments: object) -> object:
            self._strike(name)
            answer = operation(**arguments)
            self._told(name)
            if self._after:
                self._strike(name)
            return answer

        return call

    def _strike(self, name: str) -> None:
        luck = self._chance.random()
        if luck < self._deaths:
            raise ProcessDiedError
        if luck < self._deaths + self._refusals:
            answer: Any = {"Error": {"Code": "InternalServerError", "Message": "on purpose"}}
            raise ClientError(answer, name)


class WaitingMessages:
    """The digest queue, as the function sends to it and as the mapping reads it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers = count()

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> dict[str, str]:  # noqa: ARG002, N803 - boto3's names
        message = f"m-{next(self._numbers)}"
        self.records.append({"messageId": message, "body": MessageBody, "receives": 0})
        return {"MessageId": message}

    def gather(self) -> list[Record]:
        """Return what waits."""
        return self.records

    def take(self) -> list[Record]:
        """Return the messages of a batch, each received once more."""
        taken, self.records = self.records[:MOST_ENTRIES], self.records[MOST_ENTRIES:]
        return [received(record) for record in taken]


def received(record: Record) -> Record:
    receives = record["receives"] + 1
    return {**record, "receives": receives, "attributes": {"ApproximateReceiveCount": str(receives)}}


@dataclass
class Simulation:
    """What happens when, in the order in which it happens.

    Parameters
    ----------
    clock
        The simulated clock.
    services, digest_services
        What the function works with.
    waiting
        Its digest queue.
    copies
        Returns whether SQS delivers a message again though it was told.
    """

    clock: Clock
    services: Services
    digest_services: DigestServices
    waiting: WaitingMessages
    copies: Callable[[], bool] = field(default=lambda: False)
    given_up: list[object] = field(default_factory=list)
    _agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: Any = field(default_factory=count)
    _flushes: bool = False

    @classmethod
    def of(
        cls,
        clock: Clock,
        *,
        dynamodb: Any,  # noqa: ANN401 - any client, here and below
        sns: Any,  # noqa: ANN401
        topic_arn: str,
        waiting: WaitingMessages,
        queue_url: str = "",
    ) -> Simulation:
        """Return the function with everything that it needs."""

        def time() -> datetime:
            return datetime.fromtimestamp(clock.now(), UTC)

        admission = Admission(dynamodb, TABLE, clock.now, clock.sleep)
        topic = TopicChannel(sns, topic_arn, NOTHING_KNOWN, is_ocsf=False, now=time)
        queue = DigestQueue(waiting, queue_url, NOTHING_KNOWN)
        services = Services(
            ledger=Ledger(dynamodb, TABLE, 90, clock.now, clock.sleep),
            estate=NOTHING_KNOWN,
            runbook_url="",
            channels=lambda: (topic,),
            investigation=lambda: Investigation(NOTHING_KNOWN),
            exception_records=lambda: ExceptionRecords(dynamodb, TABLE, 90, time),
            admission=lambda: admission,
            digest_queue=lambda: queue,
        )
        told = ToldEntries(dynamodb, TABLE, clock.now)
        return cls(clock, services, DigestServices((topic,), admission, told), waiting)

    def deliver(self, events: Iterable[tuple[float, object]]) -> None:
        """Deliver events, each at its time, and go on until nothing is left to be done."""
        for time, event in events:
            self._at(time, self._attempt(event, 1))
        while self._agenda:
            time, _, action = heapq.heappop(self._agenda)
            self.clock.seconds = max(self.clock.seconds, time)
            action()
            self._gather()

    def _at(self, time: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (time, next(self._order), action))

    def _attempt(self, event: object, attempt: int) -> Callable[[], None]:
        def run() -> None:
            try:
                process(event, self.services, self._time_left())
            except (NotToldError, ProcessDiedError):
                if attempt == 3:
                    self.given_up.append(event)
                else:
                    self._at(self.clock.now() + 60 * attempt, self._attempt(event, attempt + 1))

        return run

    def _gather(self) -> None:
        """Let the mapping wait for more, or make a batch where there is enough for one."""
        waiting = self.waiting.gather()
        if len(waiting) >= MOST_ENTRIES:
            self._at(self.clock.now(), self._digest(self.waiting.take()))
        elif waiting and not self._flushes:
            self._flushes = True
            self._at(self.clock.now() + BATCHING_SECONDS, self._flush)

    def _flush(self) -> None:
        self._flushes = False
        if records := self.waiting.take():
            self._digest(records)()

    def _digest(self, records: list[Record]) -> Callable[[], None]:
        def run() -> None:
            ids = {record["messageId"] for record in records}
            try:
                outcome = tell_digest({"Records": records}, self.digest_services, self._time_left())
                ids = set(outcome.deferred)
            except (ClientError, ProcessDiedError):
                pass
            again = [
                received(record) if record["messageId"] in ids else record
                for record in records
                if record["messageId"] in ids or self.copies()
            ]
            if again:
                self._at(self.clock.now() + HIDDEN_SECONDS, self._digest(again))

        return run

    def _time_left(self) -> Callable[[], float]:
        end = self.clock.now() + TIMEOUT_SECONDS
        return lambda: end - self.clock.now()


def purges(number: int, chance: random.Random) -> list[dict[str, Any]]:
    """Return the events of so many purges: on 500 queues, a third of them by one role and the rest by 200."""
    return [
        purge(
            identity,
            role="attacker" if chance.random() < 1 / 3 else f"role-{chance.randrange(200)}",
            queue=f"queue-{chance.randrange(500)}",
        )
        for identity in range(number)
    ]


def arrivals(number: int, chance: random.Random, start: float) -> list[tuple[float, object]]:
    """Return so many purges in disorder within a minute, every twentieth of them delivered twice."""
    events = purges(number, chance)
    return [(start + chance.uniform(0, 60), event) for event in events + chance.sample(events, number // 20)]


def request_id(number: int) -> str:
    """Return the id of one of many purges, which no other test tells: some share a deployed ledger."""
    return f"burst-{number}"


def purge(number: int, *, role: str, queue: str) -> dict[str, Any]:
    """Return the event of one of many purges."""
    identity = {
        "type": "AssumedRole",
        "accountId": "111122223333",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/session-{number}",
        "sessionContext": {"sessionIssuer": {"userName": role}},
    }
    url = f"https://sqs.us-east-1.amazonaws.com/111122223333/{queue}"
    ids = {"requestID": request_id(number), "eventID": f"e-{number}"}
    return on_bus({**RECORD, **ids, "userIdentity": identity, "requestParameters": {"queueUrl": url}})


@dataclass(frozen=True)
class Account:
    """What a subscriber was told, added up.

    Parameters
    ----------
    told
        How often each call was told, by the call's request id.
    marked
        How often something was told with the remark that it may have been told before.
    counted
        The alerts, and what the digests say that they count.
    """

    told: dict[str, int]
    marked: int
    counted: int

    @classmethod
    def of(cls, documents: Iterable[dict[str, Any]]) -> Account:
        told: dict[str, int] = {}
        marked = counted = 0
        for document in documents:
            if document["kind"] == "digest":
                keys = [key.removeprefix("purge#") for key in document["keys"]]
                assert document["count"] == len(keys) == len(set(keys))
                counted += document["count"]
                marked += document["repeated"]
            else:
                keys = [document["request_id"]]
                counted += 1
                marked += any("may come twice" in note for note in document["notes"])
            for key in keys:
                told[key] = told.get(key, 0) + 1
        return cls(told, marked, counted)
