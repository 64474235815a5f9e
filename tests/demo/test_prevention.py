"""The documents that an account's stack deploys stop whom they should on the local AWS, and nobody else.

What each action of the larger sets comes to is in test_denied_actions.py. The local AWS knows no service
control policies, no resource control policies and no MFA devices: those are decided in
tests/policies/prevention/test_decisions.py. docs/decisions/0005-local-aws.md lists what it decides otherwise
than AWS.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from policies import naming
from policies.prevention.queue import merge_statements, queue_statements
from policies.prevention.scope import account_scope
from tests.demo.actions import (
    ALLOW_ASSUME,
    ALLOW_SQS,
    FRANKFURT,
    HUB,
    MEMBER,
    OUTSIDER,
    Json,
    assume_as,
    make_queue,
    make_role,
    make_user,
    policy,
    sign_in,
)
from tests.demo.denied_actions import KEY_LOSS
from tests.demo.deployed_policies import policy_arn, put_in_place, role_arn

if TYPE_CHECKING:
    from botocore.credentials import Credentials

    from demo.local_aws import LocalAws
    from tests.stacks.synthesis import Synthesis

MESSAGES = 3
QUEUE_ARN = f"arn:aws:sqs:{FRANKFURT}:{MEMBER}:orders"
DENY = policy_arn(MEMBER, naming.DENY_POLICY)
BOUNDARY = policy_arn(MEMBER, naming.BOUNDARY_POLICY)
OPERATOR = policy_arn(MEMBER, naming.OPERATOR_POLICY)
BREAK_GLASS = role_arn(MEMBER, naming.BREAK_GLASS_ROLE)
ACCOUNT = {"AWS": MEMBER}


@pytest.fixture
def member(aws: LocalAws, prevention: Synthesis) -> LocalAws:
    """The local AWS with what the stack of the member account deploys."""
    put_in_place(aws, prevention.account("production"))
    return aws


@pytest.fixture
def url(member: LocalAws) -> str:
    """The URL of a queue with messages in it."""
    return make_queue(member, MEMBER, FRANKFURT, messages=MESSAGES)


def count_messages(aws: LocalAws, url: str) -> int:
    answer = aws.client("sqs", MEMBER, FRANKFURT).get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def root_iam(aws: LocalAws) -> Any:  # noqa: ANN401 - a boto3 client
    return aws.client("iam", MEMBER, "us-east-1")


def sqs_of(aws: LocalAws, who: Credentials) -> Any:  # noqa: ANN401 - a boto3 client
    return sign_in(aws, "sqs", who, FRANKFURT)


def assert_refused(aws: LocalAws, who: Credentials, url: str, why: str) -> None:
    """The purge is refused for a reason that the answer states, and the messages are still there."""
    with pytest.raises(ClientError) as refusal:
        sqs_of(aws, who).purge_queue(QueueUrl=url)
    error = refusal.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"].endswith(why)
    assert count_messages(aws, url) == MESSAGES


def assert_purges(aws: LocalAws, who: Credentials, url: str) -> None:
    sqs_of(aws, who).purge_queue(QueueUrl=url)
    assert count_messages(aws, url) == 0


BY_IDENTITY_POLICY = "with an explicit deny in an identity-based policy"
BY_QUEUE_POLICY = "with an explicit deny in a resource-based policy"


def hire(aws: LocalAws, *statements: Json, kind: str = "user") -> Credentials:
    """Return somebody who bears the deny policy as a user, by a group or by a role."""
    iam = root_iam(aws)
    if kind == "role":
        role = make_role(aws, MEMBER, "application", ACCOUNT, *statements)
        iam.attach_role_policy(RoleName="application", PolicyArn=DENY)
        return assume_as(aws, make_user(aws, MEMBER, ALLOW_ASSUME), role)
    user = make_user(aws, MEMBER, *statements, name="bob")
    if kind == "user":
        iam.attach_user_policy(UserName="bob", PolicyArn=DENY)
    else:
        iam.create_group(GroupName="administrators")
        iam.attach_group_policy(GroupName="administrators", PolicyArn=DENY)
        iam.add_user_to_group(GroupName="administrators", UserName="bob")
    return user


# The deny policy.


def test_whoever_bears_no_deny_policy_purges(member: LocalAws, url: str) -> None:
    assert_purges(member, make_user(member, MEMBER, ALLOW_SQS), url)


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_whoever_bears_the_deny_policy_cannot_purge(kind: str, member: LocalAws, url: str) -> None:
    assert_refused(member, hire(member, ALLOW_SQS, kind=kind), url, BY_IDENTITY_POLICY)


def test_whoever_bears_the_deny_policy_still_uses_the_queue(member: LocalAws, url: str) -> None:
    sqs = sqs_of(member, hire(member, ALLOW_SQS))

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.send_message(QueueUrl=url, MessageBody="one more")

    assert count_messages(member, url) == MESSAGES


@pytest.mark.parametrize(
    ("path", "exempt"),
    [pytest.param("/ops/", True, id="with its path"), pytest.param("/", False, id="without its path")],
)
def test_an_exempt_role_purges_if_its_path_is_right(
    path: str, exempt: bool, member: LocalAws, url: str
) -> None:
    role = make_role(member, MEMBER, "queue-drainer", ACCOUNT, ALLOW_SQS, path=path)
    root_iam(member).attach_role_policy(RoleName="queue-drainer", PolicyArn=DENY)
    session = assume_as(member, make_user(member, MEMBER, ALLOW_ASSUME), role)

    if exempt:
        assert_purges(member, session, url)
    else:
        assert_refused(member, session, url, BY_IDENTITY_POLICY)


def test_a_deployer_does_not_purge(member: LocalAws, url: str) -> None:
    role = make_role(member, MEMBER, "deployer", ACCOUNT, ALLOW_SQS, path="/ci/")
    root_iam(member).attach_role_policy(RoleName="deployer", PolicyArn=DENY)
    session = assume_as(member, make_user(member, MEMBER, ALLOW_ASSUME), role)

    assert_refused(member, session, url, BY_IDENTITY_POLICY)


# The permissions boundary.

LET_BOB_PURGE = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{MEMBER}:user/bob"},
    "Action": "sqs:PurgeQueue",
    "Resource": QUEUE_ARN,
}


def bounded(aws: LocalAws, boundary: str) -> Credentials:
    """Return bob, who may do everything in SQS within a boundary."""
    bob = make_user(aws, MEMBER, ALLOW_SQS, name="bob")
    root_iam(aws).put_user_permissions_boundary(UserName="bob", PermissionsBoundary=boundary)
    return bob


def set_queue_policy(aws: LocalAws, url: str, text: str) -> None:
    aws.client("sqs", MEMBER, FRANKFURT).set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})


@pytest.mark.parametrize("named", [False, True], ids=["unnamed", "named by the queue's policy"])
def test_within_the_boundary_nobody_purges(named: bool, member: LocalAws, url: str) -> None:
    if named:
        set_queue_policy(member, url, policy(LET_BOB_PURGE))

    assert_refused(member, bounded(member, BOUNDARY), url, BY_IDENTITY_POLICY)


def test_within_the_boundary_everything_else_goes_on(member: LocalAws, url: str) -> None:
    sqs_of(member, bounded(member, BOUNDARY)).send_message(QueueUrl=url, MessageBody="one more")

    assert count_messages(member, url) == MESSAGES + 1


def test_a_boundary_that_merely_omits_the_purge_does_not_stop_whom_a_queue_names(
    member: LocalAws, url: str
) -> None:
    # Why ours denies.
    sending = policy({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"})
    omitting = root_iam(member).create_policy(PolicyName="omitting", PolicyDocument=sending)["Policy"]["Arn"]
    set_queue_policy(member, url, policy(LET_BOB_PURGE))

    assert_purges(member, bounded(member, omitting), url)


# The queue's policy.

LET_THEM_SEND = {
    "Sid": "LetThemSendAndPurge",
    "Effect": "Allow",
    "Principal": {"AWS": [f"arn:aws:iam::{MEMBER}:user/carol", f"arn:aws:iam::{OUTSIDER}:root"]},
    "Action": ["sqs:SendMessage", "sqs:PurgeQueue"],
    "Resource": QUEUE_ARN,
}


@pytest.fixture
def merged(member: LocalAws, prevention: Synthesis, url: str) -> str:
    """The URL of a queue whose owner's policy got our statements."""
    inventory = prevention.inventory
    assert inventory.prevention is not None
    scope = account_scope(inventory.prevention, inventory, inventory.account("production"))
    text = merge_statements(policy(LET_THEM_SEND), queue_statements(scope, QUEUE_ARN))
    set_queue_policy(member, url, text)
    return url


