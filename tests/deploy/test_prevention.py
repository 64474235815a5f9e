"""The deployed policies of an account refuse the purge of whoever bears them, as moto's IAM decides.

moto decides by the identity policies of users, groups and roles and by nothing else. What it ignores is shown
on the local AWS, in tests/demo/test_prevention.py:

- conditions: to moto nobody is exempt, so whether a denial spares the exempt roles cannot be seen here;
- the policies of queues, permissions boundaries and session policies;
- the queue that `GetQueueUrl` is about: it is judged as if it were about every resource;
- that a user needs MFA to assume a role, which its trust policy says as a condition.

Service control policies and resource control policies are ignored by moto and by the local AWS alike; they
are decided in tests/policies/prevention/test_decisions.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from policies import naming
from tests.deploy.moto_server import ACCOUNT, REGION, Keys, MotoServer, moto_server
from tests.deploy.terraform import ROOT, Deployed
from toolchain.terraform import why_provider_is_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ADMINISTRATORS = "administrators"
EVERYTHING_IN_SQS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
)
HERE = naming.Place(ACCOUNT, REGION)
MESSAGES = 3


class Account:
    """The account after the apply: its queue, and people whose keys were made before IAM was enforced."""

    def __init__(self, server: MotoServer) -> None:
        self.server = server
        iam = server.client("iam")
        self._keys = {
            "administrator": self._hire(iam, "administrator", EVERYTHING_IN_SQS),
            "colleague": self._hire(iam, "colleague", EVERYTHING_IN_SQS),
            "operator": self._hire(iam, "operator"),
        }
        iam.add_user_to_group(GroupName=ADMINISTRATORS, UserName="administrator")
        operator_policy = HERE.global_arn("iam", f"policy/{naming.OPERATOR_POLICY}")
        iam.attach_user_policy(UserName="operator", PolicyArn=operator_policy)
        self._keys["break-glass"] = self._enter_break_glass()

    def sqs(self, who: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        return self.server.client("sqs", self._keys[who])

    def count_messages(self, url: str) -> int:
        answer = self.sqs("colleague").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    @staticmethod
    def _hire(iam: Any, name: str, policy: str | None = None) -> Keys:  # noqa: ANN401 - a boto3 client
        iam.create_user(UserName=name)
        if policy is not None:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"], None

    def _enter_break_glass(self) -> Keys:
        role = HERE.global_arn("iam", f"role/{naming.BREAK_GLASS_ROLE}")
        answer = self.server.client("sts").assume_role(RoleArn=role, RoleSessionName="incident-4711")
        keys = answer["Credentials"]
        return keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """A server of its own with the one account, deployed before IAM decides every call."""
    if reason := why_provider_is_missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("prevention")
    with moto_server(folder / "moto.txt") as server:
        server.client("iam").create_group(GroupName=ADMINISTRATORS)
        environment = server.environment() | {"PURGE_GUARD_STACKS": "production"}
        Deployed.apply(folder, ROOT / "tests" / "deploy" / "prevention.yaml", environment)
        account = Account(server)
        server.enforce_iam()
        yield account


@pytest.fixture
def queue(account: Account) -> Iterator[str]:
    """A queue with messages in it, new for each test: a queue is purged once a minute at most."""
    sqs = account.sqs("colleague")
    url: str = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for number in range(MESSAGES):
        sqs.send_message(QueueUrl=url, MessageBody=f"order {number}")
    yield url
    sqs.delete_queue(QueueUrl=url)


def refusal_of(call: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    assert error["Code"] == "403"
    return str(error["Message"])


def test_without_the_deny_policy_the_purge_succeeds(account: Account, queue: str) -> None:
    account.sqs("colleague").purge_queue(QueueUrl=queue)

    assert account.count_messages(queue) == 0


def test_an_administrator_who_bears_the_deny_policy_cannot_purge(account: Account, queue: str) -> None:
    refusal = refusal_of(account.sqs("administrator").purge_queue, QueueUrl=queue)

    assert "AccessDenied" in refusal
    assert account.count_messages(queue) == MESSAGES


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        pytest.param(
            "set_queue_attributes", {"Attributes": {"MessageRetentionPeriod": "60"}}, id="retention"
        ),
        pytest.param("delete_queue", {}, id="deletion"),
        pytest.param("tag_queue", {"Tags": {"team": "mine"}}, id="tag"),
    ],
)
def test_an_administrator_cannot_purge_by_another_name(
    action: str, arguments: dict[str, Any], account: Account, queue: str
) -> None:
    assert "AccessDenied" in refusal_of(
        getattr(account.sqs("administrator"), action), QueueUrl=queue, **arguments
    )
    assert account.count_messages(queue) == MESSAGES


def test_an_administrator_still_sends_and_receives(account: Account, queue: str) -> None:
    sqs = account.sqs("administrator")

    sqs.send_message(QueueUrl=queue, MessageBody="one more")
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    assert account.count_messages(queue) == MESSAGES


def test_an_operator_operates_and_does_not_purge(account: Account, queue: str) -> None:
    sqs = account.sqs("operator")

    assert queue in sqs.list_queues()["QueueUrls"]
    sqs.send_message(QueueUrl=queue, MessageBody="one more")
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=1)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    assert "AccessDenied" in refusal_of(sqs.purge_queue, QueueUrl=queue)
    assert account.count_messages(queue) == MESSAGES


def test_the_break_glass_role_finds_a_queue_and_purges_it(account: Account, queue: str) -> None:
    sqs = account.sqs("break-glass")

    assert queue in sqs.list_queues()["QueueUrls"]
    sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
    sqs.purge_queue(QueueUrl=queue)

    assert account.count_messages(queue) == 0


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        pytest.param("send_message", {"MessageBody": "forged"}, id="send"),
        pytest.param("receive_message", {}, id="receive"),
        pytest.param("delete_queue", {}, id="delete"),
    ],
)
def test_the_break_glass_role_does_nothing_else(
    action: str, arguments: dict[str, Any], account: Account, queue: str
) -> None:
    assert "AccessDenied" in refusal_of(
        getattr(account.sqs("break-glass"), action), QueueUrl=queue, **arguments
    )


def test_keys_that_iam_has_not_given_out_are_refused(account: Account) -> None:
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        account.server.client("iam").get_role(RoleName=naming.BREAK_GLASS_ROLE)
