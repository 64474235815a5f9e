"""Keys: rotated, slow to delete, never out of the account's hands, each for one purpose."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.stacks.synthesis import Stack, Synthesis


def test_every_key_rotates_and_can_be_saved_for_thirty_days(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for key in stack.of_type("aws_kms_key"):
            assert key["enable_key_rotation"] is True
            assert key["deletion_window_in_days"] == 30


def test_the_account_can_always_change_the_policy_of_its_key(organization: Synthesis) -> None:
    for stack in organization.stacks:
        for key in stack.of_type("aws_kms_key"):
            administration = key.document("policy")[0]
            assert administration["Principal"] == {"AWS": [f"arn:aws:iam::{stack.account}:root"]}
            assert (administration["Action"], administration["Resource"]) == (["kms:*"], ["*"])


def test_every_key_can_be_found_by_its_alias(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        aliased = [stack.referred(alias["target_key_id"]) for alias in stack.of_type("aws_kms_alias")]
        assert Counter(key.address for key in aliased) == Counter(
            key.address for key in stack.of_type("aws_kms_key")
        )


def test_alerts_ledger_and_function_have_a_key_each(hub: Stack) -> None:
    used = [
        hub.only("aws_sns_topic")["kms_master_key_id"],
        hub.only("aws_dynamodb_table")["server_side_encryption"]["kms_key_arn"],
        hub.only("aws_lambda_function")["kms_key_arn"],
    ]

    assert len({hub.referred(reference).address for reference in used}) == 3
