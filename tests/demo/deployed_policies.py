"""What an account's stack deploys against purges, put in place without Terraform: the same documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming

if TYPE_CHECKING:
    from demo.local_aws import LocalAws
    from tests.stacks.synthesis import Stack


def put_in_place(aws: LocalAws, stack: Stack) -> None:
    """Create the managed policies and the break-glass role of a stack in its account."""
    iam = aws.client("iam", stack.account, "us-east-1")
    for policy in stack.of_type("aws_iam_policy"):
        iam.create_policy(PolicyName=policy["name"], PolicyDocument=policy["policy"])
    role = stack.named("aws_iam_role", naming.BREAK_GLASS_ROLE)
    iam.create_role(RoleName=role["name"], AssumeRolePolicyDocument=role["assume_role_policy"])
    for inline in stack.of_type("aws_iam_role_policy"):
        if stack.referred(inline["role"]) == role:
            iam.put_role_policy(
                RoleName=role["name"], PolicyName=inline["name"], PolicyDocument=inline["policy"]
            )


def policy_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:policy/{name}"


def role_arn(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"
