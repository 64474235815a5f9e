from __future__ import annotations

import pytest

from policies.exposure.insiders import insiders_of, queues_of
from policies.snapshot import SnapshotError
from tests.policies.exposure.snapshots import HUB, OURS, collected, queue, role, snapshot, user


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
    drainer = role("drainer")
    moved = type(drainer)(arn, drainer.id, {}, drainer.identity, None, drainer.trust)
    assert [each.name for each in insiders_of(snapshot(collected(moved)))] == [
        arn,
        "arn:aws-cn:iam::111122223333:root",
    ]


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


@pytest.mark.parametrize(
    ("listed", "place"),
    [(user("x"), "UserDetailList[0].Arn"), (role("x"), "RoleDetailList[0].Arn")],
    ids=["user", "role"],
)
def test_the_arn_of_something_else_is_refused_with_its_place(listed: object, place: str) -> None:
    object.__setattr__(listed, "arn", f"arn:aws:iam::{OURS}:group/x")
    with pytest.raises(SnapshotError) as refused:
        list(insiders_of(snapshot(collected(listed))))  # type: ignore[arg-type] # one of two types
    assert str(refused.value).startswith(
        f"111122223333/iam.json: {place}: 'arn:aws:iam::111122223333:group/x'"
    )
