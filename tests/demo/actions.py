"""What people do in an AWS account, in the words of the tests."""

import json
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.credentials import Credentials

from demo.local_aws import LocalAws

Json = dict[str, Any]

MEMBER = "111122223333"
HUB = "222233334444"
OUTSIDER = "444455556666"
FRANKFURT = "eu-central-1"
IRELAND = "eu-west-1"

PURGES = {"source": ["aws.sqs"], "detail": {"eventName": ["PurgeQueue"]}}
ALLOW_SQS = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
ALLOW_ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
DENY_PURGE = {"Effect": "Deny", "Action": "sqs:PurgeQueue", "Resource": "*"}


def start_trail(aws: LocalAws, account: str, region: str, **options: object) -> None:
    cloudtrail = aws.client("cloudtrail", account, region)
    cloudtrail.create_trail(Name="trail", S3BucketName="trail", **options)
    cloudtrail.start_logging(Name="trail")


def listen(
    aws: LocalAws, account: str, region: str, pattern: Json = PURGES, bus: str = "default"
) -> Callable[[], list[Json]]:
    """Send what matches the pattern to a queue, and return how to take everything that has arrived there."""
    sqs, events = aws.client("sqs", account, region), aws.client("events", account, region)
    url = sqs.create_queue(QueueName=f"heard-on-{bus}")["QueueUrl"]
    arn = f"arn:aws:sqs:{region}:{account}:heard-on-{bus}"
    events.put_rule(Name="listen", EventBusName=bus, EventPattern=json.dumps(pattern))
    events.put_targets(Rule="listen", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def arrived() -> list[Json]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return arrived


def make_queue(aws: LocalAws, account: str, region: str, messages: int = 0) -> str:
    sqs = aws.client("sqs", account, region)
    url: str = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for number in range(messages):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    return url


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def make_user(
    aws: LocalAws, account: str, *statements: Json, name: str = "mallory", path: str = "/"
) -> Credentials:
    iam = aws.client("iam", account, "us-east-1")
    iam.create_user(UserName=name, Path=path)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def make_role(
    aws: LocalAws, account: str, name: str, trusted: Json, *statements: Json, path: str = "/"
) -> str:
    iam = aws.client("iam", account, "us-east-1")
    trust = policy({"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"})
    arn: str = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
    return arn


def assume(aws: LocalAws, role_arn: str) -> Credentials:
    account = role_arn.split(":")[4]
    # Root cannot assume a role: a user does.
    return assume_as(aws, make_user(aws, account, ALLOW_ASSUME), role_arn)


def assume_as(aws: LocalAws, who: Credentials, role_arn: str) -> Credentials:
    sts = sign_in(aws, "sts", who, FRANKFURT)
    answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="alice")["Credentials"]
    return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])


def sign_in(aws: LocalAws, service: str, credentials: Credentials, region: str) -> Any:  # noqa: ANN401 - a boto3 client
    return boto3.client(
        service,  # type: ignore[call-overload] # the stubs know literals only
        endpoint_url=aws.endpoint,
        region_name=region,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )
