"""What the tests of exposure are made of: users, roles, queues and accounts, in a line each."""

from __future__ import annotations

import json
from typing import Any

from policies.evaluation import Account, Organization, Policy, PolicyKind, read_document
from policies.snapshot import AccountSnapshot, OrganizationTree, Queue, Role, Snapshot, User

Json = dict[str, Any]

OURS, HUB, OUTSIDER, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ORGANIZATION = Organization("o-exampleorgid", MANAGEMENT)
PURGE = "sqs:PurgeQueue"


def allow(action: object = PURGE, **elements: object) -> Json:
    return {"Sid": "Allowed", "Effect": "Allow", "Action": action, **elements}


def deny(action: object = PURGE, **elements: object) -> Json:
    return {"Sid": "Denied", "Effect": "Deny", "Action": action, **elements}


def policy(kind: PolicyKind, name: str, *statements: Json) -> Policy:
    return Policy(kind, name, read_document(json.dumps({"Version": "2012-10-17", "Statement": statements})))


def identity(*statements: Json, name: str = "inline") -> tuple[Policy, ...]:
    return (policy(PolicyKind.IDENTITY, name, *({"Resource": "*", **each} for each in statements)),)


def rcp(*statements: Json) -> tuple[Policy, ...]:
    return (
        policy(PolicyKind.RCP, "rcp", *({"Resource": "*", "Principal": "*", **each} for each in statements)),
    )


def user(name: str, *statements: Json, tags: dict[str, str] | None = None, account: str = OURS) -> User:
    arn = f"arn:aws:iam::{account}:user/{name}"
    return User(arn, f"AIDA{name}", tags or {}, (), identity(*statements), None)


def role(
    name: str,
    *statements: Json,
    tags: dict[str, str] | None = None,
    trusted_for: object = "sts:AssumeRole",
    account: str = OURS,
) -> Role:
    trust = read_document(
        {"Statement": {"Effect": "Allow", "Principal": {"AWS": account}, "Action": trusted_for}}
    )
    arn = f"arn:aws:iam::{account}:role/{name}"
    return Role(arn, f"AROA{name}", tags or {}, identity(*statements), None, trust)


def queue_arn(name: str, account: str = OURS) -> str:
    return f"arn:aws:sqs:eu-west-1:{account}:{name}"


def queue(name: str, *statements: Json, account: str = OURS) -> Queue:
    arn = queue_arn(name, account)
    url = f"https://sqs.eu-west-1.amazonaws.com/{account}/{name}"
    return Queue(arn, url, policy(PolicyKind.QUEUE, arn, *statements) if statements else None)


def collected(
    *listed: User | Role | Queue, account: str = OURS, rcps: tuple[tuple[Policy, ...], ...] = ()
) -> AccountSnapshot:
    return AccountSnapshot(
        Account(account, ORGANIZATION, f"o-exampleorgid/r-ab12/ou-{account}/", rcps=rcps),
        tuple(each for each in listed if isinstance(each, User)),
        tuple(each for each in listed if isinstance(each, Role)),
        tuple(each for each in listed if isinstance(each, Queue)),
    )


def snapshot(*accounts: AccountSnapshot) -> Snapshot:
    """Our organization: the accounts that were collected, and the hub, which was not."""
    members = {each.account.id: each.account for each in accounts}
    hub = Account(HUB, ORGANIZATION, f"o-exampleorgid/r-ab12/ou-{HUB}/")
    tree = OrganizationTree(ORGANIZATION, {HUB: hub, **members})
    return Snapshot(tree, accounts)
