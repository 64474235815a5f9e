"""What all stacks have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stacks.synthesis import SCENARIOS, synthesize_into

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stacks.synthesis import Synthesis


def test_the_state_lies_beside_the_output_whatever_the_folder_is_called(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        backend = stack.configuration["terraform"]["backend"]
        assert backend == {"local": {"path": f"../../../terraform.{stack.name}.tfstate"}}


def test_the_provider_stops_at_the_credentials_of_another_account(organization: Synthesis) -> None:
    for stack in organization.stacks:
        account = stack.name.removeprefix("account-") if stack.name != "hub" else "222233334444"
        assert [provider["allowed_account_ids"] for provider in stack.providers] == [[account]] * len(
            stack.providers
        )


def test_every_provider_tags_with_the_inventorys_tags_and_ours(synthesis: Synthesis) -> None:
    expected = {"managed-by": "purge-guard", **synthesis.inventory.tags}
    for stack in synthesis.stacks:
        for provider in stack.providers:
            assert provider["default_tags"] == [{"tags": expected}]


def test_no_resource_has_tags_beside_those_of_the_provider(synthesis: Synthesis) -> None:
    # F11: a tag that both set makes a plan that never settles.
    for stack in synthesis.stacks:
        assert [each.address for each in stack.resources if {"tags", "tags_all"} & set(each.arguments)] == []


def test_a_local_aws_has_no_host_name_for_every_bucket(tmp_path: Path, organization: Synthesis) -> None:
    local = synthesize_into(tmp_path, SCENARIOS["organization"], endpoint="http://127.0.0.1:4566")

    assert all(each["s3_use_path_style"] is True for stack in local.stacks for each in stack.providers)
    assert not any("s3_use_path_style" in each for stack in organization.stacks for each in stack.providers)
