from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.inventory import Inventory, load_inventory
from policies.selection import SelectionError, select

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = """\
version: 1
hub: {account: "222233334444", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
accounts:
  - {id: "111122223333", name: production, regions: [us-east-1], trail: {mode: create}}
  - {id: "222233334444", name: the security team, regions: [us-east-1], trail: {mode: create}}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    file = tmp_path / "purge-guard.yaml"
    file.write_text(INVENTORY, encoding="utf-8")
    return load_inventory(file)


@pytest.mark.parametrize(
    ("wanted", "hub", "accounts"),
    [
        pytest.param(None, True, ["111122223333", "222233334444"], id="unset-means-everything"),
        pytest.param("hub", True, [], id="hub"),
        pytest.param("111122223333", False, ["111122223333"], id="account-by-id"),
        pytest.param("production", False, ["111122223333"], id="account-by-name"),
        pytest.param("account-111122223333", False, ["111122223333"], id="account-by-stack"),
        pytest.param("the security team", False, ["222233334444"], id="name-with-spaces"),
        pytest.param(" hub , production ", True, ["111122223333"], id="hub-and-account"),
        pytest.param("production,111122223333", False, ["111122223333"], id="twice-the-same"),
        pytest.param(
            "222233334444,production", False, ["111122223333", "222233334444"], id="in-the-files-order"
        ),
    ],
)
def test_stacks_are_chosen_by_name(
    wanted: str | None, hub: bool, accounts: list[str], inventory: Inventory
) -> None:
    selection = select(inventory, wanted)

    assert selection.hub is hub
    assert [account.id for account in selection.accounts] == accounts


PREVENTION = """\
prevention:
  break_glass: {principals: [arn:aws:iam::111122223333:user/alice]}
  deployer_roles: [arn:aws:iam::111122223333:role/deployer, arn:aws:iam::222233334444:role/deployer]
"""
ORGANIZATION = 'organization: {id: o-exampleorgid, management_account: "999988887777"'
POLICIES = ", policies: {scp_targets: [ou-abcd-11112222]}"


def inventory_with(folder: Path, *sections: str) -> Inventory:
    file = folder / "purge-guard.yaml"
    file.write_text(INVENTORY + "".join(sections), encoding="utf-8")
    return load_inventory(file)


@pytest.mark.parametrize(
    ("wanted", "hub", "accounts"),
    [
        pytest.param(None, True, 2, id="unset-means-everything"),
        pytest.param("organization", False, 0, id="alone"),
        pytest.param("organization, production", False, 1, id="with-an-account"),
    ],
)
def test_the_stack_of_an_organization_with_policies_is_chosen_by_its_name(
    wanted: str | None, hub: bool, accounts: int, tmp_path: Path
) -> None:
    inventory = inventory_with(tmp_path, PREVENTION, ORGANIZATION, POLICIES, "}\n")

    selection = select(inventory, wanted)

    assert (selection.organization, selection.hub, len(selection.accounts)) == (True, hub, accounts)


@pytest.mark.parametrize("wanted", ["hub", "production"])
def test_the_organization_is_left_out_where_something_else_is_asked_for(wanted: str, tmp_path: Path) -> None:
    inventory = inventory_with(tmp_path, PREVENTION, ORGANIZATION, POLICIES, "}\n")

    assert select(inventory, wanted).organization is False


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param((), id="neither"),
        pytest.param((ORGANIZATION, "}\n"), id="organization-alone"),
        pytest.param((PREVENTION,), id="prevention-alone"),
        pytest.param((PREVENTION, ORGANIZATION, "}\n"), id="organization-without-policies"),
    ],
)
def test_there_is_no_stack_of_an_organization_that_denies_nothing(
    sections: tuple[str, ...], tmp_path: Path
) -> None:
    inventory = inventory_with(tmp_path, *sections)

    assert select(inventory, None).organization is False
    with pytest.raises(SelectionError) as refusal:
        select(inventory, "hub,organization")
    assert str(refusal.value) == (
        "the inventory has no stack `organization`: it needs `prevention` and `organization.policies`"
    )


@pytest.mark.parametrize(
    ("wanted", "unknown"),
    [
        pytest.param("prodction", ['"prodction": did you mean production?'], id="typing-mistake"),
        pytest.param("hub,444455556666,staging", ['"444455556666"', '"staging"'], id="all-of-them-at-once"),
        pytest.param("Production", ['"Production": did you mean production?'], id="other-case"),
        pytest.param("account-444455556666", ['"account-444455556666"'], id="stack-of-no-account"),
        pytest.param("\x1b[31mprod\nhub", [r'"\x1b[31mprod\nhub"'], id="control-characters"),
    ],
)
def test_what_the_inventory_does_not_have_is_refused(
    wanted: str, unknown: list[str], inventory: Inventory
) -> None:
    with pytest.raises(SelectionError) as refusal:
        select(inventory, wanted)

    assert str(refusal.value) == "; ".join(
        [
            "stacks are `hub`, `organization`, and accounts by id or name",
            *(f"the inventory lists no account {name}" for name in unknown),
        ]
    )


@pytest.mark.parametrize("wanted", ["", " ", ",", " , "])
def test_a_selection_that_names_nothing_is_refused_since_it_would_mean_everything(
    wanted: str, inventory: Inventory
) -> None:
    with pytest.raises(SelectionError) as refusal:
        select(inventory, wanted)

    assert str(refusal.value) == (
        "PURGE_GUARD_STACKS names no stack: name one, or unset it to mean all of them"
    )
