from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.document import Statement, document
from policies.inventory.prevention import BreakGlass
from policies.limits import (
    MANAGED_POLICY,
    SERVICE_CONTROL_POLICY,
    PolicyDocument,
    PolicySizeError,
    check_size,
)
from policies.prevention.break_glass import break_glass_trust
from policies.prevention.conditions import unless
from policies.prevention.denials import denials
from policies.prevention.identity import deny_policies, left_to_deny_policies, permissions_boundary
from policies.prevention.organization import resource_control_policies, service_control_policies
from policies.prevention.scope import ANY_ACCOUNT, Scope

if TYPE_CHECKING:
    from policies.inventory.prevention import DeniedSet

EVERYTHING: frozenset[DeniedSet] = frozenset({"purge", "purge-equivalents", "guard-tampering"})
SIZE_OF_NOTHING = len(
    '{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Deny","Action":["a:B"],"Resource":["*"]}]}'
)


def of_size(size: int) -> Statement:
    """A denial whose document has so many characters."""
    return Statement("s" * (size - SIZE_OF_NOTHING), ("a:B",), ("*",), effect="Deny")


def scope(roles: int, account: str = ANY_ACCOUNT) -> Scope:
    """A scope with so many exempt roles and a deployer."""
    exempt = tuple(f"arn:aws:iam::111122223333:role/ops/drainer-{number:03}" for number in range(roles))
    deployers = ("arn:aws:iam::111122223333:role/deployer",)
    return Scope("aws", account, EVERYTHING, exempt, deployers, (), "222233334444")


def of_many_accounts(accounts: int, exempt_roles_each: int = 0) -> Scope:
    """The scope of an organization with a deployer, and perhaps exempt roles, in each of its accounts."""
    ids = [f"4444{number:08}" for number in range(accounts)]
    exempt = [f"arn:aws:iam::{each}:role/drainer-{n}" for each in ids for n in range(exempt_roles_each)]
    deployers = [f"arn:aws:iam::{each}:role/ci/purge-guard-deployer" for each in ids]
    return Scope("aws", ANY_ACCOUNT, EVERYTHING, tuple(exempt), tuple(deployers), (), ids[0])


@pytest.mark.parametrize(
    ("size", "warned"),
    [(5_000, False), (5_120, False), (5_121, True), (5_300, True), (10_240, True)],
)
def test_a_service_control_policy_beyond_the_published_size_is_a_warning(size: int, warned: bool) -> None:
    # E18
    document = PolicyDocument("scp", SERVICE_CONTROL_POLICY, (of_size(size),))
    assert document.size == size
    assert (document.warning is not None) is warned
    if warned:
        assert document.warning == (
            f"the service control policy scp has {size:,} characters: AWS raised the limit from 5,120 to"
            " 10,240, and an older organization may still have the former"
        )


def test_a_service_control_policy_beyond_the_limit_is_refused_with_the_excess() -> None:
    # E18
    with pytest.raises(PolicySizeError) as caught:
        PolicyDocument("scp", SERVICE_CONTROL_POLICY, (of_size(10_300),))
    assert str(caught.value) == (
        "the service control policy scp would be 60 characters longer than the 10,240 that AWS allows:"
        " name fewer roles under prevention, or write an inventory for each organizational unit"
    )


@pytest.mark.parametrize("size", [6_144, 6_145])
def test_a_managed_policy_may_have_its_last_character_and_no_more(size: int) -> None:
    if size == 6_144:
        assert PolicyDocument("deny", MANAGED_POLICY, (of_size(size),)).warning is None
    else:
        with pytest.raises(PolicySizeError, match="1 characters longer than the 6,144"):
            PolicyDocument("deny", MANAGED_POLICY, (of_size(size),))


def test_bytes_are_counted_where_a_text_is_not_ascii() -> None:
    limit = MANAGED_POLICY
    check_size("deny", "é" * 3_072, limit)
    with pytest.raises(PolicySizeError, match="2 characters longer"):
        check_size("deny", "é" * 3_073, limit)


