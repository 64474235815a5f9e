"""What one event costs in a warm process: the function's own CPU, without boto3's.

Everything is asked and told: ledger, budget, all probes, the message. In place of AWS stand objects that have
the answers of a recorded scene at hand, and a ledger in memory whose own time is taken off.
"""

from __future__ import annotations

import contextlib
import io
import re
import statistics
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from lambdas.alert.admission import Admission
from lambdas.alert.channels.topic import TopicChannel
from lambdas.alert.cloudtrail_history import Pacer
from lambdas.alert.digests import DigestQueue
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.handler import process
from lambdas.alert.investigation import Investigation
from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import Services
from policies.detection.estate_document import read_estate
from tests.events import event_named
from tests.lambdas.dynamodb_in_memory import DynamoDbInMemory
from tests.replay.test_replay import answers_of

SCENE = Path(__file__).resolve().parent.parent / "tests" / "replay" / "scenes" / "everything-answered"
EVENTS = 200
MOST_MILLISECONDS = 2.0

_TABLE = "purge-guard-ledger"
_TOPIC = "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"
_A_WINDOW_SECONDS = 400.0


@dataclass(frozen=True, slots=True)
class _Request:
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Clients of all accounts, which answer what the scene says; each of them has been asked before."""

    answers: dict[str, Any]
    clients: dict[str, _RecordedClient] = field(default_factory=dict)

    def client(self, service: str, _place: object) -> _RecordedClient:
        return self.clients.setdefault(service, _RecordedClient(service, self.answers))


@dataclass
class _RecordedClient:
    service: str
    answers: dict[str, Any]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation
        operation = re.sub("_?([a-z]+)", lambda word: word[1].capitalize(), name)
        recorded = self.answers[f"{self.service}.{operation}"]
        known: dict[str, Any] = {}

        def answer(**asked: Any) -> Any:  # noqa: ANN401 - boto3 has no types
            if not callable(recorded):
                return recorded
            question = str(asked["LookupAttributes"])
            if question not in known:
                known[question] = recorded(_Request(asked))
            return known[question]

        setattr(self, name, answer)
        return answer


class _TimedTable:
    """A ledger in memory, which knows how long it took."""

    exceptions = DynamoDbInMemory.exceptions

    def __init__(self) -> None:
        self._table = DynamoDbInMemory()
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any operation
        operation = getattr(self._table, name)

        def call(**asked: Any) -> Any:  # noqa: ANN401 - boto3 has no types
            begun = time.perf_counter()
            try:
                return operation(**asked)
            finally:
                self.seconds += time.perf_counter() - begun

        return call


@dataclass(slots=True)
class _Topic:
    """An SNS client that keeps what it is given."""

    published: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, **message: Any) -> dict[str, str]:  # noqa: ANN401 - boto3 has no types
        self.published.append(message)
        return {"MessageId": "m-1"}


class UntoldError(Exception):
    """An event was not told with all of its triage: what was measured is something else."""


def measure() -> list[Result]:
    """Measure events one by one, each of a burst of its own, in a process that has met one before.

    Raises
    ------
    UntoldError
        An event was not told in full.
    """
    clock = [datetime(2026, 1, 15, 10, tzinfo=UTC).timestamp()]
    topic, table = _Topic(), _TimedTable()
    services = _services(topic, table, clock)
    seconds = [_cpu_of_one(number, services, table, clock) for number in range(EVENTS + 1)]
    if len(topic.published) != EVENTS + 1 or "1,240 messages" not in topic.published[-1]["Message"]:
        raise UntoldError(f"{len(topic.published)} of {EVENTS + 1} events were told")
    return [
        Result(
            what=f"the function's own CPU for an event, the median of {EVENTS}, over 2 ms",
            measured=statistics.median(seconds[1:]) * 1000,
            limit=MOST_MILLISECONDS,
            unit="ms",
        )
    ]


def _cpu_of_one(number: int, services: Services, table: _TimedTable, clock: list[float]) -> float:
    clock[0] += _A_WINDOW_SECONDS
    table.seconds = 0.0
    event = event_named("purged-by-role-session")
    event["detail"] |= {"requestID": f"r-{number}", "eventID": f"e-{number}"}
    with contextlib.redirect_stdout(io.StringIO()):
        begun = time.process_time()
        process(event, services, lambda: 60.0)
        return time.process_time() - begun - table.seconds


def _services(topic: _Topic, table: _TimedTable, clock: list[float]) -> Services:
    estate = read_estate((SCENE / "estate.json").read_text(encoding="utf-8"))
    memory: Any = table
    recorded: Any = _Recorded(answers_of(SCENE))
    investigation = Investigation(estate, recorded, Pacer(sleep=lambda _: None))
    admission = Admission(memory, _TABLE, lambda: clock[0], lambda _: None)

    def now() -> datetime:
        return datetime.fromtimestamp(clock[0], UTC)

    return Services(
        ledger=Ledger(memory, _TABLE, 90, lambda: clock[0], lambda _: None),
        estate=estate,
        runbook_url="",
        channels=lambda: (TopicChannel(topic, _TOPIC, estate, is_ocsf=False, now=now),),
        investigation=lambda: investigation,
        exception_records=lambda: ExceptionRecords(memory, _TABLE, 90, now),
        admission=lambda: admission,
        digest_queue=lambda: DigestQueue(topic, "", estate),
    )
