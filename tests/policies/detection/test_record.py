from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from policies.detection.alert import NOTHING_KNOWN
from policies.detection.event_time import format_time
from policies.detection.intake import Received, records_in
from policies.detection.record import ApiCall, read_call
from policies.detection.rule import Outcome
from policies.detection.rules import finding_rule
from tests.events import EventCase, event_cases
from tests.events.arbitrary import JSON_VALUES, RECORD, mutated_records


def call_of(**changes: object) -> ApiCall:
    return read_call(Received({**RECORD, **changes}))


def view(call: ApiCall) -> dict[str, Any]:
    queue, time, source = call.queue, call.time, call.source
    return {
        "outcome": call.outcome,
        "queue": (queue.arn or queue.name) if queue else None,
        "region": (queue.region if queue else None) or call.region,
        "account": call.account,
        "actor": call.actor.label,
        "source": f"{source.text} ({source.kind})" if source.text else None,
        "time": format_time(time) if time else None,
        "notes": list(call.notes),
    }


@pytest.mark.parametrize(
    "case", [case for case in event_cases() if case.expect["rules"]], ids=lambda case: case.name
)
def test_reads_the_example_as_expected(case: EventCase) -> None:
    (call,) = (call for call in map(read_call, records_in(case.event)) if finding_rule(call, NOTHING_KNOWN))
    expected = {key: case.expect[key] for key in view(call)}

    assert view(call) == expected


@pytest.mark.parametrize(
    ("errors", "outcome"),
    [
        ({}, Outcome.PURGED),
        ({"errorCode": None, "errorMessage": None}, Outcome.PURGED),
        ({"errorCode": "", "errorMessage": ""}, Outcome.PURGED),
        ({"errorCode": [], "errorMessage": {}}, Outcome.PURGED),
        ({"errorCode": "AccessDenied"}, Outcome.DENIED),
        ({"errorCode": "AccessDeniedException"}, Outcome.DENIED),
        ({"errorCode": "Client.UnauthorizedOperation"}, Outcome.DENIED),
        ({"errorCode": "UnauthorizedOperation"}, Outcome.DENIED),
        ({"errorCode": "KMS.AccessDeniedException"}, Outcome.DENIED),
        ({"errorCode": "NotAuthorized"}, Outcome.DENIED),
        ({"errorMessage": "User x is not authorized to perform: sqs:purgequeue"}, Outcome.DENIED),
        ({"errorCode": "", "errorMessage": "Access denied"}, Outcome.DENIED),
        ({"errorCode": "AWS.SimpleQueueService.NonExistentQueue"}, Outcome.FAILED),
        (
            {"errorCode": "QueueDoesNotExist", "errorMessage": "It does not exist, or access denied."},
            Outcome.FAILED,
        ),
        ({"errorCode": "AWS.SimpleQueueService.PurgeQueueInProgress"}, Outcome.FAILED),
        ({"errorCode": "RequestThrottled"}, Outcome.FAILED),
        ({"errorMessage": "An internal error occurred."}, Outcome.FAILED),
        ({"errorCode": 403}, Outcome.FAILED),
        ({"errorCode": "403", "errorMessage": "AccessDenied"}, Outcome.DENIED),
        ({"errorCode": "UnauthorizedAccess"}, Outcome.DENIED),
        ({"errorCode": 0}, Outcome.FAILED),
        ({"errorCode": False}, Outcome.FAILED),
        ({"errorCode": ["AccessDenied"]}, Outcome.FAILED),
        ({"errorCode": {"omitted": True}}, Outcome.FAILED),
        ({"errorCode": " "}, Outcome.FAILED),
    ],
    ids=str,
)
def test_judges_the_outcome_by_code_and_message(errors: dict[str, object], outcome: Outcome) -> None:
    assert call_of(**errors).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "arn"),
    [
        pytest.param({"queueURL": "https://sqs.us-east-1.amazonaws.com/111122223333/a"}, "a", id="queueURL"),
        pytest.param(
            {"queueUrl": 3, "QueueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/a"},
            "a",
            id="second",
        ),
        pytest.param({"queueUrl": ["https://sqs.us-east-1.amazonaws.com/111122223333/a"]}, None, id="list"),
        pytest.param({"queueUrl": ""}, None, id="empty"),
    ],
)
def test_looks_for_the_queue_url_in_every_spelling(changes: dict[str, object], arn: str | None) -> None:
    queue = call_of(requestParameters=changes).queue

    assert (queue.name if queue else None) == arn


