from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from lambdas.alert.ledger import Claim
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE

if TYPE_CHECKING:
    from tests.lambdas.local_services import LocalServices

KEY = "purge#r-1"
LEASE = 60.0


def test_whoever_comes_first_sends(local: LocalServices) -> None:
    assert local.ledger.claim(KEY, LEASE) == Claim(is_sent=False, deliveries=1)
    assert local.item(KEY)["delivery_state"] == {"S": "sending"}


def test_what_was_confirmed_is_not_sent_again(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)
    local.ledger.confirm(KEY)

    assert local.ledger.claim(KEY, LEASE) == Claim(is_sent=True, deliveries=2)
    assert local.item(KEY)["delivery_state"] == {"S": "sent"}


def test_what_is_remembered_expires(local: LocalServices) -> None:
    start = int(local.clock.now())
    local.ledger.claim(KEY, LEASE)
    local.clock.sleep(10)
    local.ledger.claim(KEY, LEASE)

    assert local.item(KEY)[LEDGER_EXPIRY_ATTRIBUTE] == {"N": str(start + 90 * 86_400)}


def test_a_twin_waits_for_the_one_that_is_at_it(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)

    def confirm_meanwhile(_: float) -> None:
        local.ledger.confirm(KEY)

    assert replace(local.ledger, sleep=confirm_meanwhile).claim(KEY, LEASE).is_sent


def test_a_twin_that_waited_in_vain_sends_itself(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)

    claim = local.ledger.claim(KEY, LEASE)

    assert not claim.is_sent
    assert claim.doubt is not None
    assert local.clock.now() < 1_768_471_200 + LEASE


def test_a_dead_predecessor_is_not_waited_for(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)
    local.clock.sleep(LEASE + 1)
    before = local.clock.now()

    assert not local.ledger.claim(KEY, LEASE).is_sent
    assert local.clock.now() == before


def test_without_a_key_nothing_is_remembered(local: LocalServices) -> None:
    claim = local.ledger.claim(None, LEASE)

    assert (claim.is_sent, claim.deliveries) == (False, None)
    assert claim.doubt is not None
    assert local.ledger.confirm(None) is None


@pytest.mark.parametrize("step", ["claim", "wait"])
def test_a_failure_at_any_step_is_a_doubt_and_not_an_error(local: LocalServices, step: str) -> None:
    local.ledger.claim(KEY, LEASE)
    with Stubber(local.dynamodb) as stubber:
        if step == "wait":
            stubber.add_response(
                "update_item",
                {"Attributes": {"delivery_state": {"S": "sending"}, "claimed_until": {"N": "9999999999"}}},
            )
        stubber.add_client_error("update_item" if step == "claim" else "get_item", "InternalServerError")

        claim = local.ledger.claim(KEY, LEASE)

    assert not claim.is_sent
    assert "InternalServerError" in str(claim.doubt)


def test_asks_for_no_more_than_its_permissions(local: LocalServices) -> None:
    called: set[str] = set()
    local.dynamodb.meta.events.register("before-call.dynamodb.*", lambda model, **_: called.add(model.name))
    local.ledger.claim(KEY, LEASE)
    local.ledger.claim(KEY, LEASE)
    local.ledger.confirm(KEY)

    assert called == {"UpdateItem", "GetItem"}


def test_what_was_postponed_is_taken_up_at_once_where_it_was_left(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)
    local.ledger.postpone(KEY, frozenset({"topic", "events"}))
    before = local.clock.now()

    claim = local.ledger.claim(KEY, LEASE)

    assert (claim.is_sent, claim.served, claim.doubt) == (False, frozenset({"topic", "events"}), None)
    assert local.clock.now() == before


def test_channels_served_by_several_deliveries_add_up(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)
    local.ledger.postpone(KEY, frozenset({"topic"}))
    local.ledger.postpone(KEY, frozenset())
    local.ledger.postpone(KEY, frozenset({"chat"}))

    assert local.ledger.claim(KEY, LEASE).served == frozenset({"topic", "chat"})


