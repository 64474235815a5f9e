from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.actor import actor_of
from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.estate import Estate, KnownAccount
from policies.detection.exceptions import (
    PurgeException,
    Schedule,
    depends_on_tags,
    find_exceptions,
    is_principal,
    is_queue,
    matches_pattern,
)
from policies.detection.intake import Received
from policies.detection.queue import queue_from_arn
from policies.detection.record import read_call
from policies.detection.rule import RuleKind
from policies.detection.triage.evidence import NO_EVIDENCE, Evidence
from tests.events.arbitrary import RECORD

if TYPE_CHECKING:
    from policies.detection.exceptions import ExceptionMatch

ROLE = "arn:aws:iam::111122223333:role/AppRole"
SSO = "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123"
TESTS = PurgeException("tests", "reason", "payments", "OPS-1", expires=datetime(2027, 1, 1, tzinfo=UTC))
NIGHTS = Schedule(frozenset({3}), 9 * 60, 12 * 60, "Europe/Berlin")
SKIPPED = Schedule(frozenset({6}), 2 * 60, 3 * 60, "Europe/Berlin")


def found(
    exception: PurgeException, evidence: Evidence = NO_EVIDENCE, **changes: object
) -> ExceptionMatch | None:
    """Return what one exception makes of the usual purge, with some fields of its record changed."""
    estate = Estate({"111122223333": KnownAccount("shop", environment="test")}, exceptions=(exception,))
    call = read_call(Received({**RECORD, **changes}))
    return next(iter(find_exceptions(QUEUE_PURGED, call, evidence, estate)), None)


def silences(exception: PurgeException, evidence: Evidence = NO_EVIDENCE, **changes: object) -> bool:
    match = found(exception, evidence, **changes)
    return match is not None and match.is_silencing


def session_of(role: str, session: str, issuer: str | None = None) -> dict[str, object]:
    account = "111122223333"
    context = {"sessionContext": {"sessionIssuer": {"arn": issuer, "type": "Role"}}} if issuer else {}
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    return {"type": "AssumedRole", "arn": arn, "accountId": account, **context}


@pytest.mark.parametrize(
    ("criteria", "holds"),
    [
        ({"principals": (ROLE,)}, True),
        ({"principals": ("arn:aws:iam::111122223333:role/App*",)}, True),
        ({"principals": ("arn:aws:iam::111122223333:role/alice",)}, False),
        ({"principals": ("arn:aws:iam::444455556666:role/AppRole",)}, False),
        ({"principals": ("arn:aws:iam::111122223333:role/approle",)}, False),
        ({"queues": ("arn:aws:sqs:us-east-1:111122223333:orders",)}, True),
        ({"queues": ("arn:aws:sqs:*:111122223333:ord?rs",)}, True),
        ({"queues": ("arn:aws:sqs:*:111122223333:order",)}, False),
        ({"accounts": ("111122223333",)}, True),
        ({"accounts": ("222233334444",)}, False),
        ({"environments": ("test",)}, True),
        ({"environments": ("production",)}, False),
        ({"user_agents": ("aws-cli/*",)}, True),
        ({"user_agents": ("Boto3/*",)}, False),
        ({"principals": (ROLE,), "queues": ("arn:aws:sqs:*:111122223333:invoices",)}, False),
        ({"principals": ("arn:aws:iam::111122223333:role/other", ROLE), "accounts": ("111122223333",)}, True),
    ],
)
def test_all_criteria_that_are_given_have_to_hold(
    criteria: dict[str, tuple[str, ...]], *, holds: bool
) -> None:
    assert silences(replace(TESTS, **criteria)) is holds  # type: ignore[arg-type]  # rows of lists


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("role/app.prod", "role/appXprod", False),
        ("role/app+ops", "role/appops", False),
        ("role/[ab]dmin", "role/admin", False),
        ("role/[ab]dmin", "role/[ab]dmin", True),
        ("role/a*", "role/ops/a", False),
        ("role/*", "role/ops/a", True),
        ("*", "a\nb", True),
        ("a?c", "ac", False),
        ("*a*ab", "aab", True),
        ("", "", True),
    ],
)
def test_only_two_characters_are_wildcards(pattern: str, text: str, *, matches: bool) -> None:
    assert matches_pattern(pattern, text) is matches


