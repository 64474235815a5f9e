from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.evaluation import Policy, PolicyKind, decide
from policies.exposure.insiders import insiders_of, queues_of
from policies.exposure.outsiders import outsiders_of
from policies.snapshot import Queue
from tests.policies.exposure.snapshots import (
    HUB,
    OURS,
    OUTSIDER,
    PURGE,
    Json,
    allow,
    collected,
    deny,
    policy,
    queue,
    rcp,
    role,
    snapshot,
    user,
)

if TYPE_CHECKING:
    from policies.snapshot import Snapshot

ROOT = f"arn:aws:iam::{OUTSIDER}:root"
ORGANIZATION_ID = "aws:PrincipalOrgID"


def outsiders(world: Snapshot) -> dict[str, str]:
    """Whoever is let in, with the answer for the first queue."""
    queues = tuple(queues_of(world))
    found = outsiders_of(world, tuple(insiders_of(world)), queues, PURGE)
    return {each.name: decide(each, queues[0], PURGE).answer.value for each in found}


def let_in(principal: object, **elements: object) -> dict[str, str]:
    listed = (user("alice"), role("drainer"), queue("orders", allow(Principal=principal, **elements)))
    return outsiders(snapshot(collected(*listed)))


@pytest.mark.parametrize(
    ("principal", "names"),
    [
        ("*", ["*"]),
        ({"AWS": "*"}, ["*"]),
        ({"AWS": OUTSIDER}, [ROOT]),
        ({"AWS": ROOT}, [ROOT]),
        ({"AWS": HUB}, [f"arn:aws:iam::{HUB}:root"]),
        ({"AWS": f"arn:aws:iam::{OUTSIDER}:role/ops/x"}, [f"arn:aws:iam::{OUTSIDER}:role/ops/x"]),
        ({"AWS": f"arn:aws:iam::{OUTSIDER}:user/x"}, [f"arn:aws:iam::{OUTSIDER}:user/x"]),
        ({"AWS": f"arn:aws:sts::{OUTSIDER}:assumed-role/x/y"}, [f"arn:aws:sts::{OUTSIDER}:assumed-role/x/y"]),
        ({"AWS": f"arn:aws:sts::{OURS}:federated-user/y"}, [f"arn:aws:sts::{OURS}:federated-user/y"]),
        ({"Service": "sns.amazonaws.com"}, ["sns.amazonaws.com"]),
    ],
    ids=["all", "all-aws", "number", "root", "member", "role", "user", "session", "federated", "service"],
)
def test_whoever_a_queue_policy_lets_in_is_listed(principal: object, names: list[str]) -> None:
    assert let_in(principal) == dict.fromkeys(names, "yes")


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": OURS},
        {"AWS": f"arn:aws:iam::{OURS}:root"},
        {"AWS": f"arn:aws:iam::{OURS}:user/alice"},
        {"AWS": f"arn:aws:sts::{OURS}:assumed-role/drainer/alice"},
        {"AWS": "AIDAEXAMPLEDELETED"},
        {"AWS": "AROAEXAMPLEDELETED"},
    ],
    ids=["number", "root", "user", "session", "deleted-user", "deleted-role"],
)
def test_whom_the_snapshot_lists_and_who_is_deleted_is_no_outsider(principal: object) -> None:
    assert let_in(principal) == {}


def test_an_exception_lets_everybody_else_in() -> None:
    statement = {"Effect": "Allow", "Action": PURGE, "NotPrincipal": {"AWS": OURS}}
    assert outsiders(snapshot(collected(queue("orders", statement)))) == {"*": "yes"}


@pytest.mark.parametrize(
    "statement",
    [allow("sqs:SendMessage", Principal="*"), deny(Principal={"AWS": OUTSIDER})],
    ids=["another-action", "deny"],
)
def test_nobody_is_let_in_to_purge_by_another_statement(statement: Json) -> None:
    assert outsiders(snapshot(collected(queue("orders", statement)))) == {}


def test_a_grant_within_the_account_does_not_reach_further_queues() -> None:
    bob = f"arn:aws:sts::{OURS}:federated-user/bob"
    world = snapshot(collected(queue("orders"), queue("payments", allow(Principal={"AWS": bob}))))
    assert outsiders(world) == {bob: "no"}


def test_a_role_of_another_collected_account_is_an_insider_that_is_judged_by_its_own_policies() -> None:
    drainer = f"arn:aws:iam::{HUB}:role/drainer"
    listed = collected(queue("orders", allow(Principal={"AWS": drainer})))
    world = snapshot(listed, collected(role("drainer", account=HUB), account=HUB))
    assert outsiders(world) == {}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:t"}}, "conditional"),
        ({"StringEquals": {ORGANIZATION_ID: "o-exampleorgid"}}, "conditional"),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "conditional"),
    ],
    ids=["source", "organization", "address"],
)
def test_nothing_is_known_of_anyone(condition: Json, answer: str) -> None:
    assert let_in("*", Condition=condition) == {"*": answer}