def test_a_queue_with_our_statements_is_purged_by_nobody_who_may_do_everything(
    member: LocalAws, merged: str
) -> None:
    assert_refused(member, make_user(member, MEMBER, ALLOW_SQS), merged, BY_QUEUE_POLICY)


def test_root_does_not_purge_a_queue_with_our_statements(member: LocalAws, merged: str) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        member.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=merged)

    assert count_messages(member, merged) == MESSAGES


@pytest.mark.parametrize("name", ["administrator", naming.BREAK_GLASS_ROLE])
def test_an_outsider_whom_the_owner_let_in_does_not_purge_whatever_its_name(
    name: str, member: LocalAws, merged: str
) -> None:
    role = make_role(member, OUTSIDER, name, {"AWS": OUTSIDER}, ALLOW_SQS)
    session = assume_as(member, make_user(member, OUTSIDER, ALLOW_ASSUME), role)

    sqs_of(member, session).send_message(QueueUrl=merged, MessageBody="let in")
    with pytest.raises(ClientError, match=BY_QUEUE_POLICY):
        sqs_of(member, session).purge_queue(QueueUrl=merged)

    assert count_messages(member, merged) == MESSAGES + 1


def test_what_the_owner_grants_stands_beside_our_statements_except_the_purge(
    member: LocalAws, merged: str
) -> None:
    carol = make_user(
        member, MEMBER, {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"}, name="carol"
    )

    assert_refused(member, carol, merged, BY_QUEUE_POLICY)
    sqs_of(member, carol).send_message(QueueUrl=merged, MessageBody="one more")

    assert count_messages(member, merged) == MESSAGES + 1


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        pytest.param("set_queue_attributes", {"Attributes": {"Policy": ""}}, id="take the policy out"),
        pytest.param(
            "set_queue_attributes", {"Attributes": {"MessageRetentionPeriod": "60"}}, id="let messages expire"
        ),
        pytest.param("delete_queue", {}, id="delete"),
        pytest.param("tag_queue", {"Tags": {"team": "mine"}}, id="tag"),
        pytest.param("remove_permission", {"Label": "PurgeGuardDenyPurge"}, id="remove our statement"),
    ],
)
def test_a_queue_with_our_statements_keeps_them(
    action: str, arguments: Json, member: LocalAws, merged: str
) -> None:
    sqs = sqs_of(member, make_user(member, MEMBER, ALLOW_SQS))

    with pytest.raises(ClientError, match=BY_QUEUE_POLICY):
        getattr(sqs, action)(QueueUrl=merged, **arguments)

    assert_refused(member, make_user(member, MEMBER, ALLOW_SQS, name="bob"), merged, BY_QUEUE_POLICY)


