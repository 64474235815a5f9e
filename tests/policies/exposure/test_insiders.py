from __future__ import annotations

from dataclasses import replace

import pytest

from policies.evaluation import PolicyKind
from policies.evaluation.context import Like
from policies.exposure.insiders import insiders_of, queues_of
from policies.snapshot import Role, SnapshotError, User
from tests.policies.exposure.snapshots import HUB, OURS, allow, collected, policy, queue, role, snapshot, user


def test_users_roles_and_root_of_each_account_are_asked_about() -> None:
    world = snapshot(collected(user("alice"), role("drainer")), collected(account=HUB))
    assert [each.name for each in insiders_of(world)] == [
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:iam::111122223333:role/drainer",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::222233334444:root",
    ]


def test_all_of_an_account_share_the_account_itself() -> None:
    account = collected(user("alice"), role("drainer"), queue("orders"))
    world = snapshot(account)
    owners = [each.account for each in insiders_of(world)] + [each.account for each in queues_of(world)]
    assert all(owner is account.account for owner in owners)


def test_a_root_user_is_of_the_partition_of_its_account() -> None:
    arn = "arn:aws-cn:iam::111122223333:role/drainer"
    drainer = replace(role("drainer"), arn=arn)
    assert [each.name for each in insiders_of(snapshot(collected(drainer)))] == [
        arn,
        "arn:aws-cn:iam::111122223333:root",
    ]


def test_all_that_is_known_of_a_user_counts() -> None:
    limits = policy(PolicyKind.BOUNDARY, "limits", allow(Resource="*"))
    alice = replace(user("alice", tags={"team": "orders"}), boundary=limits)
    principal = next(insiders_of(snapshot(collected(alice))))
    assert (principal.tags, principal.boundary) == ({"team": "orders"}, limits)
    assert principal.facts["aws:userid"] == "AIDAalice"


@pytest.mark.parametrize(
    ("trusted_for", "tags"),
    [
        ("sts:AssumeRole", {"team": "orders"}),
        (["sts:AssumeRole", "sts:TagSession"], None),
        ("STS:*", None),
    ],
    ids=["fixed", "named", "wildcard"],
)
def test_the_tags_of_a_session_are_known_where_nobody_can_give_it_others(
    trusted_for: object, tags: dict[str, str] | None
) -> None:
    drainer = role("drainer", tags={"team": "orders"}, trusted_for=trusted_for)
    assert next(insiders_of(snapshot(collected(drainer)))).tags == tags


def test_the_tags_of_a_session_are_not_known_where_nobody_knows_who_may_assume_the_role() -> None:
    drainer = replace(role("drainer", tags={"team": "orders"}), trust=None)
    assert next(insiders_of(snapshot(collected(drainer)))).tags is None


def test_sessions_of_a_role_are_known_by_its_id() -> None:
    principal = next(insiders_of(snapshot(collected(role("drainer")))))
    assert principal.facts["aws:userid"] == Like("AROAdrainer:*")


GROUP = f"arn:aws:iam::{OURS}:group/x"


@pytest.mark.parametrize(
    ("listed", "place"),
    [
        (replace(user("x"), arn=GROUP), "UserDetailList[0].Arn"),
        (replace(role("x"), arn=GROUP), "RoleDetailList[0].Arn"),
    ],
    ids=["user", "role"],
)
def test_the_arn_of_something_else_is_refused_with_its_place(listed: User | Role, place: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        list(insiders_of(snapshot(collected(listed))))
    assert str(refused.value).startswith(f"111122223333/iam.json: {place}: '{GROUP}' is no ARN")
