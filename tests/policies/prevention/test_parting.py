"""Whoever is denied by a whole statement is denied by its parts, and nobody else is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from policies.document import VERSION, Statement, document
from policies.evaluation import (
    Account,
    Answer,
    Organization,
    Policy,
    PolicyKind,
    Principal,
    Resource,
    decide,
    read_document,
)
from policies.prevention.conditions import NO_ROOT_TASK, unless
from policies.prevention.parting import parted_by_account

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNTS = ("111122223333", "222233334444", "444455556666", "999988887777")
ORGANIZATION = Organization("o-exampleorgid", "123456789012")
NAMES = ("ci/deployer", "deployer", "drainer", "purge-guard-break-glass")
BREAK_GLASS = "arn:aws:iam::*:role/purge-guard-break-glass"
QUEUE = "arn:aws:sqs:us-east-1:111122223333:orders"
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def role(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def of_two(*names: str) -> tuple[str, ...]:
    return tuple(role(account, name) for account in ACCOUNTS[:2] for name in names)


SPARED = {
    "the same name in two accounts": of_two("deployer"),
    "the same names in two accounts": of_two("deployer", "drainer"),
    "different names": (role(ACCOUNTS[0], "deployer"), role(ACCOUNTS[1], "drainer")),
    "the name of one account with another path": (
        role(ACCOUNTS[0], "deployer"),
        role(ACCOUNTS[1], "ci/deployer"),
    ),
    "two accounts alike and one not": (*of_two("deployer"), role(ACCOUNTS[2], "drainer")),
    "a name of every account besides": (BREAK_GLASS, *of_two("deployer")),
    "a name of every account besides different ones": (
        BREAK_GLASS,
        role(ACCOUNTS[0], "deployer"),
        role(ACCOUNTS[1], "drainer"),
    ),
    "a name of every account named again": (
        BREAK_GLASS,
        *of_two("deployer", "purge-guard-break-glass"),
        role(ACCOUNTS[2], "purge-guard-break-glass"),
    ),
}


def policy(kind: PolicyKind, statement: dict[str, str]) -> Policy:
    return Policy(kind, str(kind), read_document(json.dumps({"Version": VERSION, "Statement": statement})))


def denial(spared: tuple[str, ...]) -> Statement:
    conditions = {**unless(spared), **NO_ROOT_TASK}
    return Statement("Deny", ("sqs:PurgeQueue",), ("*",), "Deny", principals="*", conditions=conditions)


def everybody() -> Iterator[Principal]:
    """Everybody who may ask, of listed accounts and of others."""
    identity = (policy(PolicyKind.IDENTITY, ANYTHING),)
    for account_id in ACCOUNTS:
        account = Account(account_id, organization=ORGANIZATION)
        for name in (*NAMES, "admin", "other/drainer", "aws-service-role/deployer"):
            yield Principal.role(role(account_id, name), account, identity=identity)
        yield Principal.user(f"arn:aws:iam::{account_id}:user/deployer", account, identity=identity)
        yield Principal.root(account)
    yield Principal.service("sns.amazonaws.com")
    yield Principal.anonymous()


def answers(*statements: Statement) -> dict[str, Answer]:
    """Return who may purge a public queue under one policy of resources."""
    rcp = Policy(PolicyKind.RCP, "rcp", read_document(document(*statements)))
    owner = Account(
        "111122223333", organization=Organization("o-exampleorgid", "123456789012"), rcps=((rcp,),)
    )
    queue = Resource(QUEUE, owner, policy(PolicyKind.QUEUE, {**ANYTHING, "Principal": "*"}))
    return {str(each): decide(each, queue, "sqs:PurgeQueue", {}).answer for each in everybody()}


@pytest.mark.parametrize("spared", SPARED.values(), ids=SPARED)
def test_the_parts_deny_whom_the_whole_denies_and_nobody_else(spared: tuple[str, ...]) -> None:
    whole = denial(spared)
    parts = parted_by_account(whole)
    assert len(parts) > 1
    assert answers(*parts) == answers(whole)
    assert set(answers(whole).values()) == {Answer.YES, Answer.NO}


@pytest.mark.parametrize("spared", SPARED.values(), ids=SPARED)
def test_no_part_can_be_left_out(spared: tuple[str, ...]) -> None:
    whole = denial(spared)
    parts = parted_by_account(whole)
    for index in range(len(parts)):
        assert answers(*parts[:index], *parts[index + 1 :]) != answers(whole)


@pytest.mark.parametrize(
    "spared",
    [
        (BREAK_GLASS,),
        (BREAK_GLASS, role(ACCOUNTS[0], "deployer")),
        (role(ACCOUNTS[0], "deployer"), role(ACCOUNTS[0], "drainer")),
    ],
    ids=["every account", "every account and one", "one account"],
)
def test_what_is_of_one_account_stays_whole(spared: tuple[str, ...]) -> None:
    assert parted_by_account(denial(spared)) == (denial(spared),)


def test_a_denial_without_exemption_stays_whole() -> None:
    outside = Statement(
        "DenyOutside",
        ("sqs:PurgeQueue",),
        ("*",),
        "Deny",
        principals="*",
        conditions={"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
    )
    assert parted_by_account(outside) == (outside,)


def test_other_conditions_stay_in_every_part() -> None:
    about_one_organization = {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    whole = denial(of_two("deployer"))
    conditions = {**(whole.conditions or {}), **about_one_organization}
    for part in parted_by_account(
        Statement("Deny", whole.actions, whole.resources, "Deny", principals="*", conditions=conditions)
    ):
        assert part.conditions is not None
        assert part.conditions["StringNotEquals"]["aws:PrincipalOrgID"] == "o-exampleorgid"
        assert part.conditions["Null"] == NO_ROOT_TASK["Null"]
