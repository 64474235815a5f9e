"""An operator of the security account, on a local AWS that asks IAM before every call."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner, Result

from purge_guard.cli import app
from tests.demo.actions import FRANKFURT, HUB, IRELAND, MEMBER, Json, make_role, make_user

if TYPE_CHECKING:
    import pytest

    from demo.local_aws import LocalAws

INVENTORY = f"""
version: 1
hub: {{account: "{HUB}", region: {IRELAND}}}
alerts: {{subscriptions: [{{protocol: email, endpoint: security@example.com}}]}}
accounts:
  - {{id: "{MEMBER}", name: production, regions: [{IRELAND}, {FRANKFURT}], trail: {{mode: create}}}}
  - {{id: "{HUB}", name: security, regions: [{IRELAND}], trail: {{mode: create}}}}
"""

ASSUME = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::*:role/ops/reader"}
READ = {
    "Effect": "Allow",
    "Action": [
        "iam:GetAccountAuthorizationDetails",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "organizations:Describe*",
        "organizations:List*",
        "sqs:GetQueueAttributes",
        "sqs:ListQueues",
    ],
    "Resource": "*",
}


@dataclass(frozen=True)
class Operator:
    """A user of the security account who may do nothing but assume the role `ops/reader`."""

    aws: LocalAws

    def let_in(self, account: str, *statements: Json) -> None:
        """Make the role in an account, with some permissions."""
        trusted = {"AWS": f"arn:aws:iam::{HUB}:root"}
        make_role(self.aws, account, "reader", trusted, *(statements or (READ,)), path="/ops/")

    def client(self, service: str, account: str = MEMBER, region: str = IRELAND) -> Any:  # noqa: ANN401 - made at run time
        return self.aws.client(service, account, region)

    def queue(
        self, name: str = "orders", account: str = MEMBER, region: str = IRELAND, **attributes: str
    ) -> str:
        sqs = self.client("sqs", account, region)
        url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url

    def run(self, *arguments: str, inventory: str = INVENTORY) -> Result:
        Path("purge-guard.yaml").write_text(inventory, encoding="utf-8")
        return CliRunner().invoke(app, arguments)


def operator_on(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Sign the operator in: from here on boto3 finds the operator's credentials, and the local AWS."""
    user = make_user(aws, HUB, ASSUME)
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in (
        aws.environment(HUB)
        | {
            "AWS_ACCESS_KEY_ID": user.access_key,
            "AWS_SECRET_ACCESS_KEY": user.secret_key,
        }
    ).items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    return Operator(aws)
