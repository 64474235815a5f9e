"""The triage role as it is assumed: AWS is stubbed at the HTTP layer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from lambdas.alert.clients import Clients, TriageRoleError
from policies.detection.triage.finding import Status
from policies.naming import Place
from tests.lambdas.aws_answers import SILENCE, Answer, Garbage, Refusal, Request, assumed_role, aws_answers
from tests.lambdas.local_services import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = Place("111122223333", "eu-west-1")
ROLE = "arn:aws:iam::111122223333:role/purge-guard-triage"
QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"
EXPIRES = datetime(2026, 11, 25, 12, tzinfo=UTC)

TAGS: dict[str, Answer] = {"sqs.ListQueueTags": {"Tags": {}}}
DENIED = Refusal("AccessDenied", "not authorized to perform: sts:AssumeRole", status=403)


def ask(clients: Clients, place: Place = PLACE) -> None:
    clients.client("sqs", place).list_queue_tags(QueueUrl=QUEUE_URL)


def expiring(key: str) -> Callable[[Request], dict[str, object]]:
    """Return what STS answers with credentials of this key that are good until a certain time."""

    def answer(request: Request) -> dict[str, object]:
        given = assumed_role(request)
        changes = {"AccessKeyId": f"ASIA{key}", "Expiration": EXPIRES}
        return {**given, "Credentials": {**given["Credentials"], **changes}}

    return answer


def test_a_client_acts_as_the_role_of_the_account_in_the_region() -> None:
    with aws_answers(TAGS) as aws:
        ask(Clients())

    assumed, asked = aws.requests
    assert assumed.parameters == {"RoleArn": ROLE, "RoleSessionName": "purge-guard-alert"}
    assert (asked.account, asked.region) == ("111122223333", "eu-west-1")


def test_the_role_is_assumed_at_the_regional_endpoint() -> None:
    # Credentials of the global one are worth nothing in a region that an account opted in to.
    with aws_answers(TAGS) as aws:
        ask(Clients())

    assert aws.requests[0].url == "https://sts.us-east-1.amazonaws.com/"


def test_the_role_is_named_by_the_partition_of_the_region() -> None:
    with aws_answers(TAGS) as aws:
        ask(Clients(), Place("111122223333", "cn-north-1"))

    assert aws.requests[0].parameters["RoleArn"] == "arn:aws-cn:iam::111122223333:role/purge-guard-triage"


def test_a_role_is_assumed_once_for_all_services_and_regions() -> None:
    with aws_answers({**TAGS, "cloudtrail.LookupEvents": {"Events": []}}) as aws:
        clients = Clients()
        ask(clients)
        ask(clients, Place("111122223333", "us-east-1"))
        clients.client("cloudtrail", PLACE).lookup_events()

    assert aws.operations.count("sts.AssumeRole") == 1


def test_each_account_has_its_own_role() -> None:
    with aws_answers(TAGS) as aws:
        clients = Clients()
        ask(clients)
        ask(clients, Place("222233334444", "eu-west-1"))

    assert [request.account for request in aws.requests if request.account] == [
        "111122223333",
        "222233334444",
    ]


def test_threads_that_ask_at_once_assume_it_once() -> None:
    everybody = threading.Barrier(4)

    def come(clients: Clients) -> None:
        everybody.wait()
        ask(clients)

    with aws_answers(TAGS) as aws:
        clients = Clients()
        threads = [threading.Thread(target=come, args=(clients,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert aws.operations.count("sts.AssumeRole") == 1
    assert aws.operations.count("sqs.ListQueueTags") == 4


@pytest.mark.parametrize(
    ("seconds_left", "key"),
    [(200, "FIRST"), (60, "SECOND"), (-1, "SECOND")],
    ids=["good", "nearly over", "over"],
)
def test_it_is_assumed_anew_before_its_credentials_expire(seconds_left: float, key: str) -> None:
    clock = Clock(EXPIRES.timestamp() - 3600)
    with aws_answers({**TAGS, "sts.AssumeRole": [expiring("FIRST"), expiring("SECOND")]}) as aws:
        clients = Clients(clock.now)
        ask(clients)
        clock.seconds = EXPIRES.timestamp() - seconds_left
        ask(clients)

    assert aws.requests[-1].operation == "sqs.ListQueueTags"
    assert aws.requests[-1].account == key


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (DENIED, Status.DENIED, "AccessDenied"),
        (Refusal("Throttling"), Status.THROTTLED, "Throttling"),
        (SILENCE, Status.TIMED_OUT, "STS did not answer in time"),
        (Refusal("InvalidClientTokenId", status=403), Status.FAILED, "InvalidClientTokenId"),
    ],
    ids=["denied", "throttled", "silent", "failed"],
)
def test_a_role_that_cannot_be_assumed_is_told_with_its_account(
    answer: Refusal, status: Status, reason: str
) -> None:
    with aws_answers({"sts.AssumeRole": answer}), pytest.raises(TriageRoleError) as caught:
        ask(Clients())

    assert caught.value.status is status
    assert str(caught.value) == (
        f"the role purge-guard-triage of 111122223333 could not be assumed ({reason})"
    )


def test_an_endpoint_that_nobody_listens_at_is_told() -> None:
    def refuse(_: Request) -> None:
        raise EndpointConnectionError(endpoint_url="https://sts.us-east-1.amazonaws.com/")

    with aws_answers({"sts.AssumeRole": refuse}), pytest.raises(TriageRoleError, match="Could not connect"):
        ask(Clients())


def test_an_answer_without_credentials_is_garbage() -> None:
    with aws_answers({"sts.AssumeRole": Garbage(b"<a/>")}), pytest.raises(KeyError):
        ask(Clients())


def test_an_account_that_refused_is_asked_again_only_after_a_while() -> None:
    clock = Clock()
    with aws_answers({**TAGS, "sts.AssumeRole": [DENIED, assumed_role]}) as aws:
        clients = Clients(clock.now)
        for _ in range(3):
            with pytest.raises(TriageRoleError):
                ask(clients)
        assert aws.operations == ["sts.AssumeRole"]

        clock.sleep(60)
        ask(clients)

    assert aws.operations[1:] == ["sts.AssumeRole", "sqs.ListQueueTags"]


def test_a_refusal_of_one_account_is_none_of_another() -> None:
    def only_ours(request: Request) -> object:
        return assumed_role(request) if "111122223333" in request.parameters["RoleArn"] else DENIED

    with aws_answers({**TAGS, "sts.AssumeRole": only_ours}) as aws:
        clients = Clients()
        with pytest.raises(TriageRoleError):
            ask(clients, Place("222233334444", "eu-west-1"))
        ask(clients)

    assert aws.operations[-1] == "sqs.ListQueueTags"


def test_a_request_is_repeated_once_and_no_more() -> None:
    with aws_answers({"sqs.ListQueueTags": Refusal("InternalError", status=500)}) as aws:
        client = Clients().client("sqs", PLACE)
        with pytest.raises(client.exceptions.ClientError):
            client.list_queue_tags(QueueUrl=QUEUE_URL)

    assert aws.operations.count("sqs.ListQueueTags") == 2
