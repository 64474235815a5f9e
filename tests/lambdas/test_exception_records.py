from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.alert.exception_records import AT_IT, COUNTING_SECONDS, ExceptionRecords
from lambdas.alert.table_items import UnreadItemsError
from policies.detection.exception_counts import Count
from tests.lambdas.local_services import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.lambdas.local_services import LocalServices

NOW = datetime(2026, 12, 20, 6, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY = NOW - timedelta(days=1)
LATER = NOW + timedelta(seconds=COUNTING_SECONDS)

WRITES = ["begin", "list", "add", "finish"]
"""What is written for a call, in order."""


class ProcessDiedError(BaseException):
    """Stands for the end of the process: nothing in the function may catch it."""


def records(local: LocalServices, now: datetime = NOW, days: int = 90) -> ExceptionRecords:
    return ExceptionRecords(local.dynamodb, TABLE, days=days, now=lambda: now)


def at_write(local: LocalServices, step: int, action: Callable[[], None]) -> Callable[[], None]:
    """Do something just before one of the next writes; return what ends that."""
    writes = iter(range(100))

    def before(**_: object) -> None:
        if next(writes) == step:
            action()

    events: Any = local.dynamodb.meta.events
    events.register("before-call.dynamodb.UpdateItem", before, unique_id="at-write")
    return lambda: events.unregister("before-call.dynamodb.UpdateItem", unique_id="at-write")


def die() -> None:
    raise ProcessDiedError


def refuse() -> None:
    raise EndpointConnectionError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com/")


def test_a_call_counts_once_however_often_it_is_delivered(local: LocalServices) -> None:
    for now in (NOW, NOW, LATER):
        assert records(local, now).count(["tests"], "purge#1", "orders") is None
    assert records(local).count(["tests"], "purge#2", "invoices") is None

    assert records(local).hits_on([TODAY]) == {"tests": Count(2, "invoices")}


def test_what_has_no_key_counts_each_time(local: LocalServices) -> None:
    book = records(local)
    book.count(["tests"], None, "orders")
    book.count(["tests"], None, "orders")

    assert book.hits_on([TODAY]) == {"tests": Count(2, "orders")}


def test_days_are_counted_apart_and_together(local: LocalServices) -> None:
    records(local).count(["tests"], "purge#1", "orders")
    records(local, YESTERDAY).count(["tests"], "purge#2", "invoices")

    assert records(local).hits_on([TODAY]) == {"tests": Count(1, "orders")}
    days = [TODAY - timedelta(days=number) for number in range(150)]
    assert records(local).hits_on(days) == {"tests": Count(2, "orders")}


def test_each_exception_is_found_that_was_met(local: LocalServices) -> None:
    book = records(local)
    for name in ("tests", "nights", "tests"):
        book.count([name], None, f"by {name}")

    assert book.hits_on([TODAY]) == {"tests": Count(2, "by tests"), "nights": Count(1, "by nights")}


def test_a_process_lists_an_exception_once_a_day(local: LocalServices) -> None:
    book = records(local)
    book.count(["tests"], None, "orders")
    with Stubber(local.dynamodb) as stubber:
        stubber.add_response("update_item", {})
        assert book.count(["tests"], None, "orders") is None
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize("written", [0, 1, 2])
def test_a_table_that_refuses_is_told_and_no_error(local: LocalServices, written: int) -> None:
    with Stubber(local.dynamodb) as stubber:
        for _ in range(written):
            stubber.add_response("update_item", {})
        stubber.add_client_error("update_item", "InternalServerError")

        assert "InternalServerError" in str(records(local).count(["tests"], "purge#1", "orders"))


@pytest.mark.parametrize("step", range(len(WRITES)), ids=WRITES)
def test_a_call_whose_counting_died_is_counted_by_the_next_delivery(local: LocalServices, step: int) -> None:
    end = at_write(local, step, die)
    with pytest.raises(ProcessDiedError):
        records(local).count(["tests"], "purge#1", "orders")
    end()

    for now in (LATER, LATER):
        assert records(local, now).count(["tests"], "purge#1", "orders") is None
    # Who died before the last write had counted it: then it counts twice, and is never missing.
    assert records(local).hits_on([TODAY]) == {"tests": Count(2 if step == 3 else 1, "orders")}


@pytest.mark.parametrize("step", range(3), ids=WRITES[:3])
def test_a_call_whose_count_was_refused_is_counted_by_the_next_delivery(
    local: LocalServices, step: int
) -> None:
    end = at_write(local, step, refuse)
    assert str(records(local).count(["tests"], "purge#1", "orders")).startswith("it could not be counted")
    end()

    assert records(local, LATER).count(["tests"], "purge#1", "orders") is None
    assert records(local).hits_on([TODAY]) == {"tests": Count(1, "orders")}


@pytest.mark.parametrize("step", range(1, len(WRITES)), ids=WRITES[1:])
def test_of_two_deliveries_at_once_one_counts_and_the_other_does_not_silence(
    local: LocalServices, step: int
) -> None:
    answers: list[str | None] = []

    def deliver_again() -> None:
        answers.append(records(local).count(["tests"], "purge#1", "orders"))

    end = at_write(local, step, deliver_again)
    answers.append(records(local).count(["tests"], "purge#1", "orders"))
    end()

    assert answers == [AT_IT, None]
    assert records(local).hits_on([TODAY]) == {"tests": Count(1, "orders")}


def test_a_refusal_that_does_not_say_why_silences_nothing(local: LocalServices) -> None:
    with Stubber(local.dynamodb) as stubber:
        stubber.add_client_error("update_item", "ConditionalCheckFailedException")

        assert records(local).count(["tests"], "purge#1", "orders") == AT_IT


def test_what_is_counted_may_be_silenced_though_nobody_could_note_it(local: LocalServices) -> None:
    with Stubber(local.dynamodb) as stubber:
        for _ in WRITES[:-1]:
            stubber.add_response("update_item", {})
        stubber.add_client_error("update_item", "InternalServerError")

        assert records(local).count(["tests"], "purge#1", "orders") is None


def test_however_many_calls_are_one_small_item(local: LocalServices) -> None:
    book = records(local)
    for number in range(200):
        book.count(["tests"], None, f"{number:03d}" + "x" * 297)

    items = {item["id"]["S"]: item for item in local.dynamodb.scan(TableName=TABLE)["Items"]}
    assert items.keys() == {f"excepted#{TODAY}", f"excepted#{TODAY}#tests"}
    assert items[f"excepted#{TODAY}#tests"]["hits"]["N"] == "200"
    assert len(json.dumps(items)) < 1_000


@pytest.mark.parametrize(("days", "kept"), [(1, 91), (90, 91), (365, 365)])
def test_counts_are_kept_as_long_as_somebody_may_ask_for_them(
    local: LocalServices, days: int, kept: int
) -> None:
    records(local, days=days).count(["tests"], "purge#1", "orders")

    items = local.dynamodb.scan(TableName=TABLE)["Items"]
    left = {item["id"]["S"]: int(item["expires_at"]["N"]) - int(NOW.timestamp()) for item in items}
    assert left == {
        "purge#1": days * 86_400,
        f"excepted#{TODAY}": kept * 86_400,
        f"excepted#{TODAY}#tests": kept * 86_400,
    }


def listed(stubber: Stubber) -> str:
    """Let the list of today be read, with one exception in it; return the key of its count."""
    item: dict[str, Any] = {"id": {"S": f"excepted#{TODAY}"}, "ids": {"SS": ["tests"]}}
    stubber.add_response("batch_get_item", {"Responses": {TABLE: [item]}})
    return f"excepted#{TODAY}#tests"


def test_unprocessed_keys_are_asked_for_again(local: LocalServices) -> None:
    with Stubber(local.dynamodb) as stubber:
        name = {"S": listed(stubber)}
        item: dict[str, Any] = {"id": name, "hits": {"N": "3"}, "last_call": {"S": "orders"}}
        unprocessed: dict[str, Any] = {TABLE: {"Keys": [{"id": name}]}}
        stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unprocessed})
        stubber.add_response("batch_get_item", {"Responses": {TABLE: [item]}})

        assert records(local).hits_on([TODAY]) == {"tests": Count(3, "orders")}


def test_a_table_that_keeps_leaving_items_out_is_said_to_be_throttled(local: LocalServices) -> None:
    with Stubber(local.dynamodb) as stubber:
        unprocessed: dict[str, Any] = {TABLE: {"Keys": [{"id": {"S": listed(stubber)}}]}}
        for _ in range(3):
            stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unprocessed})

        with pytest.raises(UnreadItemsError, match="DynamoDB left out 1 items"):
            records(local).hits_on([TODAY])
