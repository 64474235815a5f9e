"""The event history as it is asked: AWS is stubbed at the HTTP layer."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lambdas.alert.clients import Clients
from lambdas.alert.cloudtrail_history import CloudTrailHistory, Pacer
from policies.naming import Place
from tests.lambdas.aws_answers import DENIED, Answer, aws_answers
from tests.lambdas.local_services import Clock
from tests.lambdas.probes.actor_cases import past

if TYPE_CHECKING:
    from policies.detection.triage.past_calls import PastCalls

PLACE = Place("111122223333", "eu-west-1")
UNTIL = datetime(2026, 11, 25, 12, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=30)


def history(clock: Clock | None = None) -> CloudTrailHistory:
    clock = clock or Clock()
    return CloudTrailHistory(Clients(), Pacer(clock.now, clock.sleep))


def purges(asked: CloudTrailHistory, place: Place = PLACE, most_pages: int = 3) -> PastCalls:
    return asked.events("EventName", "PurgeQueue", place, since=SINCE, until=UNTIL, most_pages=most_pages)


def page(*event_ids: str, following: str | None = None) -> dict[str, Any]:
    more = {"NextToken": following} if following else {}
    return {"Events": [past(eventID=event_id) for event_id in event_ids], **more}


def ids(found: PastCalls) -> list[str | None]:
    return [call.ids.event for call in found.calls]


def test_it_asks_for_one_attribute_between_two_times() -> None:
    with aws_answers({"cloudtrail.LookupEvents": page()}) as aws:
        purges(history())

    assert aws.requests[-1].parameters == {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "PurgeQueue"}],
        "StartTime": SINCE,
        "EndTime": UNTIL,
    }
    assert (aws.requests[-1].account, aws.requests[-1].region) == ("111122223333", "eu-west-1")


def test_it_returns_the_records_as_calls() -> None:
    with aws_answers({"cloudtrail.LookupEvents": page("e-1")}):
        (call,) = purges(history()).calls

    assert call.is_purge
    assert (call.ids.event, call.actor.name) == ("e-1", "AppRole")


def test_it_reads_on_until_there_is_no_more() -> None:
    pages: list[Answer] = [page("e-1", following="t-1"), page(following="t-2"), page("e-2")]
    with aws_answers({"cloudtrail.LookupEvents": pages}) as aws:
        found = purges(history())

    assert (ids(found), found.is_complete) == (["e-1", "e-2"], True)
    tokens = [request.parameters.get("NextToken") for request in aws.requests[1:]]
    assert tokens == [None, "t-1", "t-2"]


def test_it_stops_after_the_pages_that_it_may_read_and_says_so() -> None:
    with aws_answers({"cloudtrail.LookupEvents": page("e-1", following="on-and-on")}) as aws:
        found = purges(history(), most_pages=2)

    assert aws.operations.count("cloudtrail.LookupEvents") == 2
    assert not found.is_complete


def test_a_record_that_cannot_be_read_does_not_hide_the_others() -> None:
    broken = {"EventId": "e-0", "CloudTrailEvent": "{not json"}
    with aws_answers({"cloudtrail.LookupEvents": {"Events": [broken, past(eventID="e-1")]}}):
        assert "e-1" in ids(purges(history()))


def test_a_question_is_asked_once_however_many_probes_have_it() -> None:
    everybody = threading.Barrier(3)
    found: list[PastCalls] = []

    def ask(asked: CloudTrailHistory) -> None:
        everybody.wait()
        found.append(purges(asked))

    with aws_answers({"cloudtrail.LookupEvents": page("e-1")}) as aws:
        asked = history()
        threads = [threading.Thread(target=ask, args=(asked,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert aws.operations.count("cloudtrail.LookupEvents") == 1
    assert [ids(each) for each in found] == [["e-1"]] * 3


def test_a_question_that_failed_is_asked_again() -> None:
    with aws_answers({"cloudtrail.LookupEvents": [DENIED, page("e-1")]}):
        asked = history()
        with pytest.raises(ClientError):
            purges(asked)
        assert ids(purges(asked)) == ["e-1"]


def test_lookups_in_one_place_are_half_a_second_apart() -> None:
    clock = Clock()
    asked_at: list[float] = []

    def answer(_: object) -> dict[str, Any]:
        asked_at.append(clock.now())
        return page("e-1", following="on-and-on")

    with aws_answers({"cloudtrail.LookupEvents": answer}):
        purges(history(clock), most_pages=4)

    assert [later - asked_at[0] for later in asked_at] == [0.0, 0.5, 1.0, 1.5]


def test_every_account_and_region_has_its_own_pace() -> None:
    clock = Clock()
    start = clock.now()
    pacer = Pacer(clock.now, clock.sleep)
    for place in (PLACE, Place("111122223333", "us-east-1"), Place("222233334444", "eu-west-1")):
        pacer.wait(place)

    assert clock.now() == start


def test_who_comes_after_a_pause_does_not_wait() -> None:
    clock = Clock()
    pacer = Pacer(clock.now, clock.sleep)
    pacer.wait(PLACE)
    clock.sleep(10)
    before = clock.now()
    pacer.wait(PLACE)

    assert clock.now() == before


def test_those_who_come_together_are_let_in_one_by_one() -> None:
    # The clock stands still, as if all of them had come at the same moment.
    slept: list[float] = []
    pacer = Pacer(lambda: 0.0, slept.append)
    for _ in range(4):
        pacer.wait(PLACE)

    assert slept == [0.5, 1.0, 1.5]
