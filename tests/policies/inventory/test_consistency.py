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


REGIONS = "[us-east-1, eu-west-1]"
QUEUE = "    prevention: {queues: [arn:aws:sqs:eu-west-1:111122223333:orders]}\n"


@pytest.mark.parametrize(
    ("mistakes", "places"),
    [
        pytest.param(
            {REGIONS: "[EU-WEST-1, eu_west_2]"},
            ["accounts[0].regions[0]", "accounts[0].regions[1]"],
            id="a home region to choose from misspelt regions",
        ),
        pytest.param(
            {REGIONS: "[cn-north-1, eu-west-1]"},
            ["accounts[0].regions[0]"],
            id="a home region to choose from another partition",
        ),
        pytest.param(
            {REGIONS: "[us-east-1, eu_west_1]\n    home_region: eu-west-1"},
            ["accounts[0].regions[1]"],
            id="a home region among misspelt regions",
        ),
        pytest.param(
            {REGIONS: "[us-east-1, eu_west_1]", "tags:\n": QUEUE + "tags:\n"},
            ["accounts[0].regions[1]"],
            id="a queue of a misspelt region",
        ),
        pytest.param(
            {'account: "222233334444"': 'account: "2222"'},
            ["hub.account"],
            id="the deployer of a misspelt account",
        ),
        pytest.param(
            {"222233334444:role/deployer": "22223333444:role/deployer"},
            ["prevention.deployer_roles[1]"],
            id="a misspelt deployer",
        ),
        pytest.param(
            {"expire_days: 365": "organization: true", '"999988887777"': '"9999"'},
            ["organization.management_account"],
            id="the trail of a misspelt management account",
        ),
        pytest.param(
            {"expire_days: 365": "organization: true", 'id: "111122223333"': 'id: "1111"'},
            ["accounts[0].id"],
            id="the trail of a misspelt account",
        ),
        pytest.param(
            {"tags:\n": QUEUE.replace("1111", "111", 1) + "tags:\n"},
            ["accounts[0].prevention.queues[0]"],
            id="a misspelt queue",
        ),
        pytest.param(
            {'id: "111122223333"': 'id: "1111"', "tags:\n": QUEUE + "tags:\n"},
            ["accounts[0].id"],
            id="a queue of a misspelt account",
        ),
    ],
)
def test_what_is_wrong_itself_is_no_reason_to_change_anything_else(
    mistakes: dict[str, str], places: list[str], refusals: Refusals
) -> None:
    text = BASE + PREVENTION
    for right, wrong in mistakes.items():
        assert text.count(right) == 1
        text = text.replace(right, wrong)
    assert [answer.split(": ")[1] for answer in refusals(text)] == places