# The break-glass role.


def enter_break_glass(aws: LocalAws) -> Credentials:
    """Enter the role as the listed role of the hub's account does."""
    on_call = make_role(aws, HUB, "on-call", {"AWS": HUB}, ALLOW_ASSUME)
    session = assume_as(aws, make_user(aws, HUB, ALLOW_ASSUME), on_call)
    return assume_as(aws, session, BREAK_GLASS)


def test_the_break_glass_role_finds_a_queue_and_purges_it(member: LocalAws, url: str) -> None:
    session = enter_break_glass(member)
    sqs = sqs_of(member, session)

    assert sqs.list_queues()["QueueUrls"] == [sqs.get_queue_url(QueueName="orders")["QueueUrl"]]
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert_purges(member, session, url)


def test_every_layer_spares_the_break_glass_role(member: LocalAws, merged: str) -> None:
    iam = root_iam(member)
    iam.attach_role_policy(RoleName=naming.BREAK_GLASS_ROLE, PolicyArn=DENY)
    iam.put_role_permissions_boundary(RoleName=naming.BREAK_GLASS_ROLE, PermissionsBoundary=BOUNDARY)

    assert_purges(member, enter_break_glass(member), merged)


@pytest.mark.parametrize(
    ("service", "action", "arguments"),
    [
        pytest.param("sqs", "send_message", {"MessageBody": "forged"}, id="SendMessage"),
        pytest.param("sqs", "receive_message", {}, id="ReceiveMessage"),
        pytest.param("sqs", "delete_queue", {}, id="DeleteQueue"),
        pytest.param("sqs", "set_queue_attributes", {"Attributes": {"Policy": ""}}, id="SetQueueAttributes"),
        pytest.param("iam", "get_role", {"RoleName": naming.BREAK_GLASS_ROLE}, id="GetRole"),
        pytest.param(
            "sts", "assume_role", {"RoleArn": BREAK_GLASS, "RoleSessionName": "again"}, id="AssumeRole"
        ),
    ],
)
def test_the_break_glass_role_does_nothing_else(
    service: str, action: str, arguments: Json, member: LocalAws, url: str
) -> None:
    client = sign_in(member, service, enter_break_glass(member), FRANKFURT)

    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(client, action)(**arguments, **({"QueueUrl": url} if service == "sqs" else {}))


