"""Each action of `purge-equivalents` and `guard-tampering`: an administrator is refused, a deployer is not.

Most of the resources do not exist: IAM decides before they are looked for, so whoever is not refused is told
that they are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from policies import naming
from tests.demo.actions import ALLOW_ASSUME, assume_as, make_role, make_user, sign_in
from tests.demo.conftest import empty
from tests.demo.denied_actions import (
    ACCOUNT,
    BUCKET,
    EQUIVALENTS,
    KEY_LOSS,
    NOT_LIMITED,
    NOT_SHOWN,
    REGION,
    TAMPERING,
)
from tests.demo.deployed_policies import policy_arn, put_in_place

if TYPE_CHECKING:
    from botocore.credentials import Credentials

    from demo.local_aws import LocalAws
    from tests.stacks.synthesis import Stack, Synthesis

DENY = policy_arn(ACCOUNT, naming.DENY_POLICY)
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
EXPLICIT = "with an explicit deny in an identity-based policy"

Answer = Callable[[str, str, tuple[str, dict[str, Any]]], str]
"""How AWS answers somebody: by who, the service, and the call."""


@pytest.fixture(scope="module")
def security(prevention: Synthesis) -> Stack:
    """The account of the hub, which has purge-guard's resources of every kind."""
    return prevention.account("security")


@pytest.fixture(scope="module")
def answer(running: LocalAws, security: Stack) -> Answer:
    """How the call of an administrator or a deployer is answered, both of whom bear the deny policy."""
    empty(running)
    put_in_place(running, security)
    running.client("s3", ACCOUNT, REGION).create_bucket(**BUCKET)
    keys = {
        who: hire(running) for who, hire in {"administrator": administrator, "deployer": deployer}.items()
    }

    @cache
    def client(who: str, service: str) -> Any:  # noqa: ANN401 - a boto3 client
        return sign_in(running, service, keys[who], REGION)

    def answered(who: str, service: str, call: tuple[str, dict[str, Any]]) -> str:
        method, arguments = call
        try:
            getattr(client(who, service), method)(**arguments)
        except ClientError as error:
            return str(error)
        return "done"

    return answered


def administrator(aws: LocalAws) -> Credentials:
    keys = make_user(aws, ACCOUNT, EVERYTHING, name="administrator")
    aws.client("iam", ACCOUNT, REGION).attach_user_policy(UserName="administrator", PolicyArn=DENY)
    return keys


def deployer(aws: LocalAws) -> Credentials:
    role = make_role(aws, ACCOUNT, "deployer", {"AWS": ACCOUNT}, EVERYTHING, path="/ci/")
    aws.client("iam", ACCOUNT, REGION).attach_role_policy(RoleName="deployer", PolicyArn=DENY)
    return assume_as(aws, make_user(aws, ACCOUNT, ALLOW_ASSUME), role)


@pytest.mark.parametrize("action", EQUIVALENTS | TAMPERING)
def test_an_administrator_is_refused(action: str, answer: Answer) -> None:
    answered = answer("administrator", action.partition(":")[0], (EQUIVALENTS | TAMPERING)[action])

    assert answered.endswith(EXPLICIT)


@pytest.mark.parametrize("action", EQUIVALENTS | TAMPERING)
def test_a_deployer_is_not_refused(action: str, answer: Answer) -> None:
    answered = answer("deployer", action.partition(":")[0], (EQUIVALENTS | TAMPERING)[action])

    assert "not authorized" not in answered


@pytest.mark.parametrize("action", [action for action in TAMPERING if action not in NOT_LIMITED])
def test_on_somebody_elses_resources_an_administrator_is_not_refused(action: str, answer: Answer) -> None:
    method, arguments = TAMPERING[action]

    answered = answer("administrator", action.partition(":")[0], (method, renamed(arguments)))

    assert "not authorized" not in answered


def renamed(value: Any) -> Any:  # noqa: ANN401 - whatever a call takes
    """Return arguments with names that do not begin as purge-guard's do."""
    if isinstance(value, dict):
        return {renamed(key): renamed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item) for item in value]
    return value.replace(naming.PREFIX, "acme") if isinstance(value, str) else value


def test_every_denied_action_is_in_a_table_or_has_a_reason_not_to_be(prevention: Synthesis) -> None:
    denied = {
        action
        for stack in prevention.stacks
        for policy in stack.of_type("aws_iam_policy")
        for statement in policy.document("policy")
        if statement["Effect"] == "Deny"
        for action in statement["Action"]
    }
    shown = EQUIVALENTS | TAMPERING | KEY_LOSS

    assert shown.keys() | NOT_SHOWN.keys() == denied - {"sqs:PurgeQueue"}
    assert shown.keys().isdisjoint(NOT_SHOWN)
