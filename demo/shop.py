"""The account that is attacked: its queue, and the people who purge it or try to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from policies import naming
from policies.document import Statement, document

if TYPE_CHECKING:
    from demo.local_aws import LocalAws

Keys = tuple[str, str, str | None]
"""An access key, its secret, and the token of a session."""

ACCOUNT = "111122223333"
HERE = naming.Place(ACCOUNT, "us-east-1")
MESSAGES = 5

ADMINISTRATORS = "administrators"
ON_CALL = "on-call"

EVERYTHING_IN_SQS = Statement("Operate", ("sqs:*",), ("*",))
READING_ONLY = Statement("Read", ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), ("*",))
ASSUMING_ROLES = Statement("Assume", ("sts:AssumeRole",), ("*",))


@dataclass(frozen=True, slots=True)
class Shop:
    """The account, on a local AWS.

    Parameters
    ----------
    aws
        The local AWS.
    """

    aws: LocalAws

    def hire(self) -> None:
        """Create who was there before purge-guard: administrators, and the role of who is on call."""
        iam = self._root("iam")
        iam.create_group(GroupName=ADMINISTRATORS)
        iam.put_group_policy(
            GroupName=ADMINISTRATORS, PolicyName="demo", PolicyDocument=document(EVERYTHING_IN_SQS)
        )
        account = {"AWS": (HERE.global_arn("iam", "root"),)}
        anybody = Statement("LetTheAccountAssume", ("sts:AssumeRole",), (), principals=account)
        iam.create_role(RoleName=ON_CALL, AssumeRolePolicyDocument=document(anybody))
        iam.put_role_policy(RoleName=ON_CALL, PolicyName="demo", PolicyDocument=document(ASSUMING_ROLES))

    def open_queue(self, name: str, region: str) -> str:
        """Create a queue in a region, with messages in it and its owner in its tags, and return its URL."""
        sqs = self._root("sqs", region)
        tags = {"owner": "payments", "environment": "demo"}
        url: str = sqs.create_queue(QueueName=name, tags=tags)["QueueUrl"]
        for number in range(1, MESSAGES + 1):
            sqs.send_message(QueueUrl=url, MessageBody=f"message {number}")
        return url

    def count_messages(self, url: str, region: str) -> int:
        """Return how many messages wait in the queue."""
        answer = self._root("sqs", region).get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def user(self, name: str, permission: Statement, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Create an IAM user who may do what the statement says, and return the user's SQS client."""
        return self._sign_in("sqs", self._create_user(name, permission), region)

    def administrator(self, name: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Create an IAM user in the group of administrators, and return the user's SQS client."""
        keys = self._create_user(name, READING_ONLY)
        self._root("iam").add_user_to_group(GroupName=ADMINISTRATORS, UserName=name)
        return self._sign_in("sqs", keys, region)

    def break_glass(self, name: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Enter the break-glass role by way of the role of who is on call, and return its SQS client."""
        keys = self._create_user(name, ASSUMING_ROLES)
        for role in (ON_CALL, naming.BREAK_GLASS_ROLE):
            role_arn = HERE.global_arn("iam", f"role/{role}")
            sts = self._sign_in("sts", keys, region)
            answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=name)["Credentials"]
            keys = (answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
        return self._sign_in("sqs", keys, region)

    def _create_user(self, name: str, permission: Statement) -> Keys:
        iam = self._root("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="demo", PolicyDocument=document(permission))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"], None

    def _root(self, service: str, region: str = HERE.region) -> Any:  # noqa: ANN401 - made at run time
        return self.aws.client(service, ACCOUNT, region)

    def _sign_in(self, service: str, keys: Keys, region: str) -> Any:  # noqa: ANN401 - made at run time
        access_key, secret_key, token = keys
        return boto3.client(
            service,  # type: ignore[call-overload] # the stubs know literals only
            endpoint_url=self.aws.endpoint,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