def test_a_twin_waits_as_long_as_the_triage_of_the_other_can_take(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)
    slept: list[float] = []

    def confirm_late(seconds: float) -> None:
        slept.append(seconds)
        local.clock.sleep(seconds)
        if sum(slept) > 22:
            local.ledger.confirm(KEY)

    assert replace(local.ledger, sleep=confirm_late).claim(KEY, LEASE).is_sent


def test_whoever_writes_again_as_no_answer_came_is_no_twin_of_its_own(local: LocalServices) -> None:
    """The client repeats a write that DynamoDB has done already, and finds what it wrote."""
    real = local.dynamodb.update_item
    start = local.clock.now()

    class Deaf:
        exceptions = local.dynamodb.exceptions

        def update_item(self, **update: Any) -> Any:  # noqa: ANN401 - boto3 has no types
            real(**update)
            return real(**update)

    claim = replace(local.ledger, client=Deaf()).claim(KEY, LEASE)

    assert (claim.is_sent, claim.doubt) == (False, None)
    assert local.clock.now() == start


def test_a_twin_serves_what_was_left_when_it_stopped_waiting(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE)

    def postpone_meanwhile(_: float) -> None:
        local.ledger.postpone(KEY, frozenset({"topic"}))

    claim = replace(local.ledger, sleep=postpone_meanwhile).claim(KEY, LEASE)

    assert (claim.is_sent, claim.served, claim.doubt) == (False, frozenset({"topic"}), None)


def test_what_was_sent_as_less_bad_is_news(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE, rank=1)
    local.ledger.note_served(KEY, "topic")
    local.ledger.confirm(KEY)

    assert local.ledger.claim(KEY, LEASE, rank=1).is_sent
    worse = local.ledger.claim(KEY, LEASE, rank=3)
    assert (worse.is_sent, worse.is_news, worse.served) == (False, True, frozenset())
    local.ledger.confirm(KEY)
    assert local.ledger.claim(KEY, LEASE, rank=3).is_sent
    assert local.ledger.claim(KEY, LEASE, rank=2).is_sent


def test_what_is_worse_than_what_was_begun_is_told_once(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE, rank=1)
    local.clock.sleep(LEASE)

    worse = local.ledger.claim(KEY, LEASE, rank=3)
    assert (worse.is_sent, worse.is_news, worse.served) == (False, False, frozenset())
    assert worse.doubt
    local.ledger.confirm(KEY)
    assert local.ledger.claim(KEY, LEASE, rank=3).is_sent


def test_whoever_was_told_of_something_less_bad_while_others_were_not_is_told_again(
    local: LocalServices,
) -> None:
    local.ledger.claim(KEY, LEASE, rank=1)
    local.ledger.postpone(KEY, frozenset({"topic"}))

    worse = local.ledger.claim(KEY, LEASE, rank=3)
    assert (worse.is_sent, worse.is_news, worse.served) == (False, True, frozenset())
    local.ledger.confirm(KEY)
    assert local.ledger.claim(KEY, LEASE, rank=3).is_sent


def test_news_that_could_not_be_told_are_told_by_the_next_delivery(local: LocalServices) -> None:
    local.ledger.claim(KEY, LEASE, rank=1)
    local.ledger.confirm(KEY)
    local.ledger.claim(KEY, LEASE, rank=3)
    local.ledger.postpone(KEY, frozenset({"topic"}))

    again = local.ledger.claim(KEY, LEASE, rank=3)
    assert (again.is_sent, again.served) == (False, frozenset({"topic"}))


@pytest.mark.parametrize("note", ["confirm", "postpone", "note_served"])
def test_what_could_not_be_claimed_and_was_told_does_not_stay_for_good(
    local: LocalServices, note: str
) -> None:
    arguments = {"confirm": (), "postpone": (frozenset({"topic"}),), "note_served": ("topic",)}[note]

    getattr(local.ledger, note)(KEY, *arguments)

    assert int(local.item(KEY)[LEDGER_EXPIRY_ATTRIBUTE]["N"]) > local.clock.now()
