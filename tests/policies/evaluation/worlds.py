"""What the tests of evaluation are made of: accounts, documents and principals, in a line each."""

from __future__ import annotations

from typing import Any

from policies.evaluation import (
    Account,
    Organization,
    Policy,
    PolicyKind,
    Principal,
    Resource,
    read_document,
)

Json = dict[str, Any]

OURS, HUB, OUTSIDER, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ORGANIZATION = Organization("o-exampleorgid", MANAGEMENT)
PURGE = "sqs:PurgeQueue"
EVERYTHING: Json = {"Sid": "FullAccess", "Effect": "Allow", "Action": "*", "Resource": "*"}


def allow(
    action: object = PURGE, resource: object = "*", *, sid: str = "Allowed", **elements: object
) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource, **elements}


def deny(action: object = PURGE, resource: object = "*", *, sid: str = "Denied", **elements: object) -> Json:
    return {"Sid": sid, "Effect": "Deny", "Action": action, "Resource": resource, **elements}


def policy(kind: PolicyKind, *statements: Json, name: str = "", version: str = "2012-10-17") -> Policy:
    document = read_document({"Version": version, "Statement": list(statements)})
    return Policy(kind, name or f"the {kind} policy", document)


def identity(*statements: Json) -> tuple[Policy, ...]:
    return (policy(PolicyKind.IDENTITY, *statements),)


def boundary(*statements: Json) -> Policy:
    return policy(PolicyKind.BOUNDARY, *statements)


def session(*statements: Json) -> tuple[Policy, ...]:
    return (policy(PolicyKind.SESSION, *statements),)


def scps(*levels: list[Json]) -> tuple[tuple[Policy, ...], ...]:
    return tuple((policy(PolicyKind.SCP, *level),) for level in levels)


def rcps(*levels: list[Json]) -> tuple[tuple[Policy, ...], ...]:
    return tuple((policy(PolicyKind.RCP, *level),) for level in levels)


def account(
    number: str = OURS,
    *,
    scps: tuple[tuple[Policy, ...], ...] = (),
    rcps: tuple[tuple[Policy, ...], ...] = (),
) -> Account:
    return Account(number, None if number == OUTSIDER else ORGANIZATION, scps=scps, rcps=rcps)


def user(
    *statements: Json,
    of: Account | None = None,
    name: str = "alice",
    boundary: Policy | None = None,
    tags: dict[str, str] | None = None,
) -> Principal:
    owner = of or account()
    arn = f"arn:aws:iam::{owner.id}:user/{name}"
    return Principal.user(arn, owner, identity=identity(*statements), boundary=boundary, tags=tags)


def role(
    *statements: Json,
    of: Account | None = None,
    name: str = "App",
    session_name: str | None = None,
    boundary: Policy | None = None,
    session: tuple[Policy, ...] | None = None,
    tags: dict[str, str] | None = None,
) -> Principal:
    owner = of or account()
    return Principal.role(
        f"arn:aws:iam::{owner.id}:role/{name}",
        owner,
        session_name=session_name,
        identity=identity(*statements),
        boundary=boundary,
        session=session,
        tags=tags,
    )


def federated_user(*statements: Json, session: tuple[Policy, ...] | None = None) -> Principal:
    return Principal.federated_user(
        f"arn:aws:sts::{OURS}:federated-user/alice",
        f"arn:aws:iam::{OURS}:user/alice",
        account(),
        identity=identity(*statements),
        session=session,
    )


def queue(
    *statements: Json, of: Account | None = None, name: str = "orders", tags: dict[str, str] | None = None
) -> Resource:
    owner = of or account()
    own = policy(PolicyKind.QUEUE, *statements) if statements else None
    return Resource(f"arn:aws:sqs:eu-west-1:{owner.id}:{name}", owner, own, tags)
