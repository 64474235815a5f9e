from __future__ import annotations

import pytest

from policies.document import Statement
from policies.limits import Limit, PolicySizeError
from policies.prevention.packing import pack

ROOM = Limit("small policy", 300, policies=20, remedy="deny less")


def statement(sid: str, actions: int = 1, resources: int = 1) -> Statement:
    return Statement(
        sid,
        tuple(f"sqs:Action{number}" for number in range(actions)),
        tuple(f"arn:aws:sqs:*:*:queue-{number}" for number in range(resources)),
        effect="Deny",
    )


def denied(statements: list[Statement]) -> set[tuple[str, str]]:
    return {
        (action, resource) for each in statements for action in each.actions for resource in each.resources
    }


def test_statements_share_a_policy_while_there_is_room_and_keep_their_order() -> None:
    documents = pack("deny", ROOM, [statement(sid) for sid in "ABCDE"])
    assert [document.name for document in documents] == ["deny", "deny-2", "deny-3"]
    assert [[each.sid for each in document.statements] for document in documents] == [
        ["A", "B"],
        ["C", "D"],
        ["E"],
    ]


@pytest.mark.parametrize(("actions", "resources"), [(1, 40), (40, 1), (13, 17)])
def test_a_large_statement_is_divided_into_parts_that_deny_the_same(actions: int, resources: int) -> None:
    whole = statement("A", actions, resources)
    documents = pack("deny", Limit("small policy", 400, policies=None), [whole])
    parts = [each for document in documents for each in document.statements]
    assert denied(parts) == denied([whole])
    assert [each.sid for each in parts] == ["A", *(f"A{number}" for number in range(2, len(parts) + 1))]
    assert len(parts) > 1


def test_the_same_statements_are_always_packed_alike() -> None:
    statements = [statement("A", 9, 9), statement("B"), statement("C", 3, 3)]
    assert pack("deny", ROOM, statements) == pack("deny", ROOM, statements)


def test_what_cannot_be_divided_is_refused() -> None:
    with pytest.raises(PolicySizeError, match="the small policy deny would be"):
        pack("deny", Limit("small policy", 60), [statement("A")])


def test_more_policies_than_can_be_attached_are_refused() -> None:
    with pytest.raises(PolicySizeError) as caught:
        pack("deny", ROOM, [statement("A", 40, 40)])
    assert str(caught.value).endswith(
        "policies, and AWS attaches at most 20 of the kind small policy in one place: deny less"
    )
