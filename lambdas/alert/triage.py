"""The triage: many small questions about one call, asked at once, none of which can hold up the alert.

A probe asks AWS; what the answer means is said in `policies.detection.triage`. A probe that fails, is denied,
throttled or too slow says so in its line of the alert, and the alert goes out all the same.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError

from lambdas.alert.clients import TriageRoleError
from lambdas.alert.garbage import GARBAGE
from policies.detection.queue import is_account_id
from policies.detection.text import elided
from policies.detection.triage.evidence import Evidence, Triage
from policies.detection.triage.finding import Finding, Reading, Status
from policies.detection.triage.refusal import status_of
from policies.naming import TRIAGE_ROLE, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lambdas.alert.clients import Clients
    from lambdas.alert.cloudtrail_history import CloudTrailHistory
    from lambdas.alert.workers import Workers
    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

# What of AWS's own words on a failure is shown, in characters.
_LONGEST_MESSAGE = 300

_EVIDENCE = frozenset(field.name for field in fields(Evidence))

_TOO_LATE = (Status.TIMED_OUT, "unknown: AWS did not answer in time")


class NotApplicableError(Exception):
    """A probe has nothing to ask about this call; the message ends the sentence that says so."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the probes are about.

    Parameters
    ----------
    call
        The call.
    estate
        What is known of the organization.
    history
        What CloudTrail remembers.
    """

    call: ApiCall
    estate: Estate
    history: CloudTrailHistory

    @property
    def place(self) -> Place:
        """The account and region of the queue, or of the call where it names no queue.

        Raises
        ------
        NotApplicableError
            It is unknown, or not ours.
        """
        queue = self.call.queue
        return self.place_in(self.call.account, (queue.region if queue else None) or self.call.region)

    @property
    def time(self) -> datetime:
        """When the call was made, in UTC.

        Raises
        ------
        NotApplicableError
            It is unknown.
        """
        if self.call.time is None:
            raise NotApplicableError("the record does not say when the call was made")
        return self.call.time

    def place_in(self, account: str | None, region: str | None) -> Place:
        """Return an account and a region where questions can be asked.

        A caller can name any account in a queue's URL. Only those of the inventory are asked, so that nobody
        else writes the answers.

        Raises
        ------
        NotApplicableError
            One of the two is unknown, or the account is not in the inventory.
        """
        if not is_account_id(account):
            raise NotApplicableError("the record does not say which account it is in")
        if region is None:
            raise NotApplicableError("the record does not say which region it is in")
        if account not in self.estate.accounts:
            raise NotApplicableError(f"the account {account} is not in the inventory")
        return Place(account, region)


@dataclass(frozen=True, slots=True)
class Probe:
    """One question about a call.

    Parameters
    ----------
    name
        A stable slug.
    label
        What it is about, in a word or three; shown where it finds nothing.
    budget_seconds
        How long it may take.
    run
        Asks AWS and reads the answer. It runs in a thread of its own, unless ``asks`` is false.
    asks
        Whether it has to wait for anybody. What only reads the record is not worth a thread.
    """

    name: str
    label: str
    budget_seconds: float
    run: Callable[[Case, Clients], Reading]
    asks: bool = True


def run_triage(
    case: Case, probes: Sequence[Probe], clients: Clients, budget_seconds: float, workers: Workers
) -> Triage:
    """Ask all questions at once and return what is known when the time is up.

    Nothing that a probe raises or answers gets to the caller but as a line of the triage.

    Parameters
    ----------
    case
        What the probes are about.
    probes
        The questions, in the order in which their findings are shown.
    clients
        Clients of the accounts.
    budget_seconds
        How long all of them together may take.
    workers
        Ask what has to be waited for.
    """
    answers: SimpleQueue[tuple[int, Reading]] = SimpleQueue()
    start = time.monotonic()
    for index, probe in enumerate(probes):
        if probe.asks:
            workers.start(partial(_answer, index, probe, case, clients, answers))
    for index, probe in enumerate(probes):
        if not probe.asks:
            _answer(index, probe, case, clients, answers)
    deadlines = {
        index: start + min(probe.budget_seconds, budget_seconds) for index, probe in enumerate(probes)
    }
    readings = _collect(answers, deadlines)
    return _merged([readings.get(index) or _line(probe, *_TOO_LATE) for index, probe in enumerate(probes)])


def _answer(
    index: int, probe: Probe, case: Case, clients: Clients, answers: SimpleQueue[tuple[int, Reading]]
) -> None:
    reading = _line(probe, Status.FAILED, "unknown: the probe broke; the log says why")
    try:
        reading = _reading_of(probe, case, clients)
    except Exception:  # noqa: BLE001 - a defect of ours: the probe's line says so, and the log what it was
        import traceback  # noqa: PLC0415 - nobody hopes to need it

        traceback.print_exc()
    finally:
        answers.put((index, reading))


def _collect(answers: SimpleQueue[tuple[int, Reading]], deadlines: dict[int, float]) -> dict[int, Reading]:
    """Return the answers that come in time. One that comes later is nobody's."""
    readings: dict[int, Reading] = {}
    waiting = dict(deadlines)
    while waiting:
        try:
            index, reading = answers.get(timeout=max(0.0, min(waiting.values()) - time.monotonic()))
        except Empty:
            now = time.monotonic()
            waiting = {index: deadline for index, deadline in waiting.items() if deadline > now}
        else:
            if waiting.pop(index, None) is not None:
                readings[index] = reading
    return readings


