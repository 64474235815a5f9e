from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from policies.inventory.warnings import warnings_about

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory

NOW = datetime(2026, 11, 25, tzinfo=UTC)
INVENTORY = """\
version: 1
hub: {account: "111122223333", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
accounts:
  - id: "111122223333"
    name: shop
    environment: test
    regions: [us-east-1, eu-west-1]
    trail: {mode: create}
  - {id: "444455556666", name: till, environment: test, regions: [us-east-1], trail: {mode: create}}
  - {id: "777788889999", name: bank, regions: [us-east-1], trail: {mode: create}}
exceptions:
  - id: tests
    reason: The pipeline empties its own queues.
    owner: payments
    ticket: OPS-1
    expires: 2026-12-31
"""
ROLE = "principals: ['arn:aws:iam::111122223333:role/"


def warnings(load: Callable[[str | bytes], Inventory], *criteria: str) -> list[str]:
    lines = "".join(f"    {line}\n" for line in criteria)
    return list(warnings_about(load(INVENTORY + lines), NOW))


@pytest.mark.parametrize(
    ("criteria", "what"),
    [
        (["accounts: ['111122223333']"], "silences every purge of the account shop"),
        (["queues: ['arn:aws:sqs:*:111122223333:*']"], "silences every purge of the account shop"),
        (["queues: ['arn:aws:sqs:us-*:444455556666:?*']"], "silences every purge of the account till"),
        (["environments: [test]"], "silences every purge of the accounts shop and till"),
        (
            ["accounts: ['111122223333', '444455556666', '777788889999']"],
            "silences every purge of every account",
        ),
        (
            ["environments: [test]", "queues: ['arn:aws:sqs:*:444455556666:*']"],
            "silences every purge of the account till",
        ),
        (
            ["accounts: ['777788889999']", "user_agents: [aws-cli/*]"],
            "silences every purge of the account bank",
        ),
        (
            ["accounts: ['777788889999']", "calls: [PurgeQueue, DeleteQueue]"],
            "silences every purge and DeleteQueue of the account bank",
        ),
        (["accounts: ['777788889999']", "trial: true"], "would silence every purge of the account bank"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_an_exception_for_everybody_is_a_warning(
    load: Callable[[str | bytes], Inventory], criteria: list[str], what: str
) -> None:
    assert warnings(load, *criteria) == [f"the exception tests {what}: name principals or queues"]


@pytest.mark.parametrize("pattern", ["*e*", "*e?", "?*in*", "*/*a*"])
def test_a_principal_that_nearly_everybody_is_is_a_warning(
    load: Callable[[str | bytes], Inventory], pattern: str
) -> None:
    assert warnings(load, f"{ROLE}{pattern}']") == [
        (
            f'the exception tests names "arn:aws:iam::111122223333:role/{pattern}", which nearly everybody'
            " matches: name a path or a name"
        )
    ]


@pytest.mark.parametrize(
    "criteria",
    [
        [f"{ROLE}ci/*']"],
        [f"{ROLE}*ci-*']"],
        [f"{ROLE}a*']"],
        ["queues: ['arn:aws:sqs:*:111122223333:test-*']"],
        ["queues: ['arn:aws:sqs:*:111122223333:*.fifo']"],
        # Another region of the account is still told of.
        ["queues: ['arn:aws:sqs:us-east-1:111122223333:*']"],
        ["tags: {purpose: test}", "accounts: ['111122223333']"],
        [
            "accounts: ['111122223333']",
            "schedule: {days: [mon], start: 9:00, end: 17:00, time_zone: UTC}",
        ],
        ["environments: [test]", "accounts: ['777788889999']"],
    ],
    ids=" ".join,
)
def test_an_exception_for_somebody_is_none(
    load: Callable[[str | bytes], Inventory], criteria: list[str]
) -> None:
    assert warnings(load, *criteria) == []
