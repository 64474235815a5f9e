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
        pytest.param("", True, ["111122223333", "222233334444"], id="nothing-means-everything"),
        pytest.param(" , ", True, ["111122223333", "222233334444"], id="blanks-are-nothing"),
        pytest.param("hub", True, [], id="hub"),
        pytest.param("111122223333", False, ["111122223333"], id="account-by-id"),
        pytest.param("production", False, ["111122223333"], id="account-by-name"),
        pytest.param("the security team", False, ["222233334444"], id="name-with-spaces"),
        pytest.param(" hub , production ", True, ["111122223333"], id="hub-and-account"),
        pytest.param("production,111122223333", False, ["111122223333"], id="twice-the-same"),
        pytest.param(
            "222233334444,production", False, ["111122223333", "222233334444"], id="in-the-files-order"
        ),
    ],
)
def test_stacks_are_chosen_by_name(wanted: str, hub: bool, accounts: list[str], inventory: Inventory) -> None:
    selection = select(inventory, wanted)

    assert selection.hub is hub
    assert [account.id for account in selection.accounts] == accounts


@pytest.mark.parametrize(
    ("wanted", "unknown"),
    [
        pytest.param("prodction", "prodction", id="typing-mistake"),
        pytest.param("hub,444455556666,staging", "444455556666, staging", id="all-of-them-at-once"),
        pytest.param("Production", "Production", id="other-case"),
        pytest.param("account-111122223333", "account-111122223333", id="name-of-the-stack"),
    ],
)
def test_what_the_inventory_does_not_have_is_refused(wanted: str, unknown: str, inventory: Inventory) -> None:
    with pytest.raises(SelectionError) as refusal:
        select(inventory, wanted)

    assert str(refusal.value) == (
        f"the inventory has no account {unknown}: name the hub as `hub`, "
        "and accounts by the id or the name that they have there"
    )
