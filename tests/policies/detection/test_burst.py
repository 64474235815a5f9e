"""Which alerts belong together, and the arithmetic that keeps the number of messages down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.alert import alerts_in
from policies.detection.burst import (
    LONGEST_DELAY_SECONDS,
    MOST_OF_THE_FUNCTION,
    PLACES,
    SLOT_SECONDS,
    SPAN_SECONDS,
    Lane,
    lanes_of,
    place_name,
    rank_of,
    windows_of,
)
from tests.events import event_named
from tests.events.arbitrary import RECORD, on_bus
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT

if TYPE_CHECKING:
    from policies.detection.alert import Alert

START = 1_768_471_200.0


def purge(role: str = "AppRole", session: str = "s", queue: str = "orders", **changes: object) -> Alert:
    identity = {
        "type": "AssumedRole",
        "accountId": "111122223333",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{session}",
        "sessionContext": {"sessionIssuer": {"userName": role}},
    }
    url = f"https://sqs.us-east-1.amazonaws.com/111122223333/{queue}"
    record = {**RECORD, "userIdentity": identity, "requestParameters": {"queueUrl": url}, **changes}
    (alert,) = alerts_in(on_bus(record))
    return alert


def common(one: Alert, other: Alert) -> set[str]:
    """Return the kinds of the windows that two alerts share."""
    return {name.split("#")[1] for name in {*windows_of(one)} & {*windows_of(other)}}


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        pytest.param(purge(queue="invoices"), {"actor"}, id="another queue"),
        pytest.param(purge(role="Other"), {"queue"}, id="another actor"),
        pytest.param(
            purge(session="another"), {"actor", "queue"}, id="another session, which anybody can name"
        ),
        pytest.param(purge(role="Other", queue="invoices"), set(), id="nothing in common"),
        pytest.param(purge(awsRegion="eu-west-1"), {"actor"}, id="a queue of that name elsewhere"),
        pytest.param(purge(errorCode="AccessDenied"), {"actor", "queue"}, id="refused"),
    ],
)
def test_an_alert_belongs_to_its_actor_and_to_its_queue(other: Alert, shared: set[str]) -> None:
    assert common(purge(), other) == shared


def test_people_of_identity_center_are_told_apart_though_they_share_a_role() -> None:
    role = "AWSReservedSSO_Admin_0123456789abcdef"

    assert common(purge(role, "ana", "a"), purge(role, "ben", "b")) == set()
    assert common(purge(role, "ana", "a"), purge(role, "ana", "b")) == {"actor"}


def test_the_name_of_a_window_has_one_length_whatever_it_is_made_of() -> None:
    hostile = purge(queue="é\ud800" * 10_000, role="#" * 10_000)

    assert {len(name) for name in windows_of(hostile)} == {len(name) for name in windows_of(purge())}
    assert all(name.isascii() for name in windows_of(hostile))


@pytest.mark.parametrize(
    ("event", "lanes"),
    [
        (event_named("tampering-rule-disabled"), (Lane.GUARD,)),
        (ALARM_EVENT, (Lane.GUARD,)),
        (on_bus({**RECORD, "userIdentity": {}, "requestParameters": None}), (Lane.CALLS,)),
        ({"nobody": "can read this"}, (Lane.CALLS,)),
    ],
    ids=["tampering", "alarm", "purge by nobody knows whom of nobody knows what", "unrecognized"],
)
def test_what_is_told_by_itself_has_no_window(event: Any, lanes: tuple[Lane, ...]) -> None:  # noqa: ANN401 - any JSON value
    (alert,) = alerts_in(event)

    assert windows_of(alert) == ()
    assert lanes_of(alert) == lanes


def test_what_is_worse_has_a_place_of_its_own_as_well() -> None:
    root = purge(userIdentity={"type": "Root", "accountId": "111122223333"})

    assert lanes_of(purge()) == (Lane.CALLS,)
    assert lanes_of(root) == (Lane.CALLS, Lane.URGENT_CALLS)


def test_whoever_asks_for_federated_sessions_is_one_actor_whatever_they_are_called() -> None:
    issuer = {"sessionIssuer": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory"}}

    def session(name: str, **context: object) -> Alert:
        identity = {
            "type": "FederatedUser",
            "accountId": "111122223333",
            "arn": f"arn:aws:sts::111122223333:federated-user/{name}",
            "sessionContext": context,
        }
        return purge(queue=name, userIdentity=identity)

    assert common(session("a", **issuer), session("b", **issuer)) == {"actor"}
    assert common(session("a"), session("b")) == set()


def test_an_aws_service_is_another_actor_in_each_account() -> None:
    def scheduler(account: str) -> Alert:
        url = f"https://sqs.us-east-1.amazonaws.com/{account}/orders"
        identity = {"type": "AWSService", "invokedBy": "scheduler.amazonaws.com"}
        return purge(userIdentity=identity, requestParameters={"queueUrl": url}, recipientAccountId=account)

    assert common(scheduler("111122223333"), scheduler("444455556666")) == set()
    assert common(scheduler("111122223333"), scheduler("111122223333")) == {"actor", "queue"}


def test_an_alert_without_a_key_has_no_window_as_it_could_not_find_its_own() -> None:
    nested: list[Any] = []
    for _ in range(5_000):
        nested = [nested]
    (alert,) = alerts_in({**RECORD, "requestID": None, "eventID": None, "extra": nested})

    assert alert.key is None
    assert windows_of(alert) == ()


def test_a_purge_ranks_above_an_attempt() -> None:
    assert rank_of(purge()) > rank_of(purge(errorCode="AccessDenied"))


# What attacks the arithmetic: bursts at the ends of slots, and messages that are late so as to meet others.
GAPS = st.sampled_from([0.0, 0.001, 0.5, 1.0, 7.3, 39.9, 40.0, 119.9, 120.0, 240.0])
DELAYS = st.sampled_from([0.0, 0.1, 20.0, 59.999])


@given(
    offset=st.floats(0, 120),
    arrivals=st.lists(st.tuples(GAPS, DELAYS, st.integers(1, 40), st.sampled_from(Lane)), max_size=120),
)
def test_no_five_minutes_see_more_messages_than_the_budget_of_the_function(
    offset: float, arrivals: list[tuple[float, float, int, Lane]]
) -> None:
    used: dict[str, int] = {}
    now, published = START + offset, []
    for gap, delay, number, lane in arrivals:
        now += gap
        for _ in range(number):
            name = place_name(lane, now)
            used[name] = used.get(name, 0) + 1
            if used[name] <= PLACES[lane]:
                published.append(now + delay)

    assert most_within(SPAN_SECONDS, published) <= MOST_OF_THE_FUNCTION


def test_the_worst_that_the_budget_allows_is_what_the_arithmetic_says() -> None:
    # Every place is taken, and told so late that the last of the first slot meets the first of the last one.
    published: list[float] = []
    for lane, slot in SLOT_SECONDS.items():
        begin = START - START % 120
        late = begin + slot - 0.001 + LONGEST_DELAY_SECONDS
        for number in range(360 // slot + 1):
            admitted = begin + slot * number + (slot - 0.001 if number == 0 else 0)
            # All lanes meet in the same five minutes.
            published += [max(admitted, late) - slot] * PLACES[lane]

    assert most_within(SPAN_SECONDS, published) == MOST_OF_THE_FUNCTION == 64


def most_within(seconds: float, times: list[float]) -> int:
    """Return how many of some times lie within the worst interval of a length, both ends included."""
    ordered = sorted(times)
    first = most = 0
    for last, time in enumerate(ordered):
        while ordered[first] < time - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