def test_a_listed_user_without_mfa_does_not_enter(member: LocalAws) -> None:
    alice = make_user(member, MEMBER, ALLOW_ASSUME, name="alice", path="/ops/")

    with pytest.raises(ClientError, match="AccessDenied"):
        assume_as(member, alice, BREAK_GLASS)


def test_it_is_the_missing_mfa_that_keeps_a_listed_user_out(member: LocalAws) -> None:
    alice = make_user(member, MEMBER, ALLOW_ASSUME, name="alice", path="/ops/")
    iam = root_iam(member)
    trust = iam.get_role(RoleName=naming.BREAK_GLASS_ROLE)["Role"]["AssumeRolePolicyDocument"]
    for statement in trust["Statement"]:
        statement.pop("Condition", None)
    iam.update_assume_role_policy(RoleName=naming.BREAK_GLASS_ROLE, PolicyDocument=json.dumps(trust))

    assert assume_as(member, alice, BREAK_GLASS).token


@pytest.mark.parametrize("account", [MEMBER, HUB])
def test_whoever_is_not_listed_does_not_enter(account: str, member: LocalAws) -> None:
    mallory = make_user(member, account, {"Effect": "Allow", "Action": "*", "Resource": "*"})

    with pytest.raises(ClientError, match="AccessDenied"):
        assume_as(member, mallory, BREAK_GLASS)


def test_an_administrator_cannot_let_himself_in_and_a_deployer_can(member: LocalAws) -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    administrator = hire(member, everything)
    deployer = make_role(member, MEMBER, "deployer", ACCOUNT, everything, path="/ci/")
    root_iam(member).attach_role_policy(RoleName="deployer", PolicyArn=DENY)
    anybody = {
        "RoleName": naming.BREAK_GLASS_ROLE,
        "PolicyDocument": policy({"Effect": "Allow", "Principal": ACCOUNT, "Action": "sts:AssumeRole"}),
    }

    with pytest.raises(ClientError, match=BY_IDENTITY_POLICY):
        sign_in(member, "iam", administrator, "us-east-1").update_assume_role_policy(**anybody)
    with pytest.raises(ClientError, match="AccessDenied"):
        assume_as(member, administrator, BREAK_GLASS)

    session = assume_as(member, make_user(member, MEMBER, ALLOW_ASSUME), deployer)
    sign_in(member, "iam", session, "us-east-1").update_assume_role_policy(**anybody)
    assert assume_as(member, administrator, BREAK_GLASS).token


# The keys of queues.


@pytest.fixture
def key(member: LocalAws, prevention: Synthesis) -> str:
    """A key that AWS has given an id, in the deny policy in place of the one that the inventory lists."""
    arn: str = member.client("kms", MEMBER, FRANKFURT).create_key()["KeyMetadata"]["Arn"]
    text = prevention.account("production").named("aws_iam_policy", naming.DENY_POLICY)["policy"]
    protected = prevention.inventory.account("production").prevention
    assert protected is not None
    (listed,) = protected.queue_keys
    root_iam(member).create_policy_version(
        PolicyArn=DENY, PolicyDocument=text.replace(listed, arn), SetAsDefault=True
    )
    return arn


@pytest.mark.parametrize("action", KEY_LOSS)
def test_an_administrator_cannot_lose_the_key_of_a_queue(action: str, member: LocalAws, key: str) -> None:
    method, arguments = KEY_LOSS[action]
    kms = sign_in(member, "kms", hire(member, {"Effect": "Allow", "Action": "*", "Resource": "*"}), FRANKFURT)

    with pytest.raises(ClientError, match=BY_IDENTITY_POLICY):
        getattr(kms, method)(KeyId=key, **arguments)

    other = kms.create_key()["KeyMetadata"]["Arn"]
    assert kms.disable_key(KeyId=other)["ResponseMetadata"]["HTTPStatusCode"] == 200


# The operator policy.


def test_an_operator_operates_and_does_not_purge(member: LocalAws, url: str) -> None:
    operator = make_user(member, MEMBER, {"Effect": "Allow", "Action": "iam:Get*", "Resource": "*"})
    root_iam(member).attach_user_policy(UserName="mallory", PolicyArn=OPERATOR)
    sqs = sqs_of(member, operator)

    assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == sqs.list_queues()["QueueUrls"][0]
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.send_message(QueueUrl=url, MessageBody="one more")
    assert_refused(member, operator, url, "no identity-based policy allows the sqs:PurgeQueue action")