def slowly_matches(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return slowly_matches(pattern[1:], text) or (bool(text) and slowly_matches(pattern, text[1:]))
    return bool(text) and pattern[0] in ("?", text[0]) and slowly_matches(pattern[1:], text[1:])


@given(pattern=st.text("ab*?.[", max_size=7), text=st.text("ab.[\n", max_size=7))
def test_a_pattern_means_what_its_definition_says(pattern: str, text: str) -> None:
    assert matches_pattern(pattern, text) is slowly_matches(pattern, text)


def test_many_wildcards_cost_no_more_than_few() -> None:
    # Tried in every way, this would not end: the user agent is the caller's choice.
    assert not matches_pattern("*a" * 30 + "*b", "a" * 2_000)
    assert matches_pattern("*" * 200 + "b", "a" * 2_000 + "b")


@pytest.mark.parametrize(
    ("pattern", "queue", "is_it"),
    [
        ("arn:aws:sqs:*:111122223333:test-*", "arn:aws:sqs:eu-west-1:111122223333:test-1", True),
        ("arn:aws:sqs:eu-*:111122223333:test-*", "arn:aws:sqs:us-east-1:111122223333:test-1", False),
        ("arn:aws:sqs:*:111122223333:test-*", "arn:aws:sqs:eu-west-1:444455556666:test-1", False),
        (
            "arn:aws:sqs:*:111122223333:test-*",
            "arn:aws:sqs:eu-west-1:444455556666:x:111122223333:test-1",
            False,
        ),
        ("arn:aws:sqs:*:111122223333:test-*", "arn:aws:sqs:eu-west-1:111122223333:Test-1", False),
        ("arn:aws:sqs:*:111122223333:jobs.fifo", "arn:aws:sqs:eu-west-1:111122223333:jobs.fifo", True),
        ("arn:aws:sqs:*:111122223333:jobs.fifo", "arn:aws:sqs:eu-west-1:111122223333:jobs-fifo", False),
    ],
)
def test_a_queue_is_known_by_each_part_of_its_arn(pattern: str, queue: str, *, is_it: bool) -> None:
    assert is_queue(pattern, queue_from_arn(queue)) is is_it


@pytest.mark.parametrize("url", ["orders", None])
def test_a_queue_whose_account_is_unknown_is_no_queue_of_an_exception(url: str | None) -> None:
    assert not silences(
        replace(TESTS, queues=("arn:aws:sqs:*:111122223333:*",)),
        requestParameters={"queueUrl": url},
        resources=None,
    )


@pytest.mark.parametrize(
    ("pattern", "identity", "is_it"),
    [
        (SSO, session_of("AWSReservedSSO_Ops_0123", "alice@example.com", SSO), True),
        (SSO, session_of("AWSReservedSSO_Ops_0123", "alice@example.com"), True),
        (
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Ops_*",
            session_of("AWSReservedSSO_Ops_0123", "alice@example.com", SSO),
            True,
        ),
        (SSO, session_of("AWSReservedSSO_Ops_0123", "x", SSO.replace("111122223333", "444455556666")), False),
        (ROLE, session_of("AppRole", "alice"), True),
        ("arn:aws:iam::111122223333:role/App*", session_of("AppRole", "alice"), False),
        ("arn:aws:iam::111122223333:role/ops*/AppRole", session_of("AppRole", "alice"), False),
        ("arn:aws:iam::444455556666:role/AppRole", session_of("AppRole", "alice"), False),
        ("arn:aws:iam::111122223333:role/alice", session_of("AppRole", "alice", ROLE), False),
        (ROLE, session_of("AppRole", "x", "arn:aws:iam::111122223333:role/ops/AppRole"), False),
        ("arn:aws:iam::111122223333:user/AppRole", session_of("AppRole", "x"), False),
        (
            "arn:aws:iam::111122223333:user/ops/bob",
            {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ops/bob"},
            True,
        ),
        ("arn:aws:iam::111122223333:user/bob", {"type": "IAMUser", "userName": "bob"}, False),
        (
            "arn:aws:iam::111122223333:user/*",
            {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
            False,
        ),
        ("arn:aws:iam::111122223333:role/*", None, False),
    ],
)
def test_a_session_is_known_by_its_role_and_never_by_its_name(
    pattern: str, identity: object, *, is_it: bool
) -> None:
    # D04
    assert is_principal(pattern, actor_of(identity)) is is_it


@pytest.mark.parametrize(
    ("time", "holds"),
    [
        ("2026-12-31T23:59:59Z", True),
        ("2027-01-01T00:00:00Z", False),
        ("2027-01-01T00:30:00+01:00", True),
        ("never", False),
        (None, False),
    ],
)
def test_an_exception_ends_by_the_time_of_the_event(time: object, *, holds: bool) -> None:
    # D06
    assert silences(replace(TESTS, principals=(ROLE,)), eventTime=time) is holds


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"errorCode": "AccessDenied"}, "the call was refused"),
        (
            {"userIdentity": {"type": "Root", "accountId": "111122223333"}},
            "root made the call",
        ),
        (
            {"userIdentity": {"type": "AWSAccount", "accountId": "444455556666"}},
            "the actor is of no account of the inventory",
        ),
        ({"userIdentity": None}, "the record does not say who made the call"),
    ],
)
def test_some_calls_are_never_silenced(changes: dict[str, object], reason: str) -> None:
    match = found(replace(TESTS, accounts=("111122223333",)), NO_EVIDENCE, **changes)

    assert match is not None
    assert (match.is_silencing, match.reason) == (False, reason)


