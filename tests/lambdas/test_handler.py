from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.alert import handler
from lambdas.alert.handler import process
from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import NotToldError
from policies.settings import AlertSettings, SettingError
from tests.events import event_named
from tests.events.arbitrary import RECORD, on_bus
from tests.lambdas.local_services import TABLE, TIMEOUT_SECONDS, LocalServices
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator

PURGE = event_named("purged-by-role-session")


def test_the_subscriber_is_told_who_purged_what(local: LocalServices) -> None:
    local.deliver(PURGE)

    (document,) = local.received()
    assert document["queue"]["name"] == "orders"
    assert document["actor"]["session"] == "alice"
    assert document["notes"] == []


def test_the_same_event_twice_is_one_alert_and_counted(local: LocalServices) -> None:
    local.deliver(PURGE)
    (again,) = local.deliver(PURGE)

    assert len(local.received()) == 1
    assert (again["decision"], again["deliveries"]) == ("already sent", 2)
    assert local.item("purge#r-1")["deliveries"] == {"N": "2"}


def test_the_two_records_of_a_call_between_accounts_are_one_alert(local: LocalServices) -> None:
    shared = {"sharedEventID": "5a5a5a5a-1111-4111-8111-111111111111"}
    local.deliver(on_bus({**RECORD, **shared, "eventID": "e-1", "requestID": "r-1"}))
    local.deliver(
        on_bus(
            {**RECORD, **shared, "eventID": "e-2", "requestID": "r-2", "recipientAccountId": "444455556666"}
        )
    )

    assert len(local.received()) == 1


def test_two_purges_are_two_alerts(local: LocalServices) -> None:
    local.deliver(on_bus({**RECORD, "requestID": "r-1"}))
    local.deliver(on_bus({**RECORD, "requestID": "r-2"}))

    assert len(local.received()) == 2


def test_an_alarm_is_told_once_for_each_change(local: LocalServices) -> None:
    back = {**ALARM_EVENT, "detail": {**ALARM_EVENT["detail"], "state": {"value": "OK"}}}
    for event in (ALARM_EVENT, ALARM_EVENT, back):
        local.deliver(event)

    assert [document["outcome"] for document in local.received()] == ["alarm", "ok"]


def test_one_line_of_json_is_logged_for_each_alert(
    local: LocalServices, capsys: pytest.CaptureFixture[str]
) -> None:
    local.deliver({"Records": [{**RECORD, "requestID": "a\nb"}, {**RECORD, "requestID": "r-2"}]})

    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [entry["decision"] for entry in entries] == ["sent", "sent"]
    assert entries[1]["key"] == "purge#r-2"
    assert entries[1]["rule"] == "sqs-queue-purged"
    assert entries[1]["target"] == "orders"


class ProcessDiedError(BaseException):
    """Stands for the end of the process: nothing in the function may catch it."""


def dies_at(step: int) -> Iterator[None]:
    """Count down with each call, and die at the given one."""
    for _ in range(step):
        yield
    raise ProcessDiedError


# Before and after each of the three calls that one alert takes: claim, publish, confirm.
@pytest.mark.parametrize("step", range(6))
def test_a_crash_between_any_two_steps_loses_no_alert(local: LocalServices, step: int) -> None:
    steps = dies_at(step)

    def die(**_: object) -> None:
        next(steps)

    for client, operation in ((local.dynamodb, "dynamodb.UpdateItem"), (local.sns, "sns.Publish")):
        client.meta.events.register(f"before-call.{operation}", die, unique_id=f"before-{operation}")
        client.meta.events.register(f"after-call.{operation}", die, unique_id=f"after-{operation}")
    with pytest.raises(ProcessDiedError):
        local.deliver(PURGE)
    for client, operation in ((local.dynamodb, "dynamodb.UpdateItem"), (local.sns, "sns.Publish")):
        client.meta.events.unregister(f"before-call.{operation}", unique_id=f"before-{operation}")
        client.meta.events.unregister(f"after-call.{operation}", unique_id=f"after-{operation}")
    local.clock.sleep(60)

    local.deliver(PURGE)
    local.deliver(PURGE)

    published_before_the_crash = step in (3, 4)
    assert len(local.received()) == (2 if published_before_the_crash else 1)


def test_a_retry_after_a_crash_says_that_it_may_be_a_repetition(local: LocalServices) -> None:
    local.ledger.claim("purge#r-1", TIMEOUT_SECONDS)
    local.clock.sleep(60)

    local.deliver(PURGE)

    (document,) = local.received()
    assert "This alert may come twice" in document["notes"][0]


def refuse_connection(**_: object) -> None:
    """Stand for an endpoint that nobody listens at, as botocore reports it."""
    raise EndpointConnectionError(endpoint_url="https://example.amazonaws.com/")


def failing(service: Literal["dynamodb", "sns"], operation: str, code: str) -> tuple[Any, Stubber]:
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106 - no secret
    stubber = Stubber(client)
    stubber.add_client_error(operation, code, "on purpose")
    return client, stubber


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ProvisionedThroughputExceededException", "ResourceNotFoundException"]
)
def test_a_ledger_that_refuses_costs_no_alert(local: LocalServices, code: str) -> None:
    client, stubber = failing("dynamodb", "update_item", code)
    stubber.add_client_error("update_item", code, "on purpose")
    ledger = Ledger(client, TABLE, days=90, now=local.clock.now, sleep=local.clock.sleep)

    with stubber:
        (entry,) = process(PURGE, local.services_with(ledger=ledger), lambda: TIMEOUT_SECONDS)

    (document,) = local.received()
    assert "This alert may come twice" in document["notes"][0]
    assert code in document["notes"][0]
    assert code in str(entry["unconfirmed"])


def test_a_ledger_that_cannot_be_reached_costs_no_alert(local: LocalServices) -> None:
    local.dynamodb.meta.events.register("before-send.dynamodb.*", refuse_connection)

    local.deliver(PURGE)

    (document,) = local.received()
    assert "Could not connect to the endpoint URL" in document["notes"][0]


@pytest.mark.parametrize("code", ["AuthorizationError", "KMSAccessDenied", "NotFound", "InternalError"])
def test_a_topic_that_refuses_makes_the_function_fail_and_the_retry_publishes(
    local: LocalServices, code: str
) -> None:
    client, stubber = failing("sns", "publish", code)
    with stubber, pytest.raises(NotToldError, match=code):
        process(PURGE, local.services_with(sns=client), lambda: TIMEOUT_SECONDS)

    local.deliver(PURGE)

    assert len(local.received()) == 1


def test_a_topic_that_cannot_be_reached_makes_the_function_fail(local: LocalServices) -> None:
    local.sns.meta.events.register("before-send.sns.*", refuse_connection)

    with pytest.raises(NotToldError, match="Could not connect to the endpoint URL"):
        local.deliver(PURGE)


class LambdaContext:
    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def test_the_entry_point_finds_its_services_in_the_environment(
    local: LocalServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert_settings = AlertSettings(
        local.topic_arn, TABLE, ledger_days=90, runbook_url="https://example.com/purged"
    )
    for name, value in {**alert_settings.to_environment(), "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    handler.runtime.cache_clear()

    handler.handle(PURGE, LambdaContext())

    (document,) = local.received()
    assert document["runbook"] == "https://example.com/purged"
    handler.runtime.cache_clear()


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PURGE_GUARD_TOPIC_ARN", raising=False)
    handler.runtime.cache_clear()

    with pytest.raises(SettingError, match="PURGE_GUARD_TOPIC_ARN"):
        handler.handle(PURGE, LambdaContext())
