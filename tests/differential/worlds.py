"""Random worlds: a principal, a queue, everything attached to them and to their accounts, and a request.

A world is plain JSON, so that one that surprises can be printed, kept and tried again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, Any

from policies.evaluation import (
    Account,
    Organization,
    Policy,
    PolicyKind,
    Principal,
    PrincipalKind,
    Resource,
    read_document,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.evaluation import PolicyDocument

OURS, HUB, OUTSIDE, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ORGANIZATION = Organization("o-exampleorgid", MANAGEMENT)

Json = dict[str, Any]
Values = dict[str, tuple[str, ...]]

ALLOW_ALL: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
"""What ``FullAWSAccess`` says."""

ACTIONS = ("sqs:PurgeQueue",) * 6 + ("sqs:DeleteQueue", "sqs:SendMessage", "sqs:SetQueueAttributes")
ACTION_PATTERNS = (
    *(
        "*",
        "sqs:*",
        "SQS:*",
        "sqs:PurgeQueue",
        "SQS:purgequeue",
        "sqs:PURGE*",
        "sqs:?urgeQueue",
        "sqs:*Queue",
    ),
    *("sqs:Purge", "sqs:PurgeQueues", "s3:*", "iam:*", "sqs:SendMessage", "sqs:Set*"),
)
RESOURCE_PATTERNS = (
    *("*", "*", "*", "arn:aws:sqs:*:*:*", "arn:aws:sqs:eu-west-1:111122223333:orders", "arn:aws:sqs"),
    *("arn:aws:sqs:*:111122223333:ord*", "arn:aws:sqs:eu-west-?:*:orders", "arn:aws:sqs:*:*:?rders"),
    *("arn:aws:sqs:eu-west-1:111122223333:Orders", "arn:aws:sqs:*:orders", "arn:aws:sqs:*orders", "arn:*"),
    *("arn:aws:sqs:*:*:${aws:username}-queue", "arn:aws:sqs:*:*:${aws:PrincipalTag/team}*", "arn:aws:s3:::b"),
    *("arn:aws:sqs:*:*:${aws:username, 'orders'}", "arn:aws:sqs:eu-*-1:*:*"),
)
QUEUES = ("orders", "orders", "alice-queue", "red-1")
ROLES = ("role/App", "role/ops/BreakGlass")

STRINGS: Values = {
    "aws:PrincipalArn": (
        *("arn:aws:iam::111122223333:user/ops/alice", "arn:aws:iam::111122223333:role/ops/BreakGlass"),
        *("arn:aws:iam::111122223333:role/BreakGlass", "arn:aws:iam::*:role/*", "arn:aws:iam::*:root", "*"),
        *("arn:aws:sts::111122223333:assumed-role/App/alice", "arn:aws:iam::111122223333:role/App"),
        *("arn:aws:iam::*:*", "arn:aws:iam::444455556666:*", "arn:aws:iam:*"),
    ),
    "aws:PrincipalOrgID": ("o-exampleorgid", "o-another", "${aws:ResourceOrgID}"),
    "aws:PrincipalAccount": (OURS, OUTSIDE, "${aws:ResourceAccount}"),
    "aws:username": ("alice", "al*", "bob", "${aws:PrincipalTag/team}"),
    "aws:PrincipalTag/team": ("red", "blue", "r?d", "RED", "${aws:username}", "${aws:username, 'red'}"),
    "aws:UserAgent": ("aws-cli/2", "aws-cli/*", "a${*}b", "AWS-CLI/2", "${aws:SourceVpc}"),
    "aws:SourceVpc": ("vpc-1", "vpc-?", "vpc-2"),
}
ARNS: Values = {
    "aws:PrincipalArn": STRINGS["aws:PrincipalArn"],
    "aws:SourceArn": (
        *("arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:sns:*:*:*", "arn:aws:sns:*:topic", "*"),
        *("arn:aws:sns:eu-west-1:*:t*", "arn:aws:s3:::bucket", "arn:*:sns:*:${aws:ResourceAccount}:topic"),
    ),
}
NUMBERS: Values = {"aws:MultiFactorAuthAge": ("300", "3600", "0", "299.5")}
DATES: Values = {
    "aws:CurrentTime": ("2026-11-25T12:00:00Z", "2026-11-26", "2026", "1700000000", "2030-01-01T00:00:00Z")
}
BOOLEANS: Values = {
    "aws:SecureTransport": ("true", "false", "TRUE"),
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:PrincipalIsAWSService": ("true", "false"),
}
ADDRESSES: Values = {
    "aws:SourceIp": ("203.0.113.0/24", "203.0.113.7", "198.51.100.9/24", "2001:db8::/32", "::/0")
}
LISTS: Values = {
    "aws:TagKeys": ("team", "cost", "t*", "TEAM"),
    "aws:PrincipalOrgPaths": ("o-exampleorgid/r-ab12/ou-ab12-11111111/", "o-exampleorgid/*", "o-another/*"),
}

TEXT = ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
LIKE = ("StringLike", "StringNotLike")
ORDERED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
OPERATORS: tuple[tuple[tuple[str, ...], Values], ...] = (
    (TEXT + LIKE + LIKE, STRINGS),
    (("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), ARNS),
    (tuple(f"Numeric{name}" for name in ORDERED), NUMBERS),
    (tuple(f"Date{name}" for name in ORDERED), DATES),
    (("Bool",), BOOLEANS),
    (("IpAddress", "NotIpAddress"), ADDRESSES),
    (TEXT + LIKE, LISTS),
)

CONTEXT: dict[str, tuple[str | list[str] | None, ...]] = {
    "aws:UserAgent": (None, "aws-cli/2", "a*b", "axb"),
    "aws:SourceVpc": (None, "vpc-1", "vpc-12"),
    "aws:MultiFactorAuthAge": (None, "299.5", "300", "9000"),
    "aws:CurrentTime": ("2026-11-25T12:00:00Z", "2026-11-26T00:00:00Z"),
    "aws:SecureTransport": ("true", "false"),
    "aws:MultiFactorAuthPresent": (None, "true", "false"),
    "aws:SourceIp": (None, "203.0.113.7", "198.51.100.1", "2001:db8::1", "192.0.2.1"),
    "aws:TagKeys": (None, ["team"], ["team", "cost"], ["TEAM", "other"]),
    "aws:SourceArn": (None, None, "arn:aws:sns:eu-west-1:111122223333:topic"),
}
"""Context keys of the request, each with what it may be. None is a key that the request does not have."""

EVERY_KEY = frozenset(
    {*CONTEXT, *STRINGS, *ARNS, *NUMBERS, *DATES, *BOOLEANS, *ADDRESSES, *LISTS}
    | {"aws:ResourceOrgID", "aws:ResourceAccount"}
)
"""Every context key that a policy in a world may ask for."""


@dataclass(frozen=True, slots=True)
class World:
    """One request and everything that decides it; policies are lists of statements.

    Parameters
    ----------
    kind, name, account
        The principal: what it is, the resource part of its ARN (or its service), its account if it has one.
    action, queue, queue_account
        What it wants to do with which queue.
    context
        The context keys that do not follow from principal and queue; None for absent ones.
    identity, boundary, session, queue_policy, scps, rcps
        The policies. The last two are by level.
    version
        The version of the identity policies.
    """

    kind: str
    name: str
    account: str | None
    action: str
    queue: str
    queue_account: str
    context: dict[str, str | list[str] | None]
    identity: list[Json]
    boundary: list[Json] | None
    session: list[Json] | None
    queue_policy: list[Json]
    scps: list[list[Json]]
    rcps: list[list[Json]]
    version: str = "2012-10-17"
    team: str | None = None

    @property
    def arn(self) -> str:
        """The ARN of the queue."""
        return f"arn:aws:sqs:eu-west-1:{self.queue_account}:{self.queue}"


class Worlds:
    """A source of worlds.

    Parameters
    ----------
    seed
        The same seed yields the same worlds.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - worlds, not secrets

    def world(self) -> World:
        """Return the next world."""
        random = self._random
        kind = random.choice(
            ["user"] * 5
            + ["role"] * 6
            + ["service-linked role", "federated user", "root", "service", "anonymous"]
        )
        account = random.choice([OURS] * 5 + [HUB, OUTSIDE, MANAGEMENT])
        names = {"role": random.choice(ROLES), "service": "sns.amazonaws.com", "federated user": "alice"}
        nobody = kind in {"service", "anonymous"}
        own = kind not in {"service", "anonymous", "root"}
        limited = own and kind != "service-linked role"
        return World(
            kind=kind,
            name=names.get(kind, "user/ops/alice"),
            account=None if nobody else account,
            action=random.choice(ACTIONS),
            queue=random.choice(QUEUES),
            queue_account=random.choice([OURS] * 9 + [MANAGEMENT]),
            context={key: random.choice(values) for key, values in CONTEXT.items()},
            identity=self._identity() if own else [],
            boundary=self._limit() if limited and random.random() < 0.25 else None,
            session=self._limit() if limited and kind != "user" and random.random() < 0.25 else None,
            queue_policy=[self._queue_statement() for _ in range(random.choice([0, 0, 1, 1, 2]))],
            scps=self._levels() if not nobody and account != OUTSIDE and random.random() < 0.5 else [],
            rcps=[[self._rcp()] for _ in range(random.choice([0, 0, 0, 1, 2]))],
            version=random.choice(["2012-10-17"] * 3 + ["2008-10-17"]),
            team=random.choice([None, "red", "alice"]) if own else None,
        )

    def _identity(self) -> list[Json]:
        statements = [self._statement() for _ in range(self._random.choice([0, 1, 1, 2, 3]))]
        return [*statements, ALLOW_ALL] if self._random.random() < 0.4 else statements

    def _levels(self) -> list[list[Json]]:
        random = self._random
        return [
            random.choice([[ALLOW_ALL], [ALLOW_ALL, self._statement(deny=True)], self._limit()])
            for _ in range(random.choice([1, 2, 3]))
        ]

    def _limit(self) -> list[Json]:
        random = self._random
        first = ALLOW_ALL if random.random() < 0.5 else self._statement(deny=False)
        return [first, *([self._statement(deny=True)] if random.random() < 0.3 else [])]

    def _rcp(self) -> Json:
        actions = self._some([pattern for pattern in ACTION_PATTERNS if pattern.startswith("sqs:")])
        statement: Json = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*"}
        return self._conditioned(statement, likely=0.8)

    def _statement(self, *, deny: bool | None = None) -> Json:
        random = self._random
        effect = "Deny" if (random.random() < 0.2 if deny is None else deny) else "Allow"
        statement: Json = {"Effect": effect}
        statement["NotAction" if random.random() < 0.1 else "Action"] = self._some(ACTION_PATTERNS)
        statement["NotResource" if random.random() < 0.07 else "Resource"] = self._some(RESOURCE_PATTERNS)
        return self._conditioned(statement, likely=0.45)

    def _queue_statement(self) -> Json:
        statement = self._statement()
        element = "NotPrincipal" if self._random.random() < 0.12 else "Principal"
        return {**statement, element: self._principal_element()}

    def _principal_element(self) -> str | Json:
        random = self._random
        if random.random() < 0.2:
            return "*" if random.random() < 0.5 else {"AWS": "*"}
        if random.random() < 0.1:
            return {"Service": "sns.amazonaws.com"}
        account = random.choice([OURS, OURS, OURS, HUB, OUTSIDE, MANAGEMENT])
        names = (
            *(f"arn:aws:iam::{account}:root", account, f"arn:aws:iam::{account}:user/ops/alice"),
            *(f"arn:aws:iam::{account}:{role}" for role in ROLES),
            f"arn:aws:sts::{account}:assumed-role/App/session",
            f"arn:aws:sts::{account}:assumed-role/BreakGlass/session",
            f"arn:aws:sts::{account}:federated-user/alice",
            "AIDAEXAMPLEDELETEDUSER",
        )
        return {"AWS": self._some(names)}

    def _some(self, values: Sequence[str]) -> str | list[str]:
        random = self._random
        if random.random() < 0.6:
            return random.choice(values)
        return random.sample(values, min(len(values), random.choice([1, 2, 3])))

    def _conditioned(self, statement: Json, *, likely: float) -> Json:
        random = self._random
        if random.random() >= likely:
            return statement
        conditions: Json = {}
        for _ in range(random.choice([1, 1, 1, 2])):
            operator, key, values = self._condition()
            conditions.setdefault(operator, {})[key] = values
        return {**statement, "Condition": conditions}

    def _condition(self) -> tuple[str, str, str | list[str]]:
        random = self._random
        operators, keys = random.choice(OPERATORS)
        key = random.choice(list(keys))
        if random.random() < 0.08:
            return "Null", key, random.choice(["true", "false"])
        operator = random.choice(operators) + ("IfExists" if random.random() < 0.2 else "")
        if random.random() < (0.85 if keys is LISTS else 0.05):
            operator = random.choice(["ForAllValues:", "ForAnyValue:"]) + operator
        return operator, key, self._some(keys[key])


