"""What of prevention is deployed to an account, and to whom it is attached there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies import naming
from policies.prevention.break_glass import break_glass_permissions, break_glass_trust
from policies.prevention.identity import deny_policies, permissions_boundary
from policies.prevention.queue_operator import operator_policy
from policies.prevention.scope import account_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policies.inventory import Account
    from policies.inventory.prevention import Prevention
    from policies.prevention.scope import Scope
    from tests.stacks.synthesis import Stack, Synthesis

TYPES = {
    "aws_iam_policy",
    "aws_iam_role_policy_attachment",
    "aws_iam_group_policy_attachment",
    "aws_iam_user_policy_attachment",
    "aws_organizations_policy",
    "aws_organizations_policy_attachment",
}
"""The types of resources that exist for prevention alone."""

WITH_PREVENTION = ["prevention", "prevention-china"]


@pytest.fixture
def production(prevention: Synthesis) -> Stack:
    """The account whose policies are attached."""
    return prevention.account("production")


@pytest.fixture
def security(prevention: Synthesis) -> Stack:
    """The account that says nothing about prevention."""
    return prevention.account("security")


def prevention_of(synthesis: Synthesis) -> Prevention:
    assert synthesis.inventory.prevention is not None
    return synthesis.inventory.prevention


def scope_of(synthesis: Synthesis, account: Account) -> Scope:
    return account_scope(prevention_of(synthesis), synthesis.inventory, account)


def attachments(stack: Stack) -> Iterator[tuple[str, str, str]]:
    """Yield the kind of principal, its name, and the name of the policy that is attached to it."""
    for kind in ("role", "group", "user"):
        for attachment in stack.of_type(f"aws_iam_{kind}_policy_attachment"):
            yield kind, attachment[kind], stack.referred(attachment["policy_arn"])["name"]


@pytest.mark.parametrize("scenario", WITH_PREVENTION)
def test_every_account_gets_the_documents_of_its_own_scope(
    scenario: str, synthesized: Callable[[str], Synthesis]
) -> None:
    synthesis = synthesized(scenario)
    for account in synthesis.inventory.accounts:
        scope = scope_of(synthesis, account)
        documents = (*deny_policies(scope), permissions_boundary(scope), operator_policy(scope))
        deployed = synthesis.account(account.name).of_type("aws_iam_policy")
        assert {each["name"]: each["policy"] for each in deployed} == {
            document.name: document.text for document in documents
        }


def test_the_deny_policy_is_attached_to_everybody_whom_the_inventory_names(production: Stack) -> None:
    bearers = {
        *(("role", name) for name in ("application", "app+lication", "queue_operators")),
        *(("group", name) for name in ("administrators", "developers")),
        *(("user", name) for name in ("bob@example.com", "bob.example.com", "bob=example,com")),
    }
    found = list(attachments(production))
    assert len(found) == len(set(found))
    assert set(found) == {(*bearer, naming.DENY_POLICY) for bearer in bearers}


def test_an_account_that_names_nobody_has_its_policies_attached_to_nobody(security: Stack) -> None:
    assert list(attachments(security)) == []
    assert security.of_type("aws_iam_policy")


def test_boundary_and_operator_policy_wait_for_whoever_is_given_them(prevention: Synthesis) -> None:
    attached = {policy for stack in prevention.accounts for _, _, policy in attachments(stack)}
    assert attached.isdisjoint({naming.BOUNDARY_POLICY, naming.OPERATOR_POLICY})


@pytest.mark.parametrize("scenario", WITH_PREVENTION)
def test_the_break_glass_role_has_sessions_of_an_hour_and_the_documents_of_its_scope(
    scenario: str, synthesized: Callable[[str], Synthesis]
) -> None:
    synthesis = synthesized(scenario)
    prevention = prevention_of(synthesis)
    for account in synthesis.inventory.accounts:
        stack = synthesis.account(account.name)
        role = stack.named("aws_iam_role", naming.BREAK_GLASS_ROLE)
        assert role["max_session_duration"] == 3600
        assert role["assume_role_policy"] == break_glass_trust(prevention.break_glass).text
        # The denials spare it by this ARN, which has no path.
        assert role.get("path") is None
        (policy,) = (
            each for each in stack.of_type("aws_iam_role_policy") if stack.referred(each["role"]) == role
        )
        assert (
            policy["policy"]
            == break_glass_permissions(account_scope(prevention, synthesis.inventory, account)).text
        )
    assert synthesis.inventory.accounts


def test_mfa_is_as_fresh_as_the_inventory_says(production: Stack) -> None:
    role = production.named("aws_iam_role", naming.BREAK_GLASS_ROLE)
    (users, _) = role.document("assume_role_policy")
    assert users["Condition"]["NumericLessThanEquals"] == {"aws:MultiFactorAuthAge": "600"}


def test_without_prevention_nothing_of_it_is_deployed(synthesis: Synthesis) -> None:
    deployed = {resource.type for stack in synthesis.stacks for resource in stack.resources}
    roles = {role["name"] for stack in synthesis.stacks for role in stack.of_type("aws_iam_role")}
    if synthesis.inventory.prevention is None:
        assert deployed.isdisjoint(TYPES)
        assert naming.BREAK_GLASS_ROLE not in roles
    else:
        assert "aws_iam_policy" in deployed
        assert naming.BREAK_GLASS_ROLE in roles
