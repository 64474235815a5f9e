"""The runner of the probes: what becomes of one that fails, hangs, or says nonsense."""

from __future__ import annotations

import threading
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from lambdas.alert.clients import Clients, TriageRoleError
from lambdas.alert.triage import NotApplicableError, Probe, run_triage
from lambdas.alert.workers import Workers
from policies.detection.estate import Estate
from policies.detection.triage.evidence import NO_EVIDENCE, Triage
from policies.detection.triage.finding import Finding, Reading, Status
from tests.lambdas.probes.actor_cases import case_of

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 20.0
"""Seconds that no test waits for, unless it fails."""

NO_TIME = 0.01


def reading(name: str, **evidence: object) -> Reading:
    return Reading((Finding(name, name.upper(), f"{name} was found"),), evidence)


WORKERS = Workers()


def probe(name: str, run: Callable[[], Reading], budget_seconds: float = PATIENCE) -> Probe:
    return Probe(name, name.upper(), budget_seconds, lambda _case, _clients: run())


def answering(name: str, **evidence: object) -> Probe:
    return probe(name, lambda: reading(name, **evidence))


def raising(error: Exception) -> Probe:
    def run() -> Reading:
        raise error

    return probe("raising", run)


def triage(*probes: Probe, budget_seconds: float = PATIENCE) -> Triage:
    return run_triage(case_of(), probes, Clients(), budget_seconds, WORKERS)


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ListQueueTags")


def test_findings_come_in_the_order_of_the_probes_and_not_of_the_answers() -> None:
    is_second_done = threading.Event()

    def wait_for_the_second() -> Reading:
        is_second_done.wait(PATIENCE)
        return reading("first")

    def come_first() -> Reading:
        is_second_done.set()
        return reading("second")

    found = triage(probe("first", wait_for_the_second), probe("second", come_first))

    assert [finding.probe for finding in found.findings] == ["first", "second"]


def test_probes_run_at_once() -> None:
    # Nobody passes before all of them are there.
    everybody = threading.Barrier(5, timeout=PATIENCE)

    def meet() -> Reading:
        everybody.wait()
        return reading("met")

    assert len(triage(*(probe(f"p{number}", meet) for number in range(5))).findings) == 5


def test_evidence_of_all_probes_is_put_together_by_name() -> None:
    found = triage(answering("tags", queue_owner="payments"), answering("backlog", backlog=12))

    assert (found.evidence.queue_owner, found.evidence.backlog) == ("payments", 12)


def test_no_probes_find_nothing() -> None:
    assert triage() == Triage((), NO_EVIDENCE)


@pytest.mark.parametrize(
    ("probe_seconds", "all_seconds"), [(NO_TIME, PATIENCE), (PATIENCE, NO_TIME)], ids=["its own", "of all"]
)
def test_a_probe_that_hangs_is_given_up_when_its_time_or_that_of_all_is_over(
    probe_seconds: float, all_seconds: float
) -> None:
    is_over = threading.Event()

    def hang() -> Reading:
        # Long after it is given up, and long before anybody's patience ends.
        is_over.wait(PATIENCE / 10)
        return reading("hanging", backlog=12)

    found = triage(probe("hanging", hang, probe_seconds), budget_seconds=all_seconds)
    is_over.set()

    (finding,) = found.findings
    assert (finding.status, finding.text) == (Status.TIMED_OUT, "unknown: AWS did not answer in time")
    assert (finding.probe, finding.label) == ("hanging", "HANGING")
    assert found.evidence == NO_EVIDENCE