def _reading_of(probe: Probe, case: Case, clients: Clients) -> Reading:
    try:
        reading = probe.run(case, clients)
        if unknown := reading.evidence.keys() - _EVIDENCE:
            # This must fail here and not at the caller's.
            raise TypeError(f"evidence has no {', '.join(sorted(unknown))}")
    except (NotApplicableError, TriageRoleError, ClientError, BotoCoreError, *GARBAGE) as error:
        return _line(probe, *_failure_of(error))
    return reading


def _failure_of(error: Exception) -> tuple[Status, str]:
    """Return what became of a probe that raised, as a status and in a sentence."""
    match error:
        case NotApplicableError():
            return Status.NOT_APPLICABLE, f"not looked up: {error}"
        case TriageRoleError():
            return error.status, f"unknown: {error}"
        case ClientError():
            return _refusal_of(error)
        case ConnectTimeoutError() | ReadTimeoutError():
            return _TOO_LATE
        case BotoCoreError():
            return Status.FAILED, f"unknown: AWS could not be asked ({error})"
    reason = elided(f"{type(error).__name__}: {error}", _LONGEST_MESSAGE)
    return Status.FAILED, f"unknown: AWS answered something that cannot be read ({reason})"


def _refusal_of(error: ClientError) -> tuple[Status, str]:
    said = error.response.get("Error", {})
    code, message = said.get("Code") or "no code", said.get("Message") or "no message"
    operation = error.operation_name
    match status_of(code):
        case Status.DENIED:
            return Status.DENIED, f"unknown: {TRIAGE_ROLE} was denied {operation} ({code})"
        case Status.THROTTLED:
            return Status.THROTTLED, f"unknown: AWS throttled {operation} ({code})"
    return Status.FAILED, f"unknown: {operation} failed ({elided(f'{code}: {message}', _LONGEST_MESSAGE)})"


def _line(probe: Probe, status: Status, text: str) -> Reading:
    return Reading((Finding(probe.name, probe.label, text, status),))


def _merged(readings: Sequence[Reading]) -> Triage:
    findings = tuple(finding for reading in readings for finding in reading.findings)
    values: dict[str, Any] = {}
    for reading in readings:
        values |= reading.evidence
    return Triage(findings, Evidence(**values))
