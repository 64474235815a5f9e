"""What goes out at once and what into a digest: on moto's DynamoDB, and on a stub where a test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.alert.admission import (
    IN_A_BURST,
    NO_PLACE,
    TOLD_BLINDLY,
    TOO_MANY_AT_ONCE,
    Admission,
    Decision,
)
from policies.detection.alert import alerts_in
from policies.detection.burst import PLACES, SLOT_SECONDS, WINDOW_SECONDS, Lane
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE
from tests.events import event_named
from tests.events.arbitrary import RECORD, on_bus
from tests.lambdas.local_services import TABLE, LocalServices

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.alert import Alert

AT_ONCE = Decision(is_immediate=True)
IN_THE_BURST = Decision(is_immediate=False, reason=IN_A_BURST)
CROWDED_OUT = Decision(is_immediate=False, reason=NO_PLACE)
THROTTLED = Decision(is_immediate=False, reason=TOO_MANY_AT_ONCE)


def purge(number: int, *, role: str = "AppRole", queue: str = "orders", **changes: object) -> Alert:
    identity = {
        "type": "AssumedRole",
        "accountId": "111122223333",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/s-{number}",
        "sessionContext": {"sessionIssuer": {"userName": role}},
    }
    url = f"https://sqs.us-east-1.amazonaws.com/111122223333/{queue}"
    record = {
        **RECORD,
        "userIdentity": identity,
        "requestParameters": {"queueUrl": url},
        "requestID": f"r-{number}",
    }
    (alert,) = alerts_in(on_bus({**record, **changes}))
    return alert


def unrelated(number: int) -> Alert:
    return purge(number, role=f"role-{number}", queue=f"queue-{number}")


def tampering(number: int) -> Alert:
    event = event_named("tampering-rule-disabled")
    (alert,) = alerts_in({**event, "detail": {**event["detail"], "requestID": f"t-{number}"}})
    return alert


@pytest.fixture
def admission(local: LocalServices) -> Admission:
    return Admission(local.dynamodb, TABLE, local.clock.now, local.clock.sleep)


def test_the_first_of_a_burst_goes_out_at_once_and_no_other(admission: Admission) -> None:
    assert admission.decide(purge(1)) == AT_ONCE
    assert admission.decide(purge(2)) == IN_THE_BURST
    assert admission.decide(purge(3, queue="invoices")) == IN_THE_BURST
    assert admission.decide(purge(4, role="Other")) == IN_THE_BURST
    assert admission.decide(unrelated(5)) == AT_ONCE


def test_whoever_was_told_only_in_a_digest_is_news_elsewhere(admission: Admission) -> None:
    admission.decide(purge(1, role="first", queue="orders"))
    assert admission.decide(purge(2, role="second", queue="orders")) == IN_THE_BURST

    assert admission.decide(purge(3, role="second", queue="invoices")) == AT_ONCE


def test_a_window_closes_though_dynamodb_has_not_deleted_it_yet(
    local: LocalServices, admission: Admission
) -> None:
    admission.decide(purge(1))
    local.clock.sleep(WINDOW_SECONDS - 1)
    assert admission.decide(purge(2)) == IN_THE_BURST
    local.clock.sleep(1)

    assert admission.decide(purge(3)) == AT_ONCE
    assert admission.decide(purge(4)) == IN_THE_BURST


def test_what_is_worse_breaks_through_and_what_is_less_bad_does_not(admission: Admission) -> None:
    refused, purged = purge(1, errorCode="AccessDenied"), purge(2)

    assert admission.decide(refused) == AT_ONCE
    assert admission.decide(purged) == AT_ONCE
    assert admission.decide(purge(3, errorCode="AccessDenied")) == IN_THE_BURST
    assert admission.decide(purge(4)) == IN_THE_BURST


def test_whoever_opened_a_window_and_died_is_admitted_again(admission: Admission) -> None:
    opener = purge(1)
    admission.decide(opener)
    admission.decide(purge(2))

    assert admission.decide(opener) == AT_ONCE


def test_whoever_reads_too_early_that_a_window_is_closed_is_refused_when_it_opens_it(
    local: LocalServices, admission: Admission
) -> None:
    """Two invocations read at the same moment; the one that writes first wins."""
    outcome: list[Decision] = []

    def decide_meanwhile(**_: object) -> None:
        local.dynamodb.meta.events.unregister("after-call.dynamodb.BatchGetItem", decide_meanwhile)
        outcome.append(admission.decide(purge(2)))

    local.dynamodb.meta.events.register("after-call.dynamodb.BatchGetItem", decide_meanwhile)
    start = local.clock.now()
    outcome.append(admission.decide(purge(1)))

    assert outcome == [AT_ONCE, IN_THE_BURST]
    assert local.clock.now() == start


def test_what_is_stopped_by_one_window_opens_no_other_and_takes_no_place(
    local: LocalServices, admission: Admission
) -> None:
    admission.decide(purge(1))
    before = local.dynamodb.scan(TableName=TABLE)["Items"]
    admission.decide(purge(2, role="Other"))

    assert local.dynamodb.scan(TableName=TABLE)["Items"] == before


@pytest.mark.parametrize(
    ("alert", "lane"), [(unrelated, Lane.CALLS), (tampering, Lane.GUARD)], ids=["purges", "tampering"]
)
def test_a_slot_has_so_many_places_and_the_next_one_has_them_anew(
    local: LocalServices, admission: Admission, alert: Callable[[int], Alert], lane: Lane
) -> None:
    decisions = [admission.decide(alert(number)) for number in range(PLACES[lane] + 2)]
    local.clock.sleep(SLOT_SECONDS[lane])

    assert decisions == [AT_ONCE] * PLACES[lane] + [CROWDED_OUT] * 2
    assert admission.decide(alert(99)) == AT_ONCE


def test_purges_take_no_place_of_tampering_or_of_digests(admission: Admission) -> None:
    for number in range(20):
        admission.decide(unrelated(number))

    assert admission.decide(tampering(1)) == AT_ONCE
    assert admission.admit_digest()


def test_digests_have_places_of_their_own(local: LocalServices, admission: Admission) -> None:
    admitted = [admission.admit_digest() for _ in range(PLACES[Lane.DIGESTS] + 1)]
    local.clock.sleep(admission.seconds_to_next_places())

    assert admitted == [True] * PLACES[Lane.DIGESTS] + [False]
    assert admission.admit_digest()


def test_each_attempt_pays(admission: Admission) -> None:
    # The first attempt may have sent its message before it died.
    opener = purge(1)

    decisions = [admission.decide(opener) for _ in range(PLACES[Lane.CALLS] + 1)]
    assert decisions == [AT_ONCE] * PLACES[Lane.CALLS] + [CROWDED_OUT]


def test_everything_expires(local: LocalServices, admission: Admission) -> None:
    admission.decide(purge(1))

    now = int(local.clock.now())
    items = local.dynamodb.scan(TableName=TABLE)["Items"]
    assert len(items) == 3
    assert all(now < int(item[LEDGER_EXPIRY_ATTRIBUTE]["N"]) <= now + WINDOW_SECONDS for item in items)


def cancelled(*reasons: str) -> dict[str, Any]:
    return {"CancellationReasons": [{"Code": reason} for reason in reasons]}


def test_a_transaction_that_met_another_is_tried_again_with_a_stubbed_client(
    local: LocalServices, admission: Admission
) -> None:
    with Stubber(local.dynamodb) as stubber:
        for _ in range(2):
            stubber.add_response("batch_get_item", {"Responses": {}})
            stubber.add_client_error(
                "transact_write_items",
                "TransactionCanceledException",
                modeled_fields=cancelled("TransactionConflict", "None", "None"),
            )
        stubber.add_response("batch_get_item", {"Responses": {}})
        stubber.add_response("transact_write_items", {})

        assert admission.decide(purge(1)) == AT_ONCE
        stubber.assert_no_pending_responses()


def test_many_at_the_same_moment_are_a_burst_with_a_stubbed_client(
    local: LocalServices, admission: Admission
) -> None:
    start = local.clock.now()
    with Stubber(local.dynamodb) as stubber:
        for _ in range(3):
            stubber.add_response("batch_get_item", {"Responses": {}})
            stubber.add_client_error(
                "transact_write_items",
                "TransactionCanceledException",
                modeled_fields=cancelled("None", "None", "TransactionConflict"),
            )

        assert admission.decide(purge(1)) == THROTTLED
    assert local.clock.now() - start < 2


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"]
)
def test_a_table_that_throttles_says_itself_that_there_is_a_burst_with_a_stubbed_client(
    local: LocalServices, admission: Admission, code: str
) -> None:
    with Stubber(local.dynamodb) as stubber:
        stubber.add_client_error("batch_get_item", code)
        stubber.add_client_error("update_item", code)

        assert admission.decide(purge(1)) == THROTTLED
        assert not admission.admit_digest()


def test_a_table_that_cannot_be_used_lets_one_alert_through_every_few_minutes(
    local: LocalServices, admission: Admission
) -> None:
    local.dynamodb.delete_table(TableName=TABLE)

    decision = admission.decide(purge(1))
    assert decision.is_immediate
    assert "ResourceNotFoundException" in str(decision.doubt)
    assert admission.decide(purge(2)) == Decision(is_immediate=False, reason=TOLD_BLINDLY)
    local.clock.sleep(WINDOW_SECONDS)
    assert admission.decide(purge(3)).is_immediate
    assert admission.admit_digest()


def test_a_table_that_cannot_be_reached_keeps_nobody_from_being_told(
    local: LocalServices, admission: Admission
) -> None:
    def refuse(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://example.amazonaws.com/")

    local.dynamodb.meta.events.register("before-send.dynamodb.*", refuse)

    decision = admission.decide(purge(1))
    assert decision.is_immediate
    assert "Could not connect to the endpoint URL" in str(decision.doubt)
    assert admission.admit_digest()


def test_asks_for_no_more_than_its_permissions(local: LocalServices, admission: Admission) -> None:
    # A transaction of updates needs the permission to update, and none of its own.
    called: set[str] = set()
    local.dynamodb.meta.events.register("before-call.dynamodb.*", lambda model, **_: called.add(model.name))
    admission.decide(purge(1))
    admission.decide(purge(2))
    admission.admit_digest()

    assert called == {"BatchGetItem", "TransactWriteItems", "UpdateItem"}
