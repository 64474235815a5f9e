"""A snapshot to test with: right as it stands, for tests to change."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

ACCOUNT = "111122223333"
MANAGER = "999988887777"
IAM = f"{ACCOUNT}/iam.json"
QUEUES = f"{ACCOUNT}/eu-west-1/queues.json"
ORGANIZATION = "organization.json"

PURGE = "arn:aws:iam::111122223333:policy/purge"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ORDERS = "arn:aws:sqs:eu-west-1:111122223333:orders"
ORDERS_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"


def allow(action: str, **more: object) -> Json:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **more}],
    }


def managed(arn: str, *versions: Json) -> Json:
    """A managed policy, the last of whose versions is the default one."""
    listed = [
        {"VersionId": f"v{number}", "IsDefaultVersion": number == len(versions), "Document": version}
        for number, version in enumerate(versions, 1)
    ]
    return {"Arn": arn, "PolicyName": arn.rpartition("/")[2], "PolicyVersionList": listed}


TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}

DETAILS: Json = {
    "UserDetailList": [
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:user/ops/alice",
            "UserId": "AIDAEXAMPLE",
            "UserPolicyList": [{"PolicyName": "mine", "PolicyDocument": allow("sqs:ListQueues")}],
            "GroupList": ["admins"],
            "AttachedManagedPolicies": [{"PolicyName": "purge", "PolicyArn": PURGE}],
            "PermissionsBoundary": {
                "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
                "PermissionsBoundaryArn": READ_ONLY,
            },
            "Tags": [{"Key": "team", "Value": ""}],
        }
    ],
    "GroupDetailList": [
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:group/admins",
            "GroupName": "admins",
            "GroupPolicyList": [{"PolicyName": "all", "PolicyDocument": allow("*")}],
            "AttachedManagedPolicies": [{"PolicyName": "purge", "PolicyArn": PURGE}],
        }
    ],
    "RoleDetailList": [
        {
            "Arn": f"arn:aws:iam::{ACCOUNT}:role/ops/drainer",
            "RoleId": "AROAEXAMPLE",
            "AssumeRolePolicyDocument": TRUST,
            "RolePolicyList": [{"PolicyName": "mine", "PolicyDocument": allow("sqs:ListQueues")}],
            "AttachedManagedPolicies": [],
            "Tags": [],
        }
    ],
    "Policies": [
        managed(PURGE, allow("sqs:*"), allow("sqs:PurgeQueue")),
        managed(READ_ONLY, allow("sqs:Get*")),
    ],
}

QUEUE_POLICY = json.dumps(
    {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "SQS:*", "Resource": ORDERS}],
    }
)

QUEUE_ATTRIBUTES: Json = {
    ORDERS_URL: {"QueueArn": ORDERS, "Policy": QUEUE_POLICY, "ApproximateNumberOfMessages": "3"},
    f"{ORDERS_URL}.fifo": {"QueueArn": f"{ORDERS}.fifo", "FifoQueue": "true"},
}

FULL_ACCESS = json.dumps(allow("*"))
TREE: Json = {
    "id": "o-exampleorgid",
    "management_account": MANAGER,
    "root": {
        "id": "r-ab12",
        "name": "Root",
        "accounts": [{"id": MANAGER, "name": "management"}],
        "units": [
            {
                "id": "ou-ab12-11111111",
                "name": "Workloads",
                "accounts": [{"id": ACCOUNT, "name": "production"}],
                "units": [],
            }
        ],
    },
    "service_control_policies": [
        {
            "id": "p-FullAWSAccess",
            "name": "FullAWSAccess",
            "document": FULL_ACCESS,
            "targets": ["r-ab12", "ou-ab12-11111111", ACCOUNT, MANAGER],
        },
        {
            "id": "p-12345678",
            "name": "deny-purge",
            "document": {"Version": "2012-10-17", "Statement": []},
            "targets": ["ou-ab12-11111111"],
        },
    ],
    "resource_control_policies": [
        {
            "id": "p-RCPFullAWSAccess",
            "name": "RCPFullAWSAccess",
            "document": json.dumps(allow("*", Principal="*")),
            "targets": ["r-ab12"],
        }
    ],
}


def files() -> Json:
    """The content of each file, by its name."""
    return deepcopy({ORGANIZATION: TREE, IAM: DETAILS, QUEUES: QUEUE_ATTRIBUTES})


def write(directory: Path, contents: Json) -> Path:
    """Write files; what is text already is written as it stands."""
    for name, content in contents.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return directory