def test_an_answer_that_comes_too_late_is_not_used_though_others_are_still_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    is_slow_given_up, is_slow_done = threading.Event(), threading.Event()

    class WatchedQueue(SimpleQueue[tuple[int, Reading]]):
        """The queue of the answers, which tells when a time is over and when an answer is there."""

        def get(self, block: bool = True, timeout: float | None = None) -> tuple[int, Reading]:  # noqa: FBT002 - as in SimpleQueue
            try:
                return super().get(block, timeout)
            except Empty:
                is_slow_given_up.set()
                raise

        def put(self, item: tuple[int, Reading], block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT002 - as in SimpleQueue
            super().put(item, block, timeout)
            if item[1].evidence:
                is_slow_done.set()

    def be_slow() -> Reading:
        assert is_slow_given_up.wait(PATIENCE)
        return reading("slow", backlog=12)

    def be_patient() -> Reading:
        assert is_slow_done.wait(PATIENCE)
        return reading("patient")

    monkeypatch.setattr("lambdas.alert.triage.SimpleQueue", WatchedQueue)
    found = triage(probe("slow", be_slow, NO_TIME), probe("patient", be_patient))

    assert [finding.status for finding in found.findings] == [Status.TIMED_OUT, Status.ANSWERED]
    assert found.evidence == NO_EVIDENCE


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (
            refusal("AccessDeniedException"),
            Status.DENIED,
            "unknown: purge-guard-triage was denied ListQueueTags (AccessDeniedException)",
        ),
        (
            refusal("RequestThrottled"),
            Status.THROTTLED,
            "unknown: AWS throttled ListQueueTags (RequestThrottled)",
        ),
        (
            refusal("InternalError", "try later"),
            Status.FAILED,
            "unknown: ListQueueTags failed (InternalError: try later)",
        ),
        (
            ClientError({}, "ListQueueTags"),
            Status.FAILED,
            "unknown: ListQueueTags failed (no code: no message)",
        ),
        (
            ReadTimeoutError(endpoint_url="https://example.com"),
            Status.TIMED_OUT,
            "unknown: AWS did not answer in time",
        ),
        (
            EndpointConnectionError(endpoint_url="https://example.com"),
            Status.FAILED,
            'unknown: AWS could not be asked (Could not connect to the endpoint URL: "https://example.com")',
        ),
        (
            TriageRoleError("444455556666", Status.DENIED, "AccessDenied"),
            Status.DENIED,
            "unknown: the role purge-guard-triage of 444455556666 could not be assumed (AccessDenied)",
        ),
        (
            NotApplicableError("the record does not say when the call was made"),
            Status.NOT_APPLICABLE,
            "not looked up: the record does not say when the call was made",
        ),
        (
            KeyError("Timestamps"),
            Status.FAILED,
            "unknown: AWS answered something that cannot be read (KeyError: 'Timestamps')",
        ),
    ],
    ids=[
        "denied",
        "throttled",
        "failed",
        "failed without a code",
        "silent",
        "out of reach",
        "role refused",
        "not applicable",
        "garbage",
    ],
)
def test_a_probe_that_fails_says_so_and_the_others_are_heard(
    error: Exception, status: Status, text: str
) -> None:
    found = triage(raising(error), answering("tags", queue_owner="payments"))

    assert (found.findings[0].status, found.findings[0].text) == (status, text)
    assert found.findings[1].status is Status.ANSWERED
    assert found.evidence.queue_owner == "payments"


@pytest.mark.parametrize(
    "error",
    [
        AttributeError("'list' object has no attribute 'get'"),
        IndexError("list index out of range"),
        OverflowError("date value out of range"),
        RecursionError("maximum recursion depth exceeded"),
        ResponseParserError("invalid XML received"),
        TypeError("'NoneType' object is not iterable"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        ZeroDivisionError("division by zero"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_garbage_makes_a_reader_raise_is_a_line_of_the_alert(error: Exception) -> None:
    (finding,) = triage(raising(error)).findings

    assert finding.status is Status.FAILED
    assert type(error).__name__ in finding.text


@pytest.mark.parametrize("asks", [True, False], ids=["in a thread", "at once"])
def test_a_probe_with_a_defect_is_told_at_once_and_logged(
    capsys: pytest.CaptureFixture[str], *, asks: bool
) -> None:
    defect = replace(raising(AssertionError("a defect of ours")), asks=asks)

    found = triage(defect, answering("backlog", backlog=12))

    assert found.findings[0].text == "unknown: the probe broke; the log says why"
    assert found.findings[0].status is Status.FAILED
    assert found.evidence.backlog == 12
    assert "AssertionError: a defect of ours" in capsys.readouterr().err


def test_what_aws_says_on_a_failure_is_shortened() -> None:
    (finding,) = triage(raising(refusal("InternalError", "x" * 10_000))).findings

    assert len(finding.text) < 400


def test_evidence_of_a_name_that_nobody_knows_spoils_its_own_probe_only() -> None:
    found = triage(answering("odd", colour="blue"), answering("backlog", backlog=12))

    assert [finding.status for finding in found.findings] == [Status.FAILED, Status.ANSWERED]
    assert found.evidence.backlog == 12


@pytest.mark.parametrize(
    ("changes", "estate", "reason"),
    [
        (
            {"requestParameters": None, "recipientAccountId": None},
            Estate(),
            "the record does not say which account it is in",
        ),
        (
            {"awsRegion": None, "requestParameters": {"queueUrl": "https://localhost/111122223333/orders"}},
            Estate(),
            "the record does not say which region it is in",
        ),
        (
            {"requestParameters": {"queueUrl": "https://sqs.us-east-1.amazonaws.com/444455556666/orders"}},
            Estate(),
            "the account 444455556666 is not in the inventory",
        ),
    ],
    ids=["no account", "no region", "an outsider's account"],
)
def test_a_place_that_is_unknown_or_not_ours_is_not_asked(
    changes: dict[str, object], estate: Estate, reason: str
) -> None:
    case = case_of(changes, estate)

    with pytest.raises(NotApplicableError, match=reason):
        _ = case.place


def test_a_call_without_a_time_has_no_time_to_ask_about() -> None:
    with pytest.raises(NotApplicableError, match="does not say when"):
        _ = case_of({"eventTime": None}).time
