"""Snapshots to ask about, written as AWS puts them out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

OURS, OUTSIDER, MANAGEMENT = "111122223333", "444455556666", "999988887777"
ORDERS = f"arn:aws:sqs:eu-west-1:{OURS}:orders"
IAM = f"{OURS}/iam.json"
QUEUES = f"{OURS}/eu-west-1/queues.json"
ORGANIZATION = "organization.json"
PURGER = f"arn:aws:iam::{OURS}:role/purger"


def allow(action: object = "sqs:PurgeQueue", **elements: object) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": "*", **elements}


def document(*statements: object) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(
    policy: object, *, path: str = "/", name: str = "purger", account: str = OURS, **more: object
) -> Json:
    return {
        "Path": path,
        "RoleName": name,
        "RoleId": f"AROA{name}",
        "Arn": f"arn:aws:iam::{account}:role{path}{name}",
        "AssumeRolePolicyDocument": document(
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ),
        "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": policy}],
        "AttachedManagedPolicies": [],
        "Tags": [],
        **more,
    }


def managed(arn: str, *versions: Json) -> Json:
    """A managed policy, the last of whose versions is the default one."""
    listed = [
        {"VersionId": f"v{number}", "IsDefaultVersion": number == len(versions), "Document": version}
        for number, version in enumerate(versions, 1)
    ]
    return {"Arn": arn, "PolicyName": arn.rpartition("/")[2], "PolicyVersionList": listed}


def iam(*roles: Json, policies: tuple[Json, ...] = ()) -> Json:
    return {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": list(roles),
        "Policies": list(policies),
        "IsTruncated": False,
    }


def queues(*policies: Json | None) -> Json:
    """The queue of orders, and more of them, each with a policy or none."""
    found: Json = {}
    for number, policy in enumerate(policies or (None,), 1):
        name = "orders" if number == 1 else f"orders{number}"
        attributes = {"QueueArn": f"arn:aws:sqs:eu-west-1:{OURS}:{name}"}
        if policy:
            attributes["Policy"] = json.dumps(policy)
        found[f"https://sqs.eu-west-1.amazonaws.com/{OURS}/{name}"] = attributes
    return found


def organization(scp: Json, rcp: Json | None = None) -> Json:
    """An organization of our account and the management account, an SCP and an RCP at its root."""
    everything = json.dumps(document(allow("*")))
    levels = ["r-ab12", OURS, MANAGEMENT]
    return {
        "id": "o-exampleorgid",
        "management_account": MANAGEMENT,
        "root": {
            "id": "r-ab12",
            "name": "Root",
            "accounts": [{"id": OURS, "name": "production"}, {"id": MANAGEMENT, "name": "management"}],
            "units": [],
        },
        "service_control_policies": [
            {"id": "p-FullAWSAccess", "name": "FullAWSAccess", "document": everything, "targets": levels},
            {"id": "p-scp", "name": "scp", "document": json.dumps(scp), "targets": ["r-ab12"]},
        ],
        "resource_control_policies": rcp
        and [{"id": "p-rcp", "name": "rcp", "document": json.dumps(rcp), "targets": ["r-ab12"]}],
    }


def write(directory: Path, **files: object) -> Path:
    """Write `iam`, `queues` and `organization`, each right unless given; text is written as it stands."""
    contents = {"iam": iam(role(document(allow()))), "queues": queues(), "organization": None, **files}
    names = {
        "iam": IAM,
        "queues": QUEUES,
        "organization": ORGANIZATION,
        "management": f"{MANAGEMENT}/iam.json",
    }
    for key, content in contents.items():
        path = directory / names[key]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return directory
