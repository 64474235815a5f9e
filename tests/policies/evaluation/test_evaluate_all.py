from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from policies.evaluation import Account, Answer, PolicyKind, Principal, Resource, decide, decide_all
from policies.evaluation.request_context import NOTHING_KNOWN, Context
from tests.differential.worlds import Worlds, request_of
from tests.policies.evaluation.test_decisions import ROWS
from tests.policies.evaluation.worlds import (
    HUB,
    OURS,
    PURGE,
    Json,
    account,
    allow,
    boundary,
    deny,
    identity,
    policy,
    queue,
    role,
    user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYBODY = [row[0] for row in ROWS.values()]
EVERYTHING = [row[1] for row in ROWS.values()]

CONTEXTS: list[Context] = [
    NOTHING_KNOWN,
    {"aws:SourceIp": "203.0.113.7", "aws:MultiFactorAuthPresent": "true"},
    {"aws:PrincipalOrgID": "o-another", "aws:PrincipalTag/Team": "orders"},
    {"aws:ResourceTag/Team": "red", "aws:username": "alice"},
]


@pytest.mark.parametrize("action", [PURGE, "SQS:DeleteQueue"])
@pytest.mark.parametrize("context", CONTEXTS, ids=["nothing", "address", "organization", "tags"])
def test_all_at_once_is_one_by_one(action: str, context: Context) -> None:
    rows = list(decide_all(EVERYBODY, EVERYTHING, action, context))

    assert rows == [
        [decide(principal, resource, action, context) for resource in EVERYTHING] for principal in EVERYBODY
    ]


def requests_of(seed: int, count: int) -> tuple[list[Principal], list[Resource], Context]:
    """Return principals and queues of random worlds, those of one account in one and the same."""
    worlds = Worlds(seed)
    requests = [request_of(worlds.world()) for _ in range(count)]
    accounts: dict[str, Account] = {}
    principals = [
        each
        if each.account is None
        else replace(each, account=accounts.setdefault(each.account.id, each.account))
        for each, _, _ in requests
    ]
    resources = [
        replace(each, account=accounts.setdefault(each.account.id, each.account)) for _, each, _ in requests
    ]
    return principals, resources, requests[0][2]


@pytest.mark.parametrize("seed", range(4))
def test_all_at_once_is_one_by_one_in_any_world(seed: int) -> None:
    principals, resources, known = requests_of(seed, 40)
    for context in (NOTHING_KNOWN, known):
        rows = list(decide_all(principals, resources, PURGE, context))

        assert rows == [
            [decide(each, resource, PURGE, context) for resource in resources] for each in principals
        ]


@pytest.mark.parametrize("seed", range(4))
def test_all_at_once_is_one_by_one_where_policies_are_shared(seed: int) -> None:
    principals, resources, context = requests_of(seed, 40)
    pool = [each.identity for each in principals]
    sharing = [
        replace(each, identity=(*each.identity, *pool[number % 5], *pool[number % 7]))
        for number, each in enumerate(principals)
    ]

    rows = list(decide_all(sharing, resources, PURGE, context))

    assert rows == [[decide(each, resource, PURGE, context) for resource in resources] for each in sharing]


def test_a_condition_of_the_old_version_is_not_taken_for_one_of_the_new() -> None:
    statement = allow(Principal="*", Condition={"StringEquals": {"aws:username": "${aws:username}"}})
    owner = account()
    queues = [
        replace(queue(of=owner), policy=policy(PolicyKind.QUEUE, statement, version=version))
        for version in ("2012-10-17", "2008-10-17")
    ]

    rows = decide_all([user(), role()], queues, PURGE)

    assert [[decision.answer for decision in row] for row in rows] == [
        [Answer.YES, Answer.NO],
        [Answer.NO, Answer.NO],
    ]


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
@pytest.mark.parametrize("effect", [allow, deny], ids=["allow", "deny"])
def test_all_at_once_is_one_by_one_where_each_queue_names_somebody_else(
    element: str, effect: Callable[..., Json]
) -> None:
    owner, hub = account(), account(HUB)
    names = ("A", "B", "C")
    named = [
        *(f"arn:aws:iam::{OURS}:role/{name}" for name in names),
        *(f"arn:aws:sts::{OURS}:assumed-role/{name}/alice" for name in names),
        *(f"arn:aws:iam::{OURS}:user/{name}" for name in names),
        *(OURS, f"arn:aws:iam::{HUB}:root", "sns.amazonaws.com", "AIDAEXAMPLE"),
    ]
    queues = [queue(effect(**{element: {"AWS": [name, "AROAEXAMPLE"]}}), of=owner) for name in named]
    principals = [
        *(role(allow(), of=owner, name=name) for name in names),
        *(role(allow(), of=owner, name=name, session_name="alice") for name in names),
        *(user(of=owner, name=name, boundary=boundary(allow("*"))) for name in names),
        *(user(allow(), of=of, name="A") for of in (owner, hub)),
        *(Principal.root(of) for of in (owner, hub)),
        *(Principal.service("sns.amazonaws.com"), Principal.anonymous()),
    ]

    rows = list(decide_all(principals, queues, PURGE))

    assert rows == [[decide(each, resource, PURGE) for resource in queues] for each in principals]
    assert len({decision.answer for row in rows for decision in row}) > 1


def sharing(*statements: Json) -> list[Principal]:
    """Return principals of two teams, each twice, who share one policy."""
    shared = identity(*statements)
    return [
        replace(user(name=name, tags={"team": team}), identity=shared)
        for name, team in (("alice", "red"), ("bob", "blue"), ("carol", "red"), ("dave", "blue"))
    ]


@pytest.mark.parametrize(
    "statements",
    [
        [allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}})],
        [allow(resource="arn:aws:sqs:*:*:${aws:PrincipalTag/team}-*")],
        [deny(resource="arn:aws:sqs:*:*:red-*"), allow()],
        [allow(), deny(Condition={"StringEquals": {"aws:ResourceTag/team": "red"}})],
        [allow(Condition={"StringLike": {"aws:PrincipalArn": "*/a*"}})],
    ],
    ids=["tags-of-both", "resource-of-a-team", "deny-of-some", "deny-by-tag", "principals-by-name"],
)
def test_those_who_share_a_policy_are_told_apart_by_what_it_says(statements: list[Json]) -> None:
    principals = sharing(*statements)
    owner = account()
    queues = [
        queue(name=f"{team}-{number}", of=owner, tags={"team": team})
        for team in ("red", "blue")
        for number in (1, 2)
    ]

    rows = list(decide_all(principals, queues, PURGE))

    assert rows == [[decide(each, resource, PURGE) for resource in queues] for each in principals]
    assert {decision.answer for row in rows for decision in row} == {Answer.YES, Answer.NO}


def test_equal_decisions_are_one_object() -> None:
    principals = [role(allow(), name=f"App{number}") for number in range(3)]

    first, second, third = (row[0] for row in decide_all(principals, [queue()], PURGE))

    assert first.answer is Answer.YES
    assert first is second is third


def test_nobody_and_nothing_make_no_decisions() -> None:
    assert list(decide_all([], [queue()], PURGE)) == []
    assert list(decide_all([user(), role()], [], PURGE)) == [[], []]
