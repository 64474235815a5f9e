from __future__ import annotations

import pytest

from policies.detection.alert import alerts_in, with_triage
from policies.detection.estate import Estate, KnownAccount
from policies.detection.owner import owners_of
from policies.detection.triage.evidence import NO_TRIAGE, Evidence, Triage
from tests.events import event_named
from tests.events.arbitrary import RECORD
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

ESTATE = Estate(
    accounts={
        "111122223333": KnownAccount("shop", owner="payments"),
        "444455556666": KnownAccount("theirs", owner="orders"),
    },
    owners=("payments", "orders", "Data Platform"),
)


def told(event: object, tag: str | None = None, estate: Estate = ESTATE) -> tuple[str, ...]:
    triage = Triage(evidence=Evidence(queue_owner=tag)) if tag else NO_TRIAGE
    return owners_of(with_triage(alerts_in(event)[0], triage, None, estate), estate)


def test_the_owner_of_the_account_is_told() -> None:
    assert told(RECORD) == ("payments",)


def test_the_owner_that_the_queues_tag_names_is_told_as_well() -> None:
    assert told(RECORD, "orders") == ("orders", "payments")


@pytest.mark.parametrize("tag", ["payments", "PAYMENTS"])
def test_one_owner_is_told_once(tag: str) -> None:
    assert told(RECORD, tag) == ("payments",)


def test_owners_go_by_the_name_that_their_subscription_filters_on() -> None:
    assert told(RECORD, "data platform") == ("Data Platform", "payments")


@pytest.mark.parametrize("tag", ["nobody", "attacker@example.com", "pay*", '["payments"]', " "])
def test_a_tag_cannot_invent_anybody_nor_keep_the_accounts_owner_from_being_told(tag: str) -> None:
    assert told(RECORD, tag) == ("payments",)


def test_a_purge_from_another_account_is_told_to_whoever_has_the_queue() -> None:
    assert told(event_named("purged-another-accounts-queue")) == ("orders",)


def test_a_refused_attempt_is_told_too() -> None:
    assert told(event_named("denied-unauthorized-operation")) == ("payments",)


def test_an_account_without_owner_has_nobody_to_tell() -> None:
    assert told(RECORD, estate=Estate({"111122223333": KnownAccount("shop")}, owners=("payments",))) == ()


@pytest.mark.parametrize(
    "event",
    [ALARM_EVENT, None, event_named("tampering-rule-disabled")],
    ids=["alarm", "unrecognized", "tampering"],
)
def test_what_is_about_no_queue_is_for_the_security_team_alone(event: object) -> None:
    assert told(event, "payments") == ()
