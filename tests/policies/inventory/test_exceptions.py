from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from policies.estate import estate_of
from policies.inventory import Inventory, InventoryError
from policies.inventory.warnings import warnings_about
from tests.docs.pages import page
from tests.policies.inventory.conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

EXCEPTION = """\
owners:
  - name: payments
    subscriptions: [{protocol: email, endpoint: payments@example.com}]
exceptions:
  - id: nightly-tests
    reason: The pipeline empties its own queues.
    owner: payments
    ticket: OPS-1
    expires: 2026-12-31
    principals: ["arn:aws:iam::111122223333:role/ci/*"]
"""


def mistake(load: Callable[[str | bytes], Inventory], old: str, new: str) -> str:
    """Return what is answered to an exception in which a passage is replaced."""
    assert EXCEPTION.count(old) == 1
    with pytest.raises(InventoryError) as caught:
        load(BASE + EXCEPTION.replace(old, new))
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "expires"),
    [
        ("2026-09-30", datetime(2026, 10, 1, tzinfo=UTC)),
        ('"2026-09-30"', datetime(2026, 10, 1, tzinfo=UTC)),
        ("2026-09-30T10:00:00Z", datetime(2026, 9, 30, 10, tzinfo=UTC)),
        ("2026-09-30 10:00:00", datetime(2026, 9, 30, 10, tzinfo=UTC)),
        ("2026-09-30T10:00:00+02:00", datetime(2026, 9, 30, 8, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_day_or_a_time(
    load: Callable[[str | bytes], Inventory], written: str, expires: datetime
) -> None:
    # D06
    inventory = load(BASE + EXCEPTION.replace("2026-12-31", written))

    assert inventory.exceptions[0].expires == expires


@pytest.mark.parametrize(
    "written", ['"2026-13-45"', "2026/09/30", "never", "20261231", "~", "9999-12-31", "true"]
)
def test_what_is_no_end_is_refused_with_the_form_to_write(
    load: Callable[[str | bytes], Inventory], written: str
) -> None:
    answer = mistake(load, "2026-12-31", written)

    assert "exceptions[0].expires: " in answer
    assert "write the last day on which it holds, such as 2026-12-31" in answer


def test_the_exception_on_its_page_is_right(load: Callable[[str | bytes], Inventory]) -> None:
    (example,) = page("docs/exceptions.md").blocks("yaml")
    inventory = load(BASE + example)

    assert list(warnings_about(inventory, datetime(2026, 11, 25, tzinfo=UTC))) == []


def test_a_blank_is_no_reason(load: Callable[[str | bytes], Inventory]) -> None:
    answer = mistake(load, "The pipeline empties its own queues.", '"  "')

    assert "exceptions[0].reason: blank: whoever reads this has to know who signed for what" in answer


def test_every_mistake_of_every_exception_is_told_at_once(load: Callable[[str | bytes], Inventory]) -> None:
    exceptions = EXCEPTION.replace("2026-12-31", "never") + EXCEPTION.partition("exceptions:\n")[2].replace(
        "role/ci/*", "role/*"
    )
    with pytest.raises(InventoryError) as caught:
        load(BASE + exceptions)

    assert [problem.path for problem in caught.value.problems] == [
        "exceptions[0].expires",
        "exceptions[1].id",
        "exceptions[1].principals[0]",
    ]


def test_a_queue_may_have_any_tag_that_sqs_knows(load: Callable[[str | bytes], Inventory]) -> None:
    tags = "    tags: {'aws:cloudformation:stack-name': tests, managed-by: terraform}\n"

    assert load(BASE + EXCEPTION + tags).exceptions[0].tags == {
        "aws:cloudformation:stack-name": "tests",
        "managed-by": "terraform",
    }


def test_an_exception_without_an_end_is_refused(load: Callable[[str | bytes], Inventory]) -> None:
    assert "exceptions[0].expires: missing" in mistake(load, "    expires: 2026-12-31\n", "")


@pytest.mark.parametrize(
    ("principal", "answer"),
    [
        (
            "arn:aws:sts::111122223333:assumed-role/AppRole/alice",
            "write the role's, arn:aws:iam::111122223333:role/AppRole",
        ),
        ("arn:aws:iam::*:role/ci", "the account is written in full"),
        ("arn:aws:iam::111122223333:root", "a principal is the ARN of a user or role"),
        ("arn:aws:iam::111122223333:role/*", "is everybody: name a path or a name"),
        ("*", "a principal is the ARN of a user or role"),
        ("arn:aws:iam::111122223333:role/[ab]dmin", "only * and ? are wildcards"),
        (
            "arn:aws:iam::111122223333:role/AWSReservedSSO_Ops_*",
            "write arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Ops_*",
        ),
        ("arn:aws:iam::111122223333:role/", "a principal is the ARN of a user or role"),
    ],
)
def test_a_principal_that_never_matches_or_matches_everybody_is_refused(
    load: Callable[[str | bytes], Inventory], principal: str, answer: str
) -> None:
    assert answer in mistake(load, "arn:aws:iam::111122223333:role/ci/*", principal)


@pytest.mark.parametrize(
    ("criterion", "answer"),
    [
        ("queues: [orders]", "a queue is named by its ARN"),
        ("queues: ['arn:aws:sqs:*:*:orders']", "the account is written in full"),
        ("queues: ['arn:aws:sqs:us-esat-1:111122223333:orders']", "write us-east-1"),
        ("queues: ['arn:aws:sqs:cn-north-1:111122223333:orders']", "write arn:aws-cn: at the beginning"),
        (
            "queues: ['arn:aws-cn:sqs:*:111122223333:orders']",
            "lies in the partition aws-cn and the hub in aws",
        ),
        ("queues: ['arn:aws:sqs:*:111122223333:[ab]*']", "only * and ? are wildcards"),
        # D01: never a silent miss, and never another account.
        ("accounts: [012345671234]", "exceptions[0].accounts[0]: without quotes, YAML does not take this"),
        ("accounts: [012345671234]", 'for text: write "012345671234"'),
        ("accounts: [111122223333]", 'for text: write "111122223333"'),
        ("accounts: ['111122223333', 089911223344]", "exceptions[0].accounts[1]: without quotes"),
        ("accounts: [0123_4567]", "exceptions[0].accounts[0]: 0123_4567: an account id is twelve digits"),
        ("accounts: [~]", 'exceptions[0].accounts[0]: empty: write "111122223333"'),
        ("accounts: [[]]", 'exceptions[0].accounts[0]: write "111122223333"'),
        ("accounts: [production]", "exceptions[0].accounts[0]"),
        ("accounts: ['111122223333', '111122223333']", "this repeats exceptions[0].accounts[0]"),
        ("user_agents: ['*']", "is every tool: name one"),
        ("schedule: {days: [monday], start: 9:00, end: 17:00, time_zone: UTC}", "write one of mon, tue, wed"),
        (
            "schedule: {days: [mon], start: 25:00, end: 17:00, time_zone: UTC}",
            'write one in quotes, such as "09:00"',
        ),
        (
            "schedule: {days: [mon], start: 9:00, end: 17:00, time_zone: Berlin}",
            "write a name such as Europe/Berlin",
        ),
        # The machine's own, whichever that is.
        (
            "schedule: {days: [mon], start: 9:00, end: 17:00, time_zone: localtime}",
            "write a name such as Europe/Berlin",
        ),
        (
            "schedule: {days: [mon], start: 9:00, end: 24:00, time_zone: UTC}",
            'midnight is "00:00"',
        ),
        ("colour: red", "exceptions[0].colour: there is no such key here"),
        # Written and empty, a criterion must not hold for everybody.
        ("queues: []", 'exceptions[0].queues: empty: write queues: ["arn:aws:sqs:*:111122223333:test-*"]'),
        ("queues:", 'exceptions[0].queues: this is a list: write queues: ["arn:aws:sqs:*'),
        ("accounts: []", "exceptions[0].accounts: empty"),
        ("environments: []", "exceptions[0].environments: empty"),
        ("user_agents: []", "exceptions[0].user_agents: empty"),
        ("tags: {}", 'exceptions[0].tags: empty: write tags: {"environment": "test"}'),
        ("tags:", 'exceptions[0].tags: empty: write tags: {"environment": "test"}'),
        ("tags: {environment: 1}", "exceptions[0].tags.environment"),
        ("schedule:", "exceptions[0].schedule: empty: write when, or leave the key out"),
        (
            "schedule: {days: [mon], end: '02:00', time_zone: UTC}",
            'exceptions[0].schedule.start: missing: write start: "09:00". From when on',
        ),
        (
            "schedule: {days: mon, start: 9:00, end: 17:00, time_zone: UTC}",
            "exceptions[0].schedule.days: this is a list: write days: [mon]",
        ),
        (
            "schedule: {days: monday, start: 9:00, end: 17:00, time_zone: UTC}",
            'exceptions[0].schedule.days: this is a list: write days: ["mon", "fri"]',
        ),
        (
            "schedule: {days: [mon], start: ~, end: 17:00, time_zone: UTC}",
            'exceptions[0].schedule.start: empty: write one in quotes, such as "09:00"',
        ),
        (
            "accounts: '111122223333'",
            'exceptions[0].accounts: this is a list: write accounts: ["111122223333"]',
        ),
        ("user_agents: aws-cli/*", 'this is a list: write user_agents: ["aws-cli/*"]'),
        (
            f"tags: {{{', '.join(f't{number}: x' for number in range(51))}}}",
            "exceptions[0].tags: keep at most 50 of these",
        ),
    ],
)
def test_a_wrong_criterion_is_refused_with_its_place(
    load: Callable[[str | bytes], Inventory], criterion: str, answer: str
) -> None:
    assert answer in mistake(load, "    ticket: OPS-1\n", f"    ticket: OPS-1\n    {criterion}\n")


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("~", "empty"),
        ("9999-12-31", '"9999-12-31" lies beyond the calendar'),
        ("true", '"true" is no date'),
        ("2026-02-30", '"2026-02-30" is no date'),
    ],
)
def test_what_is_wrong_with_an_end_is_said(
    load: Callable[[str | bytes], Inventory], written: str, fault: str
) -> None:
    answer = mistake(load, "2026-12-31", written)

    assert f"exceptions[0].expires: {fault}: write the last day on which it holds, such as 2026" in answer


@pytest.mark.parametrize(
    ("tags", "answer"),
    [
        # To YAML 1.1 the key is no text.
        ("{n: 1}", 'exceptions[0].tags: a key is text: write "n"'),
        ("{name: 1}", 'exceptions[0].tags.name: without quotes, YAML does not take this for text: write "1"'),
    ],
)
def test_a_wrong_tag_is_the_only_thing_that_is_wrong(
    load: Callable[[str | bytes], Inventory], tags: str, answer: str
) -> None:
    found = mistake(load, "    ticket: OPS-1\n", f"    ticket: OPS-1\n    tags: {tags}\n")

    assert found.endswith(answer)
    assert found.count("exceptions[0].tags") == 1


@pytest.mark.parametrize("key", ["exceptions", "owners", "overrides"])
def test_a_section_that_is_no_list_is_told_what_an_item_looks_like(
    load: Callable[[str | bytes], Inventory], key: str
) -> None:
    with pytest.raises(InventoryError) as caught:
        load(f"{BASE}{key}: {{a: b}}\n")

    (problem,) = caught.value.problems
    assert problem.path == key
    assert problem.message.startswith(f"this is a list: write {key}: [{{")


def test_an_end_that_is_missing_is_told_by_an_example(load: Callable[[str | bytes], Inventory]) -> None:
    answer = mistake(load, "    expires: 2026-12-31\n", "")

    assert 'exceptions[0].expires: missing: write expires: "2026-12-31". The last day' in answer


@pytest.mark.parametrize("criteria", ["{}", "user_agents: [aws-cli/*]"])
def test_an_exception_for_everything_is_refused(
    load: Callable[[str | bytes], Inventory], criteria: str
) -> None:
    line = "" if criteria == "{}" else f"    {criteria}\n"
    answer = mistake(load, '    principals: ["arn:aws:iam::111122223333:role/ci/*"]\n', line)

    assert "this excepts every purge: name principals, queues, tags, accounts or environments" in answer


def test_two_exceptions_of_one_name_are_refused(load: Callable[[str | bytes], Inventory]) -> None:
    first = EXCEPTION.partition("exceptions:\n")[2]
    with pytest.raises(InventoryError, match=r"exceptions\[1\]\.id"):
        load(BASE + EXCEPTION + first)


def test_what_dangles_or_is_over_is_a_warning_that_names_itself(
    load: Callable[[str | bytes], Inventory],
) -> None:
    elsewhere = EXCEPTION.replace("111122223333:role/ci", "444455556666:role/ci").replace(
        "owner: payments", "owner: nobody"
    )
    inventory = load(BASE + elsewhere + "    accounts: ['555566667777']\n    environments: [staging]\n")

    assert list(warnings_about(inventory, datetime(2027, 1, 1, tzinfo=UTC))) == [
        (
            "the exception nightly-tests has held no more since 2027-01-01 00:00 UTC: remove it,"
            " or let its owner sign again"
        ),
        "the exception nightly-tests names the account 555566667777, which the inventory does not list",
        (
            'the exception nightly-tests names "arn:aws:iam::444455556666:role/ci/*",'
            " whose account the inventory does not list"
        ),
        "the exception nightly-tests names the environment staging, which no account has",
        (
            'the exception nightly-tests is owned by "nobody",'
            " which owners does not describe: nobody can be told"
        ),
    ]
    assert list(warnings_about(load(BASE + EXCEPTION), datetime(2026, 12, 31, 23, 59, tzinfo=UTC))) == []


@pytest.mark.parametrize("account", ["222233334444", "999988887777"])
def test_the_hub_and_the_management_account_are_known_actors_and_watched_only_if_listed(
    load: Callable[[str | bytes], Inventory], account: str
) -> None:
    role = EXCEPTION.replace("111122223333", account)
    queue = f"    queues: ['arn:aws:sqs:*:{account}:test-*']\n"

    assert list(warnings_about(load(BASE + role), datetime(2026, 12, 1, tzinfo=UTC))) == []
    (warning,) = warnings_about(load(BASE + role + queue), datetime(2026, 12, 1, tzinfo=UTC))
    assert warning.startswith(f'the exception nightly-tests names "arn:aws:sqs:*:{account}:test-*"')


def test_an_exception_is_signed_for_a_year_at_most(load: Callable[[str | bytes], Inventory]) -> None:
    inventory = load(BASE + EXCEPTION)

    assert list(warnings_about(inventory, datetime(2025, 12, 31, tzinfo=UTC))) == []
    (warning,) = warnings_about(inventory, datetime(2025, 12, 30, 23, 59, tzinfo=UTC))
    assert warning == (
        "the exception nightly-tests holds until 2027-01-01 00:00 UTC, more than a year:"
        " let its owner sign again every year"
    )


def test_an_unknown_owner_of_an_account_is_refused(load: Callable[[str | bytes], Inventory]) -> None:
    with pytest.raises(
        InventoryError, match=r'accounts\[0\]\.owner: there is no owner "payment": did you mean payments\?'
    ):
        load(BASE.replace("    name: production\n", "    name: production\n    owner: payment\n") + EXCEPTION)


def test_an_address_is_subscribed_once(load: Callable[[str | bytes], Inventory]) -> None:
    with pytest.raises(InventoryError, match=r"owners\[0\]\.subscriptions\[0\]\.endpoint"):
        load(BASE + EXCEPTION.replace("payments@example.com", "security@example.com"))


def test_the_functions_are_told_all_of_it(load: Callable[[str | bytes], Inventory]) -> None:
    schedule = "    schedule: {days: [mon, fri], start: 9:00, end: '17:30', time_zone: Europe/Berlin}\n"
    estate = estate_of(load(BASE + EXCEPTION + schedule))

    (exception,) = estate.exceptions
    assert (exception.id, exception.owner, estate.owners) == ("nightly-tests", "payments", ("payments",))
    assert exception.schedule is not None
    assert (exception.schedule.days, exception.schedule.start_minute) == (frozenset({0, 4}), 540)
    assert exception.schedule.end_minute == 1050
    assert estate.knows("222233334444")
    assert estate.knows("999988887777")
    assert not estate.knows("444455556666")
