from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.policies.inventory.conftest import BASE, PREVENTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory

    Load = Callable[[str | bytes], Inventory]
    Refusals = Callable[[str | bytes], list[str]]

WITHOUT_ORGANIZATION = BASE.replace(
    'organization:\n  id: o-exampleorgid\n  management_account: "999988887777"\n', ""
)


@pytest.mark.parametrize(
    ("trail", "answer"),
    [
        (
            "{mode: organization}",
            "19: accounts[0].trail.mode: the organization's trail needs the section organization:",
        ),
        (
            "{mode: create, organization: true}",
            "41: accounts[0].trail.organization: an organization trail needs the section organization:",
        ),
    ],
    ids=["covered by the organization's", "creating the organization's"],
)
def test_an_organization_trail_needs_an_organization(trail: str, answer: str, refusals: Refusals) -> None:
    text = WITHOUT_ORGANIZATION.replace(
        "trail:\n      mode: create\n      expire_days: 365\n", f"trail: {trail}\n"
    )
    (refusal,) = refusals(text)
    assert refusal.startswith(f"16:{answer}")


def test_the_management_account_may_create_the_organizations_trail(load: Load) -> None:
    text = BASE.replace('id: "111122223333"', 'id: "999988887777"')
    inventory = load(text.replace("expire_days: 365", "organization: true"))
    trail = inventory.accounts[0].trail
    assert trail.mode == "create"
    assert trail.organization


def test_a_mistake_elsewhere_does_not_hide_a_contradiction(refusals: Refusals) -> None:
    text = BASE.replace("[us-east-1, eu-west-1]", "[eu-west-1, eu-west-1, 5]").replace("production", "a/b")
    assert [answer.split(": ")[1] for answer in refusals(text)] == [
        "accounts[0].name",
        "accounts[0].regions[1]",
        "accounts[0].regions[2]",
    ]


def test_a_mistake_in_one_arn_does_not_hide_what_is_wrong_with_another(refusals: Refusals) -> None:
    text = BASE + PREVENTION.replace("[arn:aws:iam::111122223333:role/ops/queue-drainer]", "[drainer, 5]")
    deployers = "[arn:aws:iam::111122223333:role/deployer, arn:aws:iam::222233334444:role/deployer]"
    assert [answer.split(": ")[1] for answer in refusals(text.replace(deployers, "[arn:aws, deployer]"))] == [
        "prevention.exempt_roles[0]",
        "prevention.exempt_roles[1]",
        "prevention.deployer_roles[0]",
        "prevention.deployer_roles[1]",
    ]


def test_an_unknown_hub_region_raises_no_doubts_about_everything_else(refusals: Refusals) -> None:
    text = BASE.replace("region: us-east-1", "region: us-esat-1")
    assert [answer.split(": ")[1] for answer in refusals(text)] == ["hub.region"]
