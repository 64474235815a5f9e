from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from policies.snapshot.documents import Documents
from policies.snapshot.files import Node
from policies.snapshot.organization import read_organization
from purge_guard.collection.organization import collect_organization
from tests.purge_guard.on_moto import ACCOUNT, ALL, MotoAccounts, policy

if TYPE_CHECKING:
    from policies.snapshot import OrganizationTree


@pytest.fixture
def organizations(moto: MotoAccounts) -> Any:  # noqa: ANN401 - a boto3 client
    return moto.client("organizations")


def understood(collected: object) -> OrganizationTree:
    tree = read_organization(Node("organization.json", "", collected), Documents())
    assert tree is not None
    return tree


def root_of(organizations: Any) -> str:  # noqa: ANN401 - a boto3 client
    return str(organizations.list_roots()["Roots"][0]["Id"])


def test_accounts_in_no_organization_have_none(organizations: Any) -> None:  # noqa: ANN401 - a boto3 client
    assert collect_organization(organizations) is None


def test_an_account_has_its_path_and_the_policies_of_each_level(organizations: Any) -> None:  # noqa: ANN401
    organizations.create_organization(FeatureSet="ALL")
    root = root_of(organizations)
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        organizations.enable_policy_type(RootId=root, PolicyType=kind)
    unit = organizations.create_organizational_unit(ParentId=root, Name="Workloads")["OrganizationalUnit"][
        "Id"
    ]
    inner = organizations.create_organizational_unit(ParentId=unit, Name="Shop")["OrganizationalUnit"]["Id"]
    made = organizations.create_account(AccountName="shop", Email="shop@example.com")["CreateAccountStatus"]
    shop = made["AccountId"]
    organizations.move_account(AccountId=shop, SourceParentId=root, DestinationParentId=inner)
    created = organizations.create_policy(
        Name="deny-purge",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=policy(ALL | {"Effect": "Deny", "Action": "sqs:PurgeQueue"}),
    )
    organizations.attach_policy(PolicyId=created["Policy"]["PolicySummary"]["Id"], TargetId=unit)

    tree = understood(collect_organization(organizations))

    assert tree.organization.management_account == ACCOUNT
    account = tree.accounts[shop]
    assert account.path == f"{tree.organization.id}/{root}/{unit}/{inner}/"
    assert [sorted(each.name for each in level) for level in account.scps] == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "deny-purge"],
        ["FullAWSAccess"],
        ["FullAWSAccess"],
    ]
    assert {each.name for level in account.rcps for each in level} == {"RCPFullAWSAccess"}


def test_a_kind_of_policies_that_is_not_enabled_is_not_used(organizations: Any) -> None:  # noqa: ANN401
    organizations.create_organization(FeatureSet="ALL")
    organizations.enable_policy_type(RootId=root_of(organizations), PolicyType="SERVICE_CONTROL_POLICY")
    collected = collect_organization(organizations)
    assert collected is not None
    assert [policy["id"] for policy in collected["service_control_policies"]] == ["p-FullAWSAccess"]
    assert collected["resource_control_policies"] is None


def test_accounts_and_units_of_every_page_are_read(organizations: Any) -> None:  # noqa: ANN401
    organizations.create_organization(FeatureSet="ALL")
    root = root_of(organizations)
    for number in range(25):
        organizations.create_account(AccountName=f"a{number}", Email=f"a{number}@example.com")
        organizations.create_organizational_unit(ParentId=root, Name=f"u{number}")
    assert "NextToken" in organizations.list_accounts_for_parent(ParentId=root)
    collected = collect_organization(organizations)
    assert collected is not None
    assert (len(collected["root"]["accounts"]), len(collected["root"]["units"])) == (26, 25)