@pytest.mark.parametrize(
    ("account", "condition", "answer"),
    [
        (OUTSIDER, {"StringEquals": {ORGANIZATION_ID: "o-exampleorgid"}}, "no"),
        (OUTSIDER, {"StringEquals": {ORGANIZATION_ID: "${aws:ResourceOrgID}"}}, "no"),
        (OUTSIDER, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-exampleorgid/*"}}, "no"),
        (OUTSIDER, {"StringEquals": {ORGANIZATION_ID: "o-partner"}}, "conditional"),
        (OUTSIDER, {"StringEquals": {ORGANIZATION_ID: ["o-exampleorgid", "o-partner"]}}, "conditional"),
        (OUTSIDER, {"StringEqualsIfExists": {ORGANIZATION_ID: "o-exampleorgid"}}, "conditional"),
        (OUTSIDER, {"Null": {ORGANIZATION_ID: "true"}}, "conditional"),
        (HUB, {"StringEquals": {ORGANIZATION_ID: "o-exampleorgid"}}, "yes"),
        (HUB, {"StringEquals": {ORGANIZATION_ID: "o-partner"}}, "no"),
    ],
    ids=[
        "ours",
        "that-of-the-queue",
        "path",
        "another",
        "ours-or-another",
        "ours-or-none",
        "none",
        "member",
        "member-of-ours",
    ],
)
def test_the_organization_of_an_outsider_is_known_as_far_as_it_matters(
    account: str, condition: Json, answer: str
) -> None:
    assert set(let_in({"AWS": account}, Condition=condition).values()) == {answer}


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:username": "bob"}},
        {"StringLike": {"aws:userid": "AROA*"}},
        {"StringEquals": {"aws:PrincipalType": "User"}},
        {"Bool": {"aws:AssumedRoot": "true"}},
        {"StringEquals": {"aws:SourceIdentity": "bob"}},
        {"StringLike": {"aws:FederatedProvider": "*"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}},
        {"StringLike": {"aws:PrincipalArn": "*:role/x"}},
        {"StringEquals": {"aws:PrincipalTag/team": "x"}},
    ],
    ids=["name", "user-id", "type", "assumed-root", "source", "provider", "arn", "arn-as-text", "tag"],
)
def test_of_an_account_nobody_knows_who_in_it_asks(condition: Json) -> None:
    assert let_in({"AWS": OUTSIDER}, Condition=condition) == {ROOT: "conditional"}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/x"}}, "no"),
        ({"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:*"}}, "no"),
        ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/*"}}, "yes"),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:*::{OUTSIDER}:*"}}, "yes"),
    ],
    ids=["ours", "ours-as-text", "not-ours", "its-own"],
)
def test_of_an_account_it_is_known_whose_arns_its_principals_have(condition: Json, answer: str) -> None:
    assert let_in({"AWS": OUTSIDER}, Condition=condition) == {ROOT: answer}


def test_an_account_that_is_left_out_of_a_denial_keeps_what_it_is_granted() -> None:
    orders = queue("orders", allow(Principal={"AWS": OUTSIDER}), deny(NotPrincipal={"AWS": OUTSIDER}))
    assert outsiders(snapshot(collected(orders))) == {ROOT: "yes"}


def test_an_outsider_is_of_the_partition_of_the_queue() -> None:
    orders = Queue(
        f"arn:aws-us-gov:sqs:us-gov-west-1:{OURS}:orders",
        "",
        policy(PolicyKind.QUEUE, "own", allow(Principal={"AWS": OUTSIDER})),
    )
    assert outsiders(snapshot(collected(orders))) == {f"arn:aws-us-gov:iam::{OUTSIDER}:root": "yes"}


@pytest.mark.parametrize("resource", ["role/x", "user/x"])
def test_the_organization_of_a_role_or_user_is_no_better_known(resource: str) -> None:
    arn = f"arn:aws:iam::{OUTSIDER}:{resource}"
    partner = {"StringEquals": {ORGANIZATION_ID: "o-partner"}}
    assert let_in({"AWS": arn}, Condition=partner) == {arn: "conditional"}


def test_what_a_resource_control_policy_says_of_organizations_matters_too() -> None:
    partner = rcp(deny(Condition={"StringEquals": {ORGANIZATION_ID: "o-partner"}}))
    listed = queue("orders", allow(Principal={"AWS": OUTSIDER}))
    assert outsiders(snapshot(collected(listed, rcps=(partner,)))) == {ROOT: "conditional"}


@pytest.mark.parametrize(
    ("rcps", "answer"),
    [
        (rcp(deny(Condition={"StringNotEqualsIfExists": {ORGANIZATION_ID: "o-exampleorgid"}})), "no"),
        (rcp(deny(Condition={"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}})), "conditional"),
    ],
    ids=["organization", "borrowed-name"],
)
def test_a_resource_control_policy_stops_an_outside_account(rcps: tuple[Policy, ...], answer: str) -> None:
    listed = queue("orders", allow(Principal={"AWS": OUTSIDER}))
    assert outsiders(snapshot(collected(listed, rcps=(rcps,)))) == {ROOT: answer}
