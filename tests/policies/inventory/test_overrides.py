"""What an override says is in the accounts that it fits, and what is wrong with it is said once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.inventory import Inventory, InventoryError, load_inventory
from policies.inventory.warnings import warnings_about
from tests.policies.inventory.test_warnings import NOW

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """version: 1
organization: {id: o-exampleorgid, management_account: "999988887777"}
hub: {account: "222233334444", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
owners: [{name: payments, subscriptions: [{protocol: email, endpoint: payments@example.com}]}]
"""

ACCOUNTS = """accounts:
  - {id: "111122223333", name: test, ou: Workloads/Test, environment: test}
  - {id: "444455556666", name: shop, ou: Workloads/Production, environment: production}
  - {id: "777788889999", name: legacy, ou: Workloads/Production/Old, regions: [us-east-1], wave: 9}
"""

USUAL = "{ou: Workloads, regions: [us-east-1, eu-west-1], trail: {mode: organization, name: org}, wave: 3}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "purge-guard.yaml"


def inventory(file: Path, *overrides: str, accounts: str = ACCOUNTS) -> Inventory:
    listed = "".join(f"  - {override}\n" for override in overrides)
    file.write_text(f"{HEAD}overrides:\n{listed}{accounts}", encoding="utf-8")
    return load_inventory(file)


def mistakes(file: Path, *overrides: str, accounts: str = ACCOUNTS) -> list[str]:
    with pytest.raises(InventoryError) as refused:
        inventory(file, *overrides, accounts=accounts)
    return [f"{each.line}:{each.column}: {each.path}: {each.message}" for each in refused.value.problems]


def test_accounts_have_what_their_ou_has_and_keep_what_they_say(file: Path) -> None:
    test, shop, legacy = inventory(file, USUAL).accounts

    assert test.regions == shop.regions == ("us-east-1", "eu-west-1")
    assert legacy.regions == ("us-east-1",)
    assert [account.wave for account in (test, shop, legacy)] == [3, 3, 9]
    assert {account.trail.mode for account in (test, shop, legacy)} == {"organization"}
    assert test.home_region == "us-east-1"


def test_the_override_further_down_wins_and_both_criteria_have_to_hold(file: Path) -> None:
    test, shop, _ = inventory(
        file,
        USUAL,
        "{environment: production, wave: 5, owner: payments}",
        "{ou: Workloads/Test, environment: production, wave: 7}",
        "{ou: Workloads/Test, wave: 1}",
    ).accounts

    assert (test.wave, test.owner) == (1, "")
    assert (shop.wave, shop.owner) == (5, "payments")


@pytest.mark.parametrize("ou", ["Work", "Workloads/Production/Old/Older", "workloads", "Production"])
def test_an_ou_is_a_path_and_not_the_beginning_of_a_name(file: Path, ou: str) -> None:
    assert [account.wave for account in inventory(file, USUAL, f"{{ou: {ou}, wave: 8}}").accounts] == [
        3,
        3,
        9,
    ]


def test_an_account_without_an_ou_is_in_none(file: Path) -> None:
    accounts = '  - {id: "111122223333", name: a, regions: [us-east-1], trail: {mode: create}}\n'
    (account,) = inventory(file, "{ou: Workloads, wave: 3}", accounts=f"accounts:\n{accounts}").accounts

    assert account.wave == 1


def test_what_is_wrong_in_an_override_is_said_once_where_it_stands(file: Path) -> None:
    wrong = "{ou: Workloads, regions: [us-east-1, mars-1], trail: {mode: organisation}, owner: nobody}"

    assert sorted(mistake.split(": ")[1] for mistake in mistakes(file, wrong)) == [
        "overrides[0].owner",
        "overrides[0].regions[1]",
        "overrides[0].trail.mode",
    ]


def test_what_no_override_gives_is_missing_in_the_account(file: Path) -> None:
    assert [mistake.split(": ")[:2] for mistake in mistakes(file, "{ou: Other, regions: [us-east-1]}")][
        :2
    ] == [
        ["9:5", "accounts[0].regions"],
        ["9:5", "accounts[0].trail"],
    ]


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("{regions: [us-east-1]}", "for whom? Write ou, environment, or both"),
        ("{ou: /Workloads, wave: 1}", "an OU is named by the names on the way to it"),
        ("{ou: Workloads, wave: 0}", "write 1 or more"),
        ("{ou: Workloads, id: 1}", "there is no such key"),
        ("text", "this is a mapping"),
        ("{ou: Workloads, environment: Test Env}", "write"),
    ],
)
def test_a_mistake_in_an_override_is_one_sentence(file: Path, override: str, sentence: str) -> None:
    found = [each for each in mistakes(file, USUAL, override) if "overrides[1]" in each]

    assert len(found) == 1
    assert sentence in found[0]


def test_an_override_that_fits_nobody_is_a_warning(file: Path) -> None:
    idle = "{ou: Workload, environment: test, wave: 2}"

    assert [each for each in warnings_about(inventory(file, USUAL, idle), NOW) if "override" in each] == [
        (
            'the override for ou "Workload" and environment "test" fits no account: is it spelled as in the'
            " accounts?"
        )
    ]
