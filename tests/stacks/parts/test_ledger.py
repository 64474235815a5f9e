"""The ledger: it forgets when it is told to, can be restored, and is encrypted with its own key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from tests.stacks.synthesis import Stack


def test_the_table_has_the_attributes_that_the_function_writes(hub: Stack) -> None:
    table = hub.only("aws_dynamodb_table")

    assert table["hash_key"] == LEDGER_KEY_ATTRIBUTE
    assert table["attribute"] == [{"name": LEDGER_KEY_ATTRIBUTE, "type": "S"}]
    assert table["ttl"] == {"attribute_name": LEDGER_EXPIRY_ATTRIBUTE, "enabled": True}


def test_the_table_can_be_restored_and_costs_what_is_used(hub: Stack) -> None:
    table = hub.only("aws_dynamodb_table")

    assert table["point_in_time_recovery"] == {"enabled": True}
    assert table["billing_mode"] == "PAY_PER_REQUEST"


def test_the_table_has_a_key_of_its_own_that_no_service_is_admitted_to(hub: Stack) -> None:
    encryption = hub.only("aws_dynamodb_table")["server_side_encryption"]
    statements = hub.referred(encryption["kms_key_arn"]).document("policy")

    assert encryption["enabled"] is True
    assert [statement["Sid"] for statement in statements] == ["LetTheAccountAdminister"]