def test_tampering_is_never_covered() -> None:
    estate = Estate({"111122223333": KnownAccount("shop")}, exceptions=(replace(TESTS, principals=(ROLE,)),))
    tampered = replace(PURGE_REFUSED, kind=RuleKind.GUARD_TAMPERING)

    assert find_exceptions(tampered, read_call(Received(RECORD)), NO_EVIDENCE, estate) == ()


def test_a_trial_says_what_it_would_have_silenced() -> None:
    match = found(replace(TESTS, principals=(ROLE,), is_trial=True))

    assert match is not None
    assert (match.is_silencing, match.is_hit, match.reason) == (False, True, "it is on trial")


def test_a_trial_counts_only_what_it_would_have_silenced() -> None:
    match = found(replace(TESTS, principals=(ROLE,), is_trial=True), errorCode="AccessDenied")

    assert match is not None
    assert not match.is_hit


@pytest.mark.parametrize(
    ("schedule", "time", "holds"),
    [
        (NIGHTS, "2026-01-15T08:00:00Z", True),
        (NIGHTS, "2026-01-15T07:59:59Z", False),
        (NIGHTS, "2026-01-15T10:59:59Z", True),
        (NIGHTS, "2026-01-15T11:00:00Z", False),
        (NIGHTS, "2026-01-16T08:00:00Z", False),
        # In summer the same clocks show another hour.
        (NIGHTS, "2026-07-16T07:00:00Z", True),
        (NIGHTS, "2026-07-16T10:00:00Z", False),
        (replace(NIGHTS, start_minute=1320, end_minute=360), "2026-01-15T21:00:00Z", True),
        (replace(NIGHTS, start_minute=1320, end_minute=360), "2026-01-16T04:59:00Z", True),
        (replace(NIGHTS, start_minute=1320, end_minute=360), "2026-01-16T05:00:00Z", False),
        (replace(NIGHTS, start_minute=1320, end_minute=360), "2026-01-15T04:00:00Z", False),
        # The end of a week belongs to the day before as well.
        (
            replace(NIGHTS, days=frozenset({6}), start_minute=1320, end_minute=360),
            "2026-01-19T04:00:00Z",
            True,
        ),
        # Both at once: a whole day from then on.
        (replace(NIGHTS, end_minute=9 * 60), "2026-01-16T07:59:59Z", True),
        (replace(NIGHTS, end_minute=9 * 60), "2026-01-16T08:00:00Z", False),
        # The hour that clocks skip in spring is nobody's; the one that they repeat in autumn counts twice.
        (SKIPPED, "2026-03-29T00:59:59Z", False),
        (SKIPPED, "2026-03-29T01:00:00Z", False),
        (SKIPPED, "2026-10-25T00:30:00Z", True),
        (SKIPPED, "2026-10-25T01:30:00Z", True),
        (SKIPPED, "2026-10-25T02:00:00Z", False),
    ],
)
def test_a_schedule_holds_by_the_clocks_of_its_time_zone(
    schedule: Schedule, time: str, *, holds: bool
) -> None:
    match = found(replace(TESTS, principals=(ROLE,), schedule=schedule), eventTime=time)

    assert match is not None
    assert match.is_silencing is holds
    assert match.reason == ("" if holds else "the call was made outside its schedule")


@pytest.mark.parametrize(
    ("time_zone", "time"),
    [
        ("Nowhere/Atall", "2026-01-15T08:00:00Z"),
        ("/etc/localtime", "2026-01-15T08:00:00Z"),
        ("America/New_York", "0001-01-01T00:00:00Z"),
    ],
)
def test_where_nobody_can_tell_the_time_nothing_is_silenced(time_zone: str, time: str) -> None:
    schedule = replace(NIGHTS, days=frozenset(range(7)), start_minute=0, end_minute=0, time_zone=time_zone)
    match = found(replace(TESTS, principals=(ROLE,), schedule=schedule), eventTime=time)

    assert match is not None
    assert not match.is_silencing
    assert match.reason.startswith(f"nobody could tell the time in {time_zone}")


