"""What of prevention is deployed to an account, and to whom it is attached there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from policies import naming
from policies.limits import MANAGED_POLICY
from policies.prevention.break_glass import break_glass_permissions, break_glass_trust
from policies.prevention.identity import deny_policies, permissions_boundary
from policies.prevention.queue_operator import operator_policy
from policies.prevention.scope import account_scope
from tests.stacks.synthesis import SCENARIOS, synthesize_into

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


def warnings_of(synthesis: Synthesis, stack: Stack) -> list[str]:
    """What whoever synthesizes is told about a stack."""
    manifest = json.loads((synthesis.folder / "manifest.json").read_text(encoding="utf-8"))
    annotations: list[dict[str, Any]] = manifest["stacks"][stack.name]["annotations"]
    assert {each["level"] for each in annotations} <= {"@cdktf/warn"}
    return [each["message"] for each in annotations]


def test_what_one_boundary_has_no_room_for_is_in_a_second_deny_policy_on_everybody_named(
    tmp_path: Path,
) -> None:
    inventory = yaml.safe_load(SCENARIOS["prevention"].read_text(encoding="utf-8"))
    inventory["prevention"]["exempt_roles"] += [
        f"arn:aws:iam::111122223333:role/ops/queue-drainer-{number:03}" for number in range(20)
    ]
    file = tmp_path / "purge-guard.yaml"
    file.write_text(yaml.safe_dump(inventory), encoding="utf-8")
    synthesis = synthesize_into(tmp_path / "out", file, wanted="account-111122223333")
    stack = synthesis.account("production")

    bearers: dict[str, set[tuple[str, str]]] = {}
    for kind, name, policy in attachments(stack):
        bearers.setdefault(policy, set()).add((kind, name))
    assert sorted(bearers) == [naming.DENY_POLICY, f"{naming.DENY_POLICY}-2"]
    assert bearers[naming.DENY_POLICY] == bearers[f"{naming.DENY_POLICY}-2"]
    (warning,) = warnings_of(synthesis, stack)
    assert warning == (
        "the boundary purge-guard-boundary of account 111122223333 has no room for KeepPurgeGuard,"
        " KeepTheBoundarySet, and a principal has one boundary: attach purge-guard-deny to purge-guard-deny-2"
        " too"
    )


def test_policies_that_fit_are_no_warning(prevention: Synthesis, production: Stack) -> None:
    assert warnings_of(prevention, production) == []


def test_a_policy_longer_than_aws_states_of_its_kind_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised = replace(MANAGED_POLICY, published=replace(MANAGED_POLICY, size=600))
    monkeypatch.setattr("policies.prevention.queue_operator.MANAGED_POLICY", raised)
    synthesis = synthesize_into(tmp_path, SCENARIOS["prevention"], wanted="account-111122223333")
    (warning,) = warnings_of(synthesis, synthesis.account("production"))
    assert warning.startswith("the managed policy purge-guard-queue-operator has ")