def request_of(world: World) -> tuple[Principal, Resource, dict[str, str | list[str] | None]]:
    """Return a world as our evaluator takes it."""
    resource = Resource(
        world.arn,
        _account(world.queue_account, [], world.rcps),
        _policy(PolicyKind.QUEUE, world.queue_policy) if world.queue_policy else None,
    )
    return _principal(world), resource, world.context


def _account(account: str, scps: list[list[Json]], rcps: list[list[Json]]) -> Account:
    outside = account == OUTSIDE
    return Account(
        account,
        None if outside else ORGANIZATION,
        path=None if outside else "o-exampleorgid/r-ab12/ou-ab12-11111111/",
        scps=tuple((_policy(PolicyKind.SCP, level),) for level in scps),
        rcps=tuple((_policy(PolicyKind.RCP, level),) for level in rcps),
    )


def _policy(kind: PolicyKind, statements: list[Json], version: str = "2012-10-17") -> Policy:
    text = json.dumps({"Version": version, "Statement": statements})
    return Policy(kind, f"{kind} policy", _document(text))


@lru_cache(maxsize=256)
def _document(text: str) -> PolicyDocument:
    return read_document(text)


def _principal(world: World) -> Principal:
    if world.account is None:
        return Principal.service(world.name) if world.kind == PrincipalKind.SERVICE else Principal.anonymous()
    account = _account(world.account, world.scps, [])
    if world.kind == PrincipalKind.ROOT:
        return Principal.root(account)
    identity = (_policy(PolicyKind.IDENTITY, world.identity, world.version),)
    boundary = None if world.boundary is None else _policy(PolicyKind.BOUNDARY, world.boundary)
    session = None if world.session is None else (_policy(PolicyKind.SESSION, world.session),)
    tags = {} if world.team is None else {"team": world.team}
    arn = f"arn:aws:iam::{world.account}"
    if world.kind == PrincipalKind.USER:
        return Principal.user(f"{arn}:{world.name}", account, identity=identity, boundary=boundary, tags=tags)
    if world.kind == PrincipalKind.FEDERATED_USER:
        return Principal.federated_user(
            f"arn:aws:sts::{world.account}:federated-user/{world.name}",
            f"{arn}:user/{world.name}",
            account,
            identity=identity,
            boundary=boundary,
            session=session,
            tags=tags,
        )
    linked = world.kind == PrincipalKind.SERVICE_LINKED_ROLE
    role = "role/aws-service-role/sqs.amazonaws.com/AWSServiceRoleForSQS" if linked else world.name
    return Principal.role(
        f"{arn}:{role}",
        account,
        session_name="session",
        identity=identity,
        boundary=boundary,
        session=session,
        tags=tags,
    )
