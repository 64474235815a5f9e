"""How fast decisions are made: pair by pair against the oracle of the tests, and for a whole account."""

from __future__ import annotations

import json
import time
from random import Random
from typing import TYPE_CHECKING

from benchmarks.result import Result
from policies.evaluation import (
    Account,
    Organization,
    Policy,
    PolicyKind,
    Principal,
    Resource,
    decide,
    decide_all,
    read_document,
)
from tests.differential import oracle
from tests.differential.worlds import Worlds, request_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.evaluation import PolicyDocument

WORLDS = 4_000
LEAST_TIMES_THE_ORACLE = 10

ROLES, QUEUES, POLICIES, POLICIES_PER_ROLE = 10_000, 1_000, 40, 4
MOST_SECONDS = 60.0

ACCOUNT = "111122223333"


def measure() -> list[Result]:
    """Measure decisions against their limits.

    Returns
    -------
    list of Result
        First one decision alone, ten times over, against one of the oracle's, in the same worlds and the same
        run; this one is left out where the oracle cannot be installed. Then all decisions on 10,000 roles and
        1,000 queues against a minute of one core.
    """
    try:
        oracle.install()
    except oracle.OracleUnavailableError as error:
        print(f"left out: pair by pair against the oracle, as {error}")
        return [_whole_account()]
    return [_pair_by_pair(), _whole_account()]


def _pair_by_pair() -> Result:
    source = Worlds(seed=1)
    worlds = [source.world() for _ in range(WORLDS)]
    theirs = oracle.ask(worlds).seconds / WORLDS
    requests = [(*request_of(world), world.action) for world in worlds]
    begun = time.perf_counter()
    for principal, resource, context, action in requests:
        decide(principal, resource, action, context)
    ours = (time.perf_counter() - begun) / WORLDS
    return Result(
        f"{LEAST_TIMES_THE_ORACLE} decisions, over one of the oracle's "
        f"({1 / ours:,.0f} a second, and {1 / theirs:,.0f})",
        LEAST_TIMES_THE_ORACLE * ours,
        theirs,
    )


def _whole_account() -> Result:
    roles, queues = _account()
    begun = time.process_time()
    decided = sum(len(row) for row in decide_all(roles, queues, "sqs:PurgeQueue"))
    return Result(
        f"{decided:,} decisions on {ROLES:,} roles and {QUEUES:,} queues, over a minute of one core",
        time.process_time() - begun,
        MOST_SECONDS,
    )


def _account() -> tuple[Sequence[Principal], Sequence[Resource]]:
    """Return an account in which no two roles have quite the same policies, and half the queues have one."""
    random = Random(1)  # noqa: S311 - policies at random, not secrets
    account = Account(ACCOUNT, Organization("o-exampleorgid", "999988887777"))
    policies = [_identity_policy(number) for number in range(POLICIES)]
    roles = [
        Principal.role(
            f"arn:aws:iam::{ACCOUNT}:role/role-{number}",
            account,
            identity=tuple(random.sample(policies, POLICIES_PER_ROLE)),
        )
        for number in range(ROLES)
    ]
    arns = [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:team-{number % 50}-{number}" for number in range(QUEUES)]
    queues = [
        Resource(arn, account, _queue_policy(number, arn) if number % 2 else None)
        for number, arn in enumerate(arns)
    ]
    return roles, queues


def _identity_policy(number: int) -> Policy:
    statements: list[object] = [
        {
            "Effect": "Allow",
            "Action": ["sqs:*", "s3:Get*"],
            "Resource": f"arn:aws:sqs:*:*:team-{number}-*",
        },
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
    ]
    if number % 4 == 0:
        here = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
        statements.append({"Effect": "Deny", "Action": "sqs:Purge*", "Resource": "*", "Condition": here})
    if number % 3 == 0:
        some = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/role-*{number}"}}
        statements.append({"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": some})
    return Policy(PolicyKind.IDENTITY, f"managed-{number}", _document(statements))


def _queue_policy(number: int, arn: str) -> Policy:
    role = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/role-{number}"}
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    statements: list[object] = [
        {"Effect": "Allow", "Principal": role, "Action": "sqs:*", "Resource": arn},
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn, "Condition": plain},
    ]
    return Policy(PolicyKind.QUEUE, arn, _document(statements))


def _document(statements: list[object]) -> PolicyDocument:
    return read_document(json.dumps({"Version": "2012-10-17", "Statement": statements}))
