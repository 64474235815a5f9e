from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from lambdas.alert.daily import tell_day
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.table_items import UnreadItemsError
from policies.detection.estate import Estate
from policies.detection.exceptions import PurgeException
from tests.lambdas.local_services import TABLE

if TYPE_CHECKING:
    from tests.lambdas.local_services import LocalServices

NOW = datetime(2026, 12, 20, 6, tzinfo=UTC)
TODAY = NOW.date()
YESTERDAY = NOW - timedelta(days=1)
TESTS = PurgeException("tests", "clean-up", "payments", "OPS-1", expires=datetime(2027, 6, 1, tzinfo=UTC))


def records(local: LocalServices, now: datetime = NOW) -> ExceptionRecords:
    return ExceptionRecords(local.dynamodb, TABLE, days=90, now=lambda: now)


def test_a_call_counts_once_however_often_it_is_delivered(local: LocalServices) -> None:
    book = records(local)

    assert book.count("tests", "purge#1", "orders") is None
    assert book.count("tests", "purge#1", "orders") is None
    assert book.count("tests", "purge#2", "invoices") is None

    assert book.hits_on([TODAY], ["tests", "others"]) == {"tests": (2, "invoices")}


def test_what_has_no_key_counts_each_time(local: LocalServices) -> None:
    book = records(local)
    book.count("tests", None, "orders")
    book.count("tests", None, "orders")

    assert book.hits_on([TODAY], ["tests"]) == {"tests": (2, "orders")}


def test_days_are_counted_apart_and_together(local: LocalServices) -> None:
    records(local).count("tests", "purge#1", "orders")
    records(local, YESTERDAY).count("tests", "purge#2", "invoices")

    assert records(local).hits_on([TODAY], ["tests"]) == {"tests": (1, "orders")}
    days = [TODAY - timedelta(days=number) for number in range(150)]
    assert records(local).hits_on(days, ["tests"]) == {"tests": (2, "orders")}


@pytest.mark.parametrize("written", [0, 1])
def test_a_table_that_refuses_is_told_and_no_error(local: LocalServices, written: int) -> None:
    with Stubber(local.dynamodb) as stubber:
        for _ in range(written):
            stubber.add_response("update_item", {})
        stubber.add_client_error("update_item", "InternalServerError")

        assert "InternalServerError" in str(records(local).count("tests", "purge#1", "orders"))


def test_however_many_calls_are_one_small_item(local: LocalServices) -> None:
    book = records(local)
    for number in range(200):
        book.count("tests", None, f"{number:03d}" + "x" * 297)

    items = local.dynamodb.scan(TableName=TABLE)["Items"]
    assert [item["hits"]["N"] for item in items] == ["200"]
    assert len(json.dumps(items)) < 1_000


def test_what_is_counted_is_forgotten_with_the_rest_of_the_ledger(local: LocalServices) -> None:
    records(local).count("tests", "purge#1", "orders")

    expiry = str(int(NOW.timestamp()) + 90 * 86_400)
    assert {item["expires_at"]["N"] for item in local.dynamodb.scan(TableName=TABLE)["Items"]} == {expiry}


def told(local: LocalServices, estate: Estate) -> dict[str, object]:
    return tell_day(local.sns, local.topic_arn, records(local), estate, NOW)


def test_yesterday_is_told(local: LocalServices) -> None:
    records(local, YESTERDAY).count("tests", "purge#1", "orders by AppRole")
    records(local).count("tests", "purge#2", "today")

    entry = told(local, Estate(exceptions=(TESTS,)))

    (document,) = local.received()
    assert entry["decision"] == "sent"
    assert (document["kind"], document["day"]) == ("exceptions", str(date(2026, 12, 19)))
    assert document["met"] == [{"id": "tests", "calls": 1, "trial": False, "last": "orders by AppRole"}]


def test_a_quiet_day_is_only_logged(local: LocalServices) -> None:
    assert told(local, Estate(exceptions=(TESTS,)))["decision"] == "nothing to tell"
    assert local.received() == []


def test_counts_that_cannot_be_read_do_not_keep_the_rest_from_being_told(local: LocalServices) -> None:
    with Stubber(local.dynamodb) as stubber:
        stubber.add_client_error("batch_get_item", "AccessDeniedException")
        told(local, Estate(exceptions=(TESTS,)))

    (document,) = local.received()
    assert document["unread"].startswith("the table purge-guard-ledger could not be read")


def test_unprocessed_keys_are_asked_for_again(local: LocalServices) -> None:
    name = {"S": f"excepted#{TODAY}#tests"}
    item: dict[str, Any] = {"id": name, "hits": {"N": "3"}, "last_call": {"S": "orders"}}
    with Stubber(local.dynamodb) as stubber:
        unprocessed: dict[str, Any] = {TABLE: {"Keys": [{"id": name}]}}
        stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unprocessed})
        stubber.add_response("batch_get_item", {"Responses": {TABLE: [item]}})

        assert records(local).hits_on([TODAY], ["tests"]) == {"tests": (3, "orders")}


@pytest.mark.parametrize(("owner", "told_owners"), [("payments", ["payments"]), ("nobody", None)])
def test_the_owner_of_what_ends_is_told_too(
    local: LocalServices, owner: str, told_owners: list[str] | None
) -> None:
    ending = replace(TESTS, owner=owner, expires=NOW + timedelta(days=14))
    told(local, Estate(exceptions=(ending,), owners=("orders", "payments")))

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    attribute = message["MessageAttributes"].get("owner")
    assert (attribute and json.loads(attribute["Value"])) == told_owners


def test_an_exception_that_lasts_bothers_no_owner(local: LocalServices) -> None:
    records(local, YESTERDAY).count("tests", "purge#1", "orders")
    told(local, Estate(exceptions=(TESTS,), owners=("payments",)))

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    assert "owner" not in message["MessageAttributes"]


def test_the_message_has_every_attribute_that_subscribers_filter_on(local: LocalServices) -> None:
    records(local, YESTERDAY).count("tests", "purge#1", "orders")
    told(local, Estate(exceptions=(TESTS,)))

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    assert set(message["MessageAttributes"]) == {
        "severity",
        "outcome",
        "account",
        "region",
        "queue",
        "rule",
    }


def test_a_table_that_keeps_leaving_items_out_is_said_to_be_throttled(local: LocalServices) -> None:
    name = {"S": f"excepted#{TODAY}#tests"}
    unprocessed: dict[str, Any] = {TABLE: {"Keys": [{"id": name}]}}
    with Stubber(local.dynamodb) as stubber:
        for _ in range(3):
            stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unprocessed})

        with pytest.raises(UnreadItemsError, match="DynamoDB left out 1 items"):
            records(local).hits_on([TODAY], ["tests"])
