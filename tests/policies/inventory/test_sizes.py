from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.policies.inventory.conftest import BASE, PREVENTION, edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory

    Load = Callable[[str | bytes], Inventory]
    Refusals = Callable[[str | bytes], list[str]]

ORGANIZATION = 'organization:\n  id: o-exampleorgid\n  management_account: "999988887777"\n'
TRAIL = "{mode: create}"
USER = "arn:aws:iam::111122223333:user/alice"
EXEMPT = "exempt_roles: [arn:aws:iam::111122223333:role/ops/queue-drainer"
KEYS = [f"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-{n:012}" for n in range(100)]
QUEUE = "arn:aws:sqs:us-east-1:111122223333:orders"
POLICIES = "policies: {scp_targets: [ou-abcd-11112222]}"


def with_accounts(count: int) -> str:
    """The base inventory with so many accounts."""
    more = "".join(
        f'  - {{id: "4444{number:08}", name: account {number}, regions: [us-east-1], trail: {TRAIL}}}\n'
        for number in range(1, count)
    )
    return edited("tags:\n", f"{more}tags:\n")


def exempting(account: str, count: int) -> str:
    """The section prevention with so many more roles of an account that may purge."""
    roles = "".join(f", arn:aws:iam::{account}:role/drainer-{number:03}" for number in range(count))
    return PREVENTION.replace(EXEMPT, EXEMPT + roles)


def test_more_accounts_than_the_hub_can_name_need_an_organization(refusals: Refusals) -> None:
    (refusal,) = refusals(with_accounts(400).replace(ORGANIZATION, ""))
    assert refusal == (
        "13:3: accounts: the policy of the event bus purge-guard-hub would be 3,173 characters longer than"
        " the 10,240 that AWS allows: name your `organization` in the inventory instead"
    )


def test_as_many_accounts_as_the_hub_can_name_need_none(load: Load) -> None:
    assert len(load(with_accounts(240).replace(ORGANIZATION, "")).accounts) == 240


def test_an_organization_may_have_any_number_of_accounts(load: Load) -> None:
    assert len(load(with_accounts(400)).accounts) == 400


@pytest.mark.parametrize(
    ("text", "beginnings"),
    [
        pytest.param(
            BASE + PREVENTION.replace(USER, ", ".join(f"{USER}-{number}" for number in range(100))),
            ["the trust policy purge-guard-break-glass would be "],
            id="trust",
        ),
        pytest.param(
            BASE + exempting("111122223333", 200),
            [
                "the managed policy purge-guard-deny would be ",
                "the permissions boundary purge-guard-boundary ",
            ],
            id="deny policy and boundary",
        ),
        pytest.param(
            edited("tags:\n", f"    prevention: {{queue_keys: [{', '.join(KEYS)}]}}\ntags:\n") + PREVENTION,
            ["the managed policy purge-guard-queue-operator would be "],
            id="operator policy",
        ),
        pytest.param(
            edited("tags:\n", f"    prevention: {{queues: [{QUEUE}]}}\ntags:\n")
            + exempting("444455556666", 200),
            ["the queue policy of the queue would be "],
            id="queue policy",
        ),
        pytest.param(
            edited("  management_account:", f"  {POLICIES}\n  management_account:")
            + exempting("444455556666", 400),
            [
                "the service control policy purge-guard-service-control-2 would be ",
                "the resource control policy purge-guard-resource-control-2 would be ",
            ],
            id="policies of the organization",
        ),
    ],
)
def test_a_policy_that_aws_would_refuse_for_its_size_is_a_problem_of_the_inventory(
    text: str, beginnings: list[str], refusals: Refusals
) -> None:
    found = [refusal.split(": ", 2)[1:] for refusal in refusals(text)]
    assert [path for path, _ in found] == ["prevention"] * len(beginnings)
    for (_, sentence), beginning in zip(found, beginnings, strict=True):
        assert sentence.startswith(beginning)


def test_an_account_that_is_not_like_the_others_is_found_among_them(refusals: Refusals) -> None:
    deployers = ", ".join(f"arn:aws:iam::4444{number:08}:role/deployer" for number in range(1, 30))
    prevention = exempting("444400000017", 200).replace(
        "deployer_roles: [", f"deployer_roles: [{deployers}, "
    )
    assert [refusal.split(" would ")[0] for refusal in refusals(with_accounts(30) + prevention)] == [
        "54:3: prevention: the managed policy purge-guard-deny",
        "54:3: prevention: the permissions boundary purge-guard-boundary",
    ]