def test_too_many_principals_of_the_break_glass_role_are_refused_with_advice() -> None:
    users = tuple(f"arn:aws:iam::111122223333:user/person-{number:03}" for number in range(60))
    with pytest.raises(PolicySizeError) as caught:
        break_glass_trust(BreakGlass(principals=users))
    assert "the trust policy purge-guard-break-glass would be" in str(caught.value)
    assert "name fewer principals under prevention.break_glass" in str(caught.value)


def test_everything_is_denied_within_one_boundary() -> None:
    assert left_to_deny_policies(scope(10, "111122223333")) == ()


@pytest.mark.parametrize("roles", [30, 50, 90])
def test_a_boundary_cannot_be_several_so_it_denies_what_it_has_room_for(roles: int) -> None:
    here = scope(roles, "111122223333")
    boundary, whole = permissions_boundary(here), [each.sid for each in denials(here)]
    _, *kept = [each.sid for each in boundary.statements]
    left = left_to_deny_policies(here)

    assert kept[0] == "DenyPurge"
    assert left
    assert sorted((*kept, *left)) == sorted(whole)
    assert kept == [sid for sid in whole if sid in kept]
    for sid in left:
        (missing,) = (each for each in denials(here) if each.sid == sid)
        assert len(document(*boundary.statements, missing)) > 6_144
    in_deny_policies = {each.sid for policy in deny_policies(here) for each in policy.statements}
    assert set(left) <= in_deny_policies


def test_more_roles_than_the_denial_of_the_purge_has_room_for_are_refused() -> None:
    with pytest.raises(PolicySizeError, match="the permissions boundary purge-guard-boundary would be"):
        permissions_boundary(scope(130, "111122223333"))


@pytest.mark.parametrize("roles", [0, 20, 60])
def test_what_does_not_fit_one_policy_is_spread_over_numbered_ones(roles: int) -> None:
    for documents, name in (
        (deny_policies(scope(roles, "111122223333")), "purge-guard-deny"),
        (service_control_policies(scope(roles)), "purge-guard-service-control"),
        (resource_control_policies(scope(roles), "o-exampleorgid"), "purge-guard-resource-control"),
    ):
        numbered = [name, *(f"{name}-{number}" for number in range(2, len(documents) + 1))]
        assert [document.name for document in documents] == numbered
        assert documents[0].statements[0].conditions == unless(
            (
                *scope(roles).exempt_roles,
                f"arn:aws:iam::{'111122223333' if 'deny' in name else '*'}:role/purge-guard-break-glass",
            )
        )


def test_policies_are_as_long_as_aws_states_while_as_many_as_it_states_are_enough() -> None:
    documents = service_control_policies(scope(20))
    assert 1 < len(documents) <= 4
    assert all(document.size <= 5_120 for document in documents)


def test_where_more_would_be_needed_they_are_longer_with_a_warning() -> None:
    documents = service_control_policies(of_many_accounts(150))
    assert 1 < len(documents) <= 9
    assert any(document.warning for document in documents)


def test_a_list_of_exempt_roles_of_one_account_is_never_divided() -> None:
    (first, *_) = service_control_policies(scope(110))
    assert first.warning is not None
    assert {each.sid: each.conditions for each in first.statements}["DenyPurge"] == denials(scope(110))[
        0
    ].conditions
    with pytest.raises(PolicySizeError, match="the service control policy purge-guard-service-control"):
        service_control_policies(scope(250))


@pytest.mark.parametrize(("accounts", "exempt_roles_each"), [(150, 0), (150, 2), (300, 0), (300, 2)])
def test_an_organization_may_have_hundreds_of_accounts_with_a_deployer_each(
    accounts: int, exempt_roles_each: int
) -> None:
    large = of_many_accounts(accounts, exempt_roles_each)
    assert len(service_control_policies(large)) <= 9
    assert len(resource_control_policies(large, "o-exampleorgid")) <= 4


def test_more_accounts_than_one_policy_can_name_are_refused_with_advice() -> None:
    with pytest.raises(PolicySizeError, match="write an inventory for each organizational unit"):
        service_control_policies(of_many_accounts(1_000))
