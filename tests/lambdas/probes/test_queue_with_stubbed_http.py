"""The probes of the queue and of the damage: AWS is stubbed at the HTTP layer."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.alert.probes.damage import DAMAGE_PROBES
from lambdas.alert.probes.queue import QUEUE_PROBES, TAGS
from policies.detection.triage.evidence import NO_EVIDENCE
from policies.detection.triage.finding import Status
from tests.lambdas.aws_answers import DENIED, SILENCE, THROTTLED, Garbage, Refusal, aws_answers
from tests.lambdas.probes.actor_cases import asked, case_of, found, line, past

if TYPE_CHECKING:
    from lambdas.alert.triage import Probe
    from tests.lambdas.aws_answers import Answer

_, ATTRIBUTES, SOURCES, CHANGES, PURGES = QUEUE_PROBES
(BACKLOG,) = DAMAGE_PROBES
PROBES = (*QUEUE_PROBES, *DAMAGE_PROBES)

OPERATIONS = [
    (TAGS, "sqs.ListQueueTags"),
    (ATTRIBUTES, "sqs.GetQueueAttributes"),
    (SOURCES, "sqs.ListDeadLetterSourceQueues"),
    (CHANGES, "cloudtrail.LookupEvents"),
    (PURGES, "cloudtrail.LookupEvents"),
    (BACKLOG, "cloudwatch.GetMetricData"),
]
NAMES = [probe.name for probe, _ in OPERATIONS]

URL = "https://sqs.us-east-1.amazonaws.com/111122223333/orders"
ARN = "arn:aws:sqs:us-east-1:111122223333:orders"
MISSING = Refusal("AWS.SimpleQueueService.NonExistentQueue")
KEY_DELETED = {
    "eventSource": "kms.amazonaws.com",
    "eventName": "ScheduleKeyDeletion",
    "requestParameters": {"keyId": "1234abcd"},
}


def earlier(time: str, **changes: object) -> dict[str, Any]:
    return past(eventTime=time, eventID=time, **changes)


def metric(name: str, *points: tuple[str, float]) -> dict[str, Any]:
    return {
        "Id": name,
        "Label": name,
        "Timestamps": [datetime.fromisoformat(time) for time, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": "Complete",
    }


@pytest.mark.parametrize(("probe", "operation"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (DENIED, Status.DENIED),
        (THROTTLED, Status.THROTTLED),
        (SILENCE, Status.TIMED_OUT),
        (Refusal("InternalError", status=500), Status.FAILED),
        (Garbage(b"[1]"), Status.FAILED),
    ],
    ids=["denied", "throttled", "silent", "failed", "garbage"],
)
def test_a_probe_that_gets_no_answer_says_so(
    probe: Probe, operation: str, answer: Answer, status: Status
) -> None:
    with aws_answers({operation: answer}):
        triage = asked(probe, case_of())

    (finding,) = triage.findings
    assert (finding.probe, finding.label, finding.status) == (probe.name, probe.label, status)
    assert finding.text.startswith("unknown: ")
    assert triage.evidence == NO_EVIDENCE


@pytest.mark.parametrize(("probe", "operation"), OPERATIONS[1:], ids=NAMES[1:])
def test_a_page_in_place_of_an_answer_is_no_answer(probe: Probe, operation: str) -> None:
    with aws_answers({operation: Garbage(b"<html>")}):
        assert line(probe, case_of()).status is Status.FAILED


@pytest.mark.parametrize("probe", PROBES, ids=NAMES)
def test_an_account_without_the_role_is_told_in_each_line(probe: Probe) -> None:
    with aws_answers({"sts.AssumeRole": Refusal("AccessDenied", status=403)}):
        finding = line(probe, case_of())

    assert finding.status is Status.DENIED
    assert finding.text == (
        "unknown: the role purge-guard-triage of 111122223333 could not be assumed (AccessDenied)"
    )


@pytest.mark.parametrize("probe", PROBES, ids=NAMES)
def test_a_call_about_no_queue_has_no_line(probe: Probe) -> None:
    with aws_answers({}) as aws:
        assert asked(probe, case_of(KEY_DELETED)).findings == ()

    assert aws.requests == []


@pytest.mark.parametrize("probe", PROBES, ids=NAMES)
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requestParameters": None}, "the record does not say which queue it is"),
        (
            {"requestParameters": {"queueUrl": f"{URL} or so"}},
            "SQS gives no queue such a name",
        ),
        (
            {"requestParameters": {"queueUrl": URL.replace("111122223333", "444455556666")}},
            "the account 444455556666 is not in the inventory",
        ),
    ],
    ids=["unknown", "impossible", "an outsider's"],
)
def test_a_queue_that_cannot_be_asked_about_is_not(
    probe: Probe, changes: dict[str, object], reason: str
) -> None:
    with aws_answers({}) as aws:
        finding = line(probe, case_of(changes))

    assert (finding.status, finding.text) == (Status.NOT_APPLICABLE, f"not looked up: {reason}")
    assert aws.requests == []


@pytest.mark.parametrize(("probe", "operation"), OPERATIONS[:3], ids=NAMES[:3])
def test_a_queue_that_was_deleted_is_an_answer(probe: Probe, operation: str) -> None:
    with aws_answers({operation: MISSING}):
        finding = line(probe, case_of())

    assert (finding.status, finding.text) == (Status.ANSWERED, "the queue does not exist (any more)")


@pytest.mark.parametrize(
    "host", ["https://evil.example.com/x?", "https://sqs-fips.us-east-1.amazonaws.com/"], ids=["evil", "fips"]
)
def test_aws_is_asked_and_not_the_host_that_the_caller_named(host: str) -> None:
    resources = [{"type": "AWS::SQS::Queue", "accountId": "111122223333", "ARN": ARN}]
    changes = {"requestParameters": {"queueUrl": f"{host}111122223333/orders"}, "resources": resources}
    with aws_answers({"sqs.ListQueueTags": {}}) as aws:
        asked(TAGS, case_of(changes))

    assert aws.requests[-1].url.startswith("https://sqs.us-east-1.amazonaws.com/")
    assert aws.requests[-1].parameters == {"QueueUrl": URL}


def test_tags_become_owner_and_environment() -> None:
    with aws_answers({"sqs.ListQueueTags": {"Tags": {"Owner": "payments", "env": "production"}}}):
        triage = asked(TAGS, case_of())

    assert (
        triage.findings[0].text == "owner payments, environment production (Owner=payments, env=production)"
    )
    assert triage.evidence.queue_tags == {"Owner": "payments", "env": "production"}
    assert (triage.evidence.queue_owner, triage.evidence.queue_environment) == ("payments", "production")


def test_a_queue_without_tags_has_none() -> None:
    with aws_answers({"sqs.ListQueueTags": {}}):
        triage = asked(TAGS, case_of())

    assert (triage.findings[0].text, triage.evidence.queue_tags) == ("none", {})


def test_attributes_and_policy_are_a_line_each() -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": ARN}
    attributes = {
        "QueueArn": ARN,
        "MessageRetentionPeriod": "345600",
        "SqsManagedSseEnabled": "true",
        "Policy": json.dumps({"Statement": [everybody]}),
    }
    with aws_answers({"sqs.GetQueueAttributes": {"Attributes": attributes}}) as aws:
        triage = asked(ATTRIBUTES, case_of())

    assert [finding.text for finding in triage.findings] == [
        "standard, keeps messages 4 d, encrypted by SQS, no dead-letter queue",
        "lets anybody in (sqs:*)",
    ]
    assert aws.requests[-1].parameters == {"QueueUrl": URL, "AttributeNames": ["All"]}


def test_the_queues_whose_failures_it_takes_are_found_on_every_page() -> None:
    pages: list[Answer] = [
        {"queueUrls": [], "NextToken": "t-1"},
        {"queueUrls": [URL.replace("orders", "payments")]},
    ]
    with aws_answers({"sqs.ListDeadLetterSourceQueues": pages}) as aws:
        triage = asked(SOURCES, case_of())

    assert triage.findings[0].text == "of payments"
    assert triage.evidence.is_dead_letter_queue is True
    assert aws.requests[-1].parameters["NextToken"] == "t-1"


def test_a_list_without_end_is_left_and_decides_nothing() -> None:
    page = {"queueUrls": [], "NextToken": "on-and-on"}
    with aws_answers({"sqs.ListDeadLetterSourceQueues": page}) as aws:
        triage = asked(SOURCES, case_of())

    assert aws.operations.count("sqs.ListDeadLetterSourceQueues") == 3
    assert triage.evidence.is_dead_letter_queue is None


def test_what_was_done_to_the_queue_in_the_day_before_is_listed() -> None:
    opened = earlier("2026-01-15T08:00:00Z", eventName="AddPermission")
    other = earlier(
        "2026-01-15T08:30:00Z",
        eventName="DeleteQueue",
        requestParameters={"queueUrl": URL.replace("orders", "payments")},
    )
    with aws_answers({"cloudtrail.LookupEvents": found(opened, other)}) as aws:
        finding = line(CHANGES, case_of())

    assert finding.text == "AddPermission by role AppRole, session alice 2 h before"
    assert aws.requests[-1].parameters["LookupAttributes"] == [
        {"AttributeKey": "EventSource", "AttributeValue": "sqs.amazonaws.com"}
    ]
    assert aws.requests[-1].parameters["StartTime"] == datetime(2026, 1, 14, 10, tzinfo=UTC)


def test_the_rhythm_of_earlier_purges_is_told_without_the_call_itself() -> None:
    itself = past(eventID="11111111-1111-4111-8111-111111111111")
    weekly = [earlier(f"2026-01-{day:02}T10:00:00Z") for day in (8, 1)]
    with aws_answers({"cloudtrail.LookupEvents": found(itself, *weekly)}):
        triage = asked(PURGES, case_of())

    assert triage.findings[0].text == (
        "2 purges in the 30 d before, the last one 7 d before, about every 7 d"
    )


def test_the_backlog_is_that_of_the_last_whole_minute_before() -> None:
    answer = {
        "MetricDataResults": [
            metric("visible", ("2026-01-15T09:57:00+00:00", 1240.0), ("2026-01-15T09:56:00+00:00", 1.0)),
            metric("in_flight", ("2026-01-15T09:57:00+00:00", 12.0)),
            metric("delayed"),
            metric("oldest", ("2026-01-15T09:57:00+00:00", 12_000.0)),
        ]
    }
    with aws_answers({"cloudwatch.GetMetricData": answer}) as aws:
        triage = asked(BACKLOG, case_of({"eventTime": "2026-01-15T10:00:30Z"}))

    assert triage.findings[0].text == (
        "about 1,240 messages waiting, 12 in flight, oldest 3 h 20 min (last data point 2 min 30 s before)"
    )
    assert triage.evidence.backlog == 1252
    parameters = aws.requests[-1].parameters
    assert parameters["StartTime"] == datetime(2026, 1, 15, 9, tzinfo=UTC)
    assert parameters["EndTime"] == datetime(2026, 1, 15, 10, tzinfo=UTC)


def test_a_queue_without_data_has_an_unknown_backlog() -> None:
    answer = {"MetricDataResults": [metric(name) for name in ("visible", "in_flight", "delayed", "oldest")]}
    with aws_answers({"cloudwatch.GetMetricData": answer}):
        triage = asked(BACKLOG, case_of())

    assert "CloudWatch has no data" in triage.findings[0].text
    assert triage.evidence.backlog is None
