from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.inventory import Inventory, load_inventory
from policies.rollout import MOST_JOBS, NoSuchBlockError, block, blocks_of, jobs_of, waves_of
from policies.selection import select

if TYPE_CHECKING:
    from pathlib import Path

    from policies.rollout import Job

TEXT = """version: 1
organization:
  id: o-exampleorgid
  management_account: "999988887777"
  policies: {scp_targets: [ou-abcd-11112222]}
hub: {account: "222233334444", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
prevention:
  deny: [purge]
  break_glass: {principals: ["arn:aws:iam::222233334444:user/alice"]}
  deployer_roles: ["arn:aws:iam::111122223333:role/ci", "arn:aws:iam::444455556666:role/ci",
    "arn:aws:iam::777788889999:role/ci", "arn:aws:iam::222233334444:role/ci"]
accounts:
  - {id: "444455556666", name: shop, wave: 2, regions: [eu-west-1, us-east-1], trail: {mode: create}}
  - {id: "111122223333", name: test, regions: [us-east-1], trail: {mode: create}, environment: test,
     ou: W/Test}
  - {id: "777788889999", name: legacy, wave: 2, regions: [us-east-1], trail: {mode: create}}
"""


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    file = tmp_path / "purge-guard.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return load_inventory(file)


def jobs(inventory: Inventory, wanted: str | None = None) -> tuple[Job, ...]:
    return jobs_of(inventory, select(inventory, wanted))


def test_the_hub_comes_first_and_the_organization_last_with_the_waves_between(inventory: Inventory) -> None:
    listed = jobs(inventory)

    assert [job.stack for job in listed] == [
        "hub",
        "account-111122223333",
        "account-444455556666",
        "account-777788889999",
        "organization",
    ]
    assert waves_of(listed) == ("hub", "1", "2", "organization")


def test_a_job_says_where_it_deploys(inventory: Inventory) -> None:
    hub, test, shop, _, organization = jobs(inventory)

    assert (hub.account, organization.account) == ("222233334444", "999988887777")
    assert (test.name, test.environment, test.ou) == ("test", "test", "W/Test")
    assert shop.regions == ("us-east-1", "eu-west-1"), "its home region first"


def test_there_are_the_jobs_of_what_was_asked_for(inventory: Inventory) -> None:
    assert [job.stack for job in jobs(inventory, "shop,organization")] == [
        "account-444455556666",
        "organization",
    ]


@given(number=st.integers(0, 2_000), size=st.integers(1, MOST_JOBS))
def test_blocks_hold_every_job_once_and_none_more_than_fit(number: int, size: int) -> None:
    everything = list(range(number))
    blocks = [block(everything, each, size) for each in blocks_of(everything, size)]

    assert [item for items in blocks for item in items] == everything
    assert all(0 < len(items) <= size for items in blocks)


@pytest.mark.parametrize(
    ("number", "count", "sentence"),
    [
        (0, 3, "there is no block 0: there are blocks 1 to 1"),
        (3, 500, "there is no block 3: there are blocks 1 to 2"),
        (1, 0, "there is no block 1: there is nothing to deploy"),
    ],
)
def test_a_block_that_there_is_not_is_refused(number: int, count: int, sentence: str) -> None:
    with pytest.raises(NoSuchBlockError) as refused:
        block([None] * count, number)

    assert str(refused.value) == sentence