def test_tags_have_to_be_known_and_the_same() -> None:
    tagged = replace(TESTS, principals=(ROLE,), tags={"environment": "test"})

    assert silences(tagged, Evidence(queue_tags={"environment": "test", "owner": "x"}))
    assert not silences(tagged, Evidence(queue_tags={"environment": "Test"}))
    assert found(tagged) is None


def test_an_environment_is_what_the_inventory_says_and_not_what_a_tag_says() -> None:
    evidence = Evidence(queue_tags={"environment": "sandbox"}, queue_environment="sandbox")

    assert not silences(replace(TESTS, environments=("sandbox",)), evidence)


@pytest.mark.parametrize(
    ("criteria", "depends"),
    [
        ({"tags": {"a": "b"}, "principals": (ROLE,)}, True),
        ({"tags": {"a": "b"}, "accounts": ("4",)}, False),
        ({}, False),
    ],
)
def test_tags_are_asked_for_only_where_they_decide(criteria: dict[str, object], *, depends: bool) -> None:
    exception = replace(TESTS, **criteria)  # type: ignore[arg-type]  # rows of several kinds
    estate = Estate({"111122223333": KnownAccount("shop")}, exceptions=(exception,))

    assert depends_on_tags(QUEUE_PURGED, read_call(Received(RECORD)), estate) is depends


def test_of_several_exceptions_one_that_silences_comes_first_and_then_what_is_on_trial() -> None:
    trial, signed = (
        replace(TESTS, principals=(ROLE,), is_trial=True),
        replace(TESTS, id="signed", principals=(ROLE,)),
    )
    off = replace(TESTS, id="off", principals=(ROLE,), schedule=Schedule(frozenset(), 0, 1, "UTC"))
    estate = Estate({"111122223333": KnownAccount("shop")}, exceptions=(off, trial, signed))

    matches = find_exceptions(QUEUE_PURGED, read_call(Received(RECORD)), NO_EVIDENCE, estate)

    assert [match.exception.id for match in matches] == ["signed", "tests", "off"]
    assert [match.is_hit for match in matches] == [True, True, False]


FEDERATED = {
    "type": "FederatedUser",
    "arn": "arn:aws:sts::111122223333:federated-user/bob",
    "accountId": "111122223333",
}


@pytest.mark.parametrize(
    ("identity", "reason"),
    [
        ({"type": "AWSAccount", "accountId": "111122223333"}, "the record does not say who made the call"),
        ({"type": "Unknown", "accountId": "111122223333"}, "the record does not say who made the call"),
        ({"accountId": "111122223333"}, "the record does not say who made the call"),
        ({**FEDERATED, "sessionContext": {"sessionIssuer": {"type": "Root"}}}, "root made the call"),
        (
            {
                **FEDERATED,
                "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:root"}},
            },
            "root made the call",
        ),
        (
            {"type": "AWSService", "invokedBy": "x.amazonaws.com"},
            "the actor is of no account of the inventory",
        ),
    ],
)
def test_nobody_unknown_and_nobody_of_root_is_silenced(identity: dict[str, object], reason: str) -> None:
    match = found(replace(TESTS, accounts=("111122223333",)), userIdentity=identity)

    assert match is not None
    assert (match.is_silencing, match.reason) == (False, reason)


def test_a_session_that_somebody_else_issued_is_not_roots() -> None:
    issuer = {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/alice"}
    identity = {**FEDERATED, "sessionContext": {"sessionIssuer": issuer}}

    assert silences(replace(TESTS, accounts=("111122223333",)), userIdentity=identity)


@pytest.mark.parametrize(
    ("signed_for", "made", "is_met"),
    [
        (("PurgeQueue",), "PurgeQueue", True),
        (("PurgeQueue",), "SetQueueAttributes", False),
        (("PurgeQueue", "DeleteQueue"), "DeleteQueue", True),
        (("DeleteQueue",), "PurgeQueue", False),
    ],
)
def test_who_signed_for_one_call_did_not_sign_for_another(
    signed_for: tuple[str, ...], made: str, is_met: bool
) -> None:
    match = found(replace(TESTS, principals=(ROLE,), calls=signed_for), eventName=made)

    assert (match is not None) is is_met
