"""The account that is attacked: its queue, and the people who purge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from policies.document import Statement, document

if TYPE_CHECKING:
    from demo.local_aws import LocalAws

ACCOUNT = "111122223333"
QUEUE = "orders"
MESSAGES = 5

EVERYTHING_IN_SQS = Statement("Operate", ("sqs:*",), ("*",))
READING_ONLY = Statement("Read", ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"), ("*",))


@dataclass(frozen=True, slots=True)
class Shop:
    """The account, on a local AWS."""

    aws: LocalAws

    def open_queue(self, region: str) -> str:
        """Create the queue in a region, with orders in it, and return its URL."""
        sqs = self.aws.client("sqs", ACCOUNT, region)
        url: str = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        for number in range(1, MESSAGES + 1):
            sqs.send_message(QueueUrl=url, MessageBody=f"order {number}")
        return url

    def count_messages(self, url: str, region: str) -> int:
        """Return how many messages wait in the queue."""
        sqs = self.aws.client("sqs", ACCOUNT, region)
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def sign_in(self, name: str, permission: Statement, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Create an IAM user who may do what the statement says, and return the user's SQS client."""
        iam = self.aws.client("iam", ACCOUNT, region)
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="demo", PolicyDocument=document(permission))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return boto3.client(
            "sqs",
            endpoint_url=self.aws.endpoint,
            region_name=region,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )
