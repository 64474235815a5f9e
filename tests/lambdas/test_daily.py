from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.alert import handler
from lambdas.alert.daily import DayServices, tell_day
from lambdas.alert.exception_records import ExceptionRecords
from lambdas.alert.telling import NotToldError
from policies.detection.alert import NOTHING_KNOWN
from policies.detection.estate import Estate
from policies.detection.exceptions import PurgeException
from policies.settings import DAILY_EVENT
from tests.lambdas.local_services import TABLE, TIMEOUT_SECONDS

if TYPE_CHECKING:
    from tests.lambdas.local_services import LocalServices

NOW = datetime(2026, 12, 20, 6, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
KEY = "daily#2026-12-19"
DOUBT = "What the inventory says of accounts, owners and exceptions is unknown: no file."
TESTS = PurgeException("tests", "clean-up", "payments", "OPS-1", expires=datetime(2027, 6, 1, tzinfo=UTC))
SIGNED = Estate(exceptions=(TESTS,))


def count(local: LocalServices, exception_id: str, key: str, last: str, now: datetime = YESTERDAY) -> None:
    records = ExceptionRecords(local.dynamodb, TABLE, days=90, now=lambda: now)
    assert records.count([exception_id], key, last) is None


def services_of(local: LocalServices, estate: Estate, doubt: str = "") -> DayServices:
    records = ExceptionRecords(local.dynamodb, TABLE, days=90, now=lambda: NOW)
    return DayServices(local.sns, local.topic_arn, records, local.ledger, estate, doubt)


def told(local: LocalServices, estate: Estate, doubt: str = "") -> dict[str, Any]:
    return tell_day(services_of(local, estate, doubt), NOW, lambda: TIMEOUT_SECONDS)


def test_yesterday_is_told(local: LocalServices) -> None:
    count(local, "tests", "purge#1", "orders by AppRole")
    count(local, "tests", "purge#2", "today", NOW)

    entry = told(local, SIGNED)

    (document,) = local.received()
    assert (entry["decision"], entry["doubt"], entry["unconfirmed"]) == ("sent", None, None)
    assert (document["kind"], document["day"]) == ("exceptions", str(date(2026, 12, 19)))
    assert document["met"] == [{"id": "tests", "calls": 1, "trial": False, "last": "orders by AppRole"}]
    assert document["gone"] == []


def test_what_was_silenced_is_told_though_its_exception_has_left_the_inventory(local: LocalServices) -> None:
    count(local, "tests", "purge#1", "invoices")
    count(local, "quiet-friday", "purge#2", "orders by AppRole")

    entry = told(local, SIGNED)

    (document,) = local.received()
    assert (entry["decision"], entry["met"]) == ("sent", 2)
    assert [met["id"] for met in document["met"]] == ["tests"]
    assert document["gone"] == [{"id": "quiet-friday", "calls": 1, "last": "orders by AppRole"}]
    assert document["title"].startswith("[EXCEPTIONS] 2 calls")


def test_a_quiet_day_is_only_logged(local: LocalServices) -> None:
    assert told(local, SIGNED)["decision"] == "nothing to tell"
    assert local.received() == []


def test_counts_that_cannot_be_read_do_not_keep_the_rest_from_being_told(local: LocalServices) -> None:
    services = services_of(local, SIGNED)
    with Stubber(local.dynamodb) as stubber:
        stubber.add_client_error("batch_get_item", "AccessDeniedException")
        stubber.add_client_error("update_item", "AccessDeniedException")
        stubber.add_client_error("update_item", "AccessDeniedException")
        tell_day(services, NOW, lambda: TIMEOUT_SECONDS)

    (document,) = local.received()
    assert document["unread"].startswith("the table purge-guard-ledger could not be read")


def test_an_inventory_that_cannot_be_read_is_told_on_a_quiet_day_too(local: LocalServices) -> None:
    assert told(local, NOTHING_KNOWN, DOUBT)["decision"] == "sent"

    (document,) = local.received()
    assert document["doubt"] == DOUBT
    assert document["title"].endswith("incomplete")


def test_a_day_that_is_asked_for_twice_is_told_once(local: LocalServices) -> None:
    count(local, "tests", "purge#1", "orders")

    entries = [told(local, SIGNED), told(local, SIGNED)]

    assert [entry["decision"] for entry in entries] == ["sent", "already sent"]
    assert [entry["deliveries"] for entry in entries] == [1, 2]
    assert len(local.received()) == 1
    assert local.item(KEY)["delivery_state"] == {"S": "sent"}


def test_a_ledger_that_cannot_be_used_costs_no_digest_and_is_logged(local: LocalServices) -> None:
    ending = Estate(exceptions=(replace(TESTS, expires=NOW + timedelta(days=1)),))
    services = services_of(local, ending)
    with Stubber(local.dynamodb) as stubber:
        stubber.add_response("batch_get_item", {"Responses": {}})
        stubber.add_client_error("update_item", "ThrottlingException")
        stubber.add_client_error("update_item", "ThrottlingException")
        entry = tell_day(services, NOW, lambda: TIMEOUT_SECONDS)

    assert (entry["decision"], entry["deliveries"]) == ("sent", None)
    assert "ThrottlingException" in str(entry["doubt"])
    assert "ThrottlingException" in str(entry["unconfirmed"])
    assert len(local.received()) == 1


def test_a_process_that_dies_before_it_published_leaves_the_day_to_the_next_one(local: LocalServices) -> None:
    count(local, "tests", "purge#1", "orders")
    local.ledger.claim(KEY, TIMEOUT_SECONDS)
    local.clock.sleep(60)

    entry = told(local, SIGNED)

    assert entry["decision"] == "sent"
    assert "did not say that it finished" in str(entry["doubt"])
    assert len(local.received()) == 1


def refuse(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="https://sns.us-east-1.amazonaws.com/")


def test_a_topic_that_takes_nothing_leaves_the_day_to_lambda(
    local: LocalServices, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    began = local.time()
    count(local, "tests", "purge#1", "orders")
    day = services_of(local, SIGNED)
    clients: Any = {"sns": local.sns}
    at_hand = SimpleNamespace(
        client=clients.get,
        settings=SimpleNamespace(topic_arn=local.topic_arn),
        exception_records=day.records,
        estate=SIGNED,
        services=SimpleNamespace(ledger=local.ledger, doubt=DOUBT),
    )
    monkeypatch.setattr(handler, "runtime", lambda: at_hand)
    monkeypatch.setattr(handler, "now", lambda: NOW)
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)

    local.sns.meta.events.register("before-call.sns.Publish", refuse, unique_id="refuse")
    with pytest.raises(NotToldError, match="topic: Could not connect"):
        handler.handle(DAILY_EVENT, context)
    local.sns.meta.events.unregister("before-call.sns.Publish", unique_id="refuse")
    again = handler.handle(DAILY_EVENT, context)
    handler.handle(DAILY_EVENT, context)
    # Nobody waited for the delivery that had failed.
    assert local.time() == began

    logged = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [entry["decision"] for entry in logged] == ["failed", "sent", "already sent"]
    assert logged[0]["Channel"] == "topic"
    assert again == [logged[1]]
    (document,) = local.received()
    assert document["doubt"] == DOUBT


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
    count(local, "tests", "purge#1", "orders")
    told(local, Estate(exceptions=(TESTS,), owners=("payments",)))

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    assert "owner" not in message["MessageAttributes"]


def test_the_message_has_every_attribute_that_subscribers_filter_on(local: LocalServices) -> None:
    count(local, "tests", "purge#1", "orders")
    told(local, SIGNED)

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    assert set(message["MessageAttributes"]) == {
        "severity",
        "outcome",
        "account",
        "region",
        "queue",
        "rule",
    }
