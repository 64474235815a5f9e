"""Accounts on moto, and the inventory that lists them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
from typer.testing import CliRunner, Result

from purge_guard.cli import app

ACCOUNT = "111122223333"
HUB = "222233334444"
MANAGER = "999988887777"
IRELAND = "eu-west-1"
FRANKFURT = "eu-central-1"

Json = dict[str, Any]

INVENTORY = f"""
version: 1
hub: {{account: "{HUB}", region: {IRELAND}}}
alerts: {{subscriptions: [{{protocol: email, endpoint: security@example.com}}]}}
accounts:
  - {{id: "{ACCOUNT}", name: production, regions: [{IRELAND}, {FRANKFURT}], trail: {{mode: create}}}}
  - {{id: "{HUB}", name: security, regions: [{IRELAND}], trail: {{mode: create}}}}
"""

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class MotoAccounts:
    """What people make in the accounts, and what a command makes of it."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, str, str], Any] = {}

    def assume(self, account: str, role: str) -> dict[str, str]:
        """Return the environment of whoever acts in a role, which moto does not ask to exist."""
        credentials = (
            boto3.session.Session()
            .client("sts", region_name=IRELAND)
            .assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="test")["Credentials"]
        )
        return {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }

    def client(self, service: str, region: str = IRELAND, account: str = ACCOUNT) -> Any:  # noqa: ANN401 - made at run time
        """Return a client in an account, always the same one: making one takes longer than its calls."""
        place = (service, region, account)
        if place not in self._clients:
            credentials = self.assume(account, "test")
            self._clients[place] = boto3.session.Session(
                credentials["AWS_ACCESS_KEY_ID"],
                credentials["AWS_SECRET_ACCESS_KEY"],
                credentials["AWS_SESSION_TOKEN"],
            ).client(service, region_name=region)  # type: ignore[call-overload] # the stubs know literals only
        return self._clients[place]

    def queue(
        self, name: str = "orders", region: str = IRELAND, account: str = ACCOUNT, **attributes: str
    ) -> str:
        sqs = self.client("sqs", region, account)
        url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def role(self, name: str = "drainer", account: str = ACCOUNT) -> None:
        trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        iam = self.client("iam", account=account)
        iam.create_role(RoleName=name, Path="/ops/", AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(ALL))

    def run(self, *arguments: str, inventory: str = INVENTORY) -> Result:
        Path("purge-guard.yaml").write_text(inventory, encoding="utf-8")
        return CliRunner().invoke(app, arguments)


def content(*path: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(Path(*path).read_text(encoding="utf-8"))
