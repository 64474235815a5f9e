"""What is deployed for the organization: its policies, in the management account, on named targets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from policies import naming
from policies.prevention.organization import resource_control_policies, service_control_policies
from policies.prevention.scope import organization_scope
from tests.stacks.synthesis import ROOT, SCENARIOS
from toolchain.terraform import terraform_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.stacks.synthesis import Stack, Synthesis


@pytest.fixture
def organization_stack(prevention: Synthesis) -> Stack:
    return prevention.stack("organization")


def test_it_is_deployed_with_credentials_of_the_management_account_only(organization_stack: Stack) -> None:
    (provider,) = organization_stack.providers
    assert provider["allowed_account_ids"] == ["999988887777"]


def test_it_has_the_documents_of_the_whole_organization(
    prevention: Synthesis, organization_stack: Stack
) -> None:
    inventory = prevention.inventory
    assert inventory.prevention is not None
    scope = organization_scope(inventory.prevention, inventory)
    expected = {
        each.name: ("SERVICE_CONTROL_POLICY", each.text) for each in service_control_policies(scope)
    } | {
        each.name: ("RESOURCE_CONTROL_POLICY", each.text)
        for each in resource_control_policies(scope, "o-exampleorgid")
    }
    deployed = organization_stack.of_type("aws_organizations_policy")
    assert {each["name"]: (each["type"], each["content"]) for each in deployed} == expected
    assert {naming.SERVICE_CONTROL_POLICY, naming.RESOURCE_CONTROL_POLICY} <= set(expected)


def test_each_policy_is_attached_to_the_targets_of_its_kind_and_to_no_other(
    organization_stack: Stack,
) -> None:
    targets = {
        "SERVICE_CONTROL_POLICY": ("ou-abcd-11112222", "444455556666"),
        "RESOURCE_CONTROL_POLICY": ("ou-abcd-11112222",),
    }
    attachments = organization_stack.of_type("aws_organizations_policy_attachment")
    found = [
        (organization_stack.referred(each["policy_id"])["name"], each["target_id"]) for each in attachments
    ]
    assert len(found) == len(set(found))
    assert set(found) == {
        (policy["name"], target)
        for policy in organization_stack.of_type("aws_organizations_policy")
        for target in targets[policy["type"]]
    }


def test_it_has_nothing_else(organization_stack: Stack) -> None:
    assert {resource.type for resource in organization_stack.resources} == {
        "aws_organizations_policy",
        "aws_organizations_policy_attachment",
    }


@pytest.mark.parametrize(
    "scenario", ["organization", "prevention-china"], ids=["no prevention", "no policies"]
)
def test_an_organization_without_policies_of_its_own_has_no_stack(
    scenario: str, synthesized: Callable[[str], Synthesis]
) -> None:
    assert synthesized(scenario).inventory.organization is not None
    assert "organization" not in [stack.name for stack in synthesized(scenario).stacks]


def test_a_policy_that_an_older_organization_may_refuse_is_a_warning_to_whoever_synthesizes(
    tmp_path: Path,
) -> None:
    inventory = yaml.safe_load(SCENARIOS["prevention"].read_text(encoding="utf-8"))
    inventory["prevention"]["deny"] = ["purge"]
    deployers = [f"arn:aws:iam::{number}:role/ci/deployer" for number in range(333300000000, 333300000350)]
    inventory["prevention"]["deployer_roles"] += deployers
    (tmp_path / "purge-guard.yaml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    settings = json.loads((ROOT / "cdktf.json").read_text(encoding="utf-8"))
    settings["app"] = f"{sys.executable} {ROOT / 'main.py'}"
    (tmp_path / "cdktf.json").write_text(json.dumps(settings), encoding="utf-8")

    command = ["cdktf", "synth"]
    synthesized = subprocess.run(
        command,
        cwd=tmp_path,
        env=terraform_environment(ROOT) | {"PURGE_GUARD_STACKS": "organization"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert synthesized.returncode == 0, synthesized.stdout + synthesized.stderr
    (warning,) = re.findall(r"^WARN (.*)$", synthesized.stdout, re.MULTILINE)
    assert warning == (
        "[organization]: the service control policy purge-guard-service-control has 6,589 characters:"
        " AWS raised the limit from 5,120 to 10,240, and an older organization may still have the former"
    )


def test_policies_of_the_size_that_aws_states_are_no_warning(organization_stack: Stack) -> None:
    manifest = json.loads(
        (organization_stack.folder.parents[1] / "manifest.json").read_text(encoding="utf-8")
    )
    assert manifest["stacks"]["organization"]["annotations"] == []