def test_a_resource_completes_what_the_url_leaves_open() -> None:
    resource = {"type": "AWS::SQS::Queue", "ARN": "arn:aws:sqs:us-east-1:111122223333:orders"}

    queue = call_of(requestParameters={"queueUrl": "orders"}, resources=[None, {"ARN": 3}, resource]).queue

    assert queue is not None
    assert queue.arn == resource["ARN"]


def resources_named(*names: str) -> list[dict[str, str]]:
    return [{"ARN": f"arn:aws:sqs:us-east-1:111122223333:{name}"} for name in names]


@pytest.mark.parametrize(
    ("resources", "name", "is_contradicted"),
    [
        pytest.param(resources_named("orders"), "orders", False, id="the-same"),
        pytest.param(resources_named("invoices", "orders"), "orders", False, id="one-of-them"),
        pytest.param(resources_named("invoices"), "invoices", True, id="another"),
        pytest.param(None, "orders", False, id="none"),
    ],
)
def test_what_aws_writes_counts_for_more_than_the_callers_url(
    resources: object, name: str, is_contradicted: object
) -> None:
    call = call_of(resources=resources)

    assert call.queue is not None
    assert (call.queue.name, call.queue_url) == (
        name,
        "https://sqs.us-east-1.amazonaws.com/111122223333/orders",
    )
    assert any("names another queue than AWS does" in note for note in call.notes) is is_contradicted


def test_a_time_that_is_a_number_is_noted_and_not_guessed_at() -> None:
    call = call_of(eventTime=7)

    assert call.time is None
    assert "eventTime is a number that cannot be read." in call.notes


def test_a_name_that_sqs_does_not_allow_is_noted() -> None:
    call = call_of(requestParameters={"queueUrl": "orders (planned)"})

    assert call.notes == ("SQS gives no queue such a name; it stands in quotation marks.",)


@pytest.mark.parametrize(
    ("identity", "url_account", "recipient", "crosses"),
    [
        pytest.param("111122223333", "111122223333", "111122223333", False, id="own-queue"),
        pytest.param("111122223333", "444455556666", "111122223333", True, id="the-callers-trail"),
        pytest.param("444455556666", "111122223333", "111122223333", True, id="the-owners-trail"),
        pytest.param(None, "111122223333", "111122223333", False, id="caller-unknown"),
    ],
)
def test_knows_a_call_between_two_accounts(
    identity: str | None, url_account: str, recipient: str, crosses: object
) -> None:
    call = call_of(
        userIdentity={"type": "AWSAccount", "accountId": identity},
        requestParameters={"queueUrl": f"https://sqs.us-east-1.amazonaws.com/{url_account}/q"},
        recipientAccountId=recipient,
    )

    assert call.is_cross_account is crosses
    assert call.account == url_account


@pytest.mark.parametrize(
    ("changes", "is_purge"),
    [
        ({}, True),
        ({"eventSource": "mq.amazonaws.com"}, False),
        ({"eventName": "purgequeue"}, False),
        ({"eventName": ["PurgeQueue"]}, False),
        ({"eventName": None}, False),
    ],
    ids=str,
)
def test_only_sqs_and_only_the_exact_name_is_a_purge(changes: dict[str, object], is_purge: object) -> None:
    assert call_of(**changes).is_purge is is_purge


@given(record=mutated_records())
def test_reads_any_record_and_takes_it_for_the_purge_that_it_is(record: dict[str, object]) -> None:
    assert read_call(Received(record)).is_purge


@given(document=JSON_VALUES)
def test_reads_any_json(document: object) -> None:
    for received in records_in(document):
        assert not read_call(received).is_purge
