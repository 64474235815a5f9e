"""What roles are assumed, and what happens where AWS refuses, on a local AWS that asks IAM."""

from __future__ import annotations

import json
from pathlib import Path

from policies.snapshot import read_snapshot
from tests.demo.actions import FRANKFURT, HUB, IRELAND, MEMBER, policy
from tests.purge_guard.local_accounts import READ, Operator

WITH_ROLE = ("snapshot", "out", "--role-name", "ops/reader")
NOT_FRANKFURT = {
    "Effect": "Deny",
    "Action": "sqs:*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:RequestedRegion": FRANKFURT}},
}
AWS_POLICY = "arn:aws:iam::aws:policy/AdministratorAccess"


def everything(directory: str) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(directory).rglob("*") if path.is_file()}


def inventory_with(management_account: str) -> str:
    organization = f'organization: {{id: o-exampleorgid, management_account: "{management_account}"}}\n'
    return Path("purge-guard.yaml").read_text(encoding="utf-8") + organization


def test_a_role_is_assumed_in_each_account_the_own_one_included(operator: Operator) -> None:
    for account in (MEMBER, HUB):
        operator.let_in(account)
    operator.queue()
    operator.queue("audit.fifo", HUB, FifoQueue="true")
    result = operator.run(*WITH_ROLE)
    accounts = read_accounts()
    assert {account: sorted(queues) for account, (_, queues) in accounts.items()} == {
        MEMBER: [f"arn:aws:sqs:{IRELAND}:{MEMBER}:orders"],
        HUB: [f"arn:aws:sqs:{IRELAND}:{HUB}:audit.fifo"],
    }
    assert all(f"arn:aws:iam::{account}:role/ops/reader" in roles for account, (roles, _) in accounts.items())
    assert result.exit_code == 3
    assert "not read: the organization: AccessDenied" in result.stderr


def read_accounts() -> dict[str, tuple[list[str], list[str]]]:
    """The roles and queues of each account, whatever its organization."""
    Path("out/organization.json").write_text("null", encoding="utf-8")
    return {
        each.account.id: ([role.arn for role in each.roles], [queue.arn for queue in each.queues])
        for each in read_snapshot(Path("out")).accounts
    }


def test_the_organization_is_read_by_the_management_accounts_role(operator: Operator) -> None:
    for account in (MEMBER, HUB):
        operator.let_in(account)
    operator.run(*WITH_ROLE)
    result = operator.run(*WITH_ROLE, inventory=inventory_with(HUB))
    assert (result.exit_code, result.stderr) == (0, "")
    tree = read_snapshot(Path("out")).organization
    assert tree is not None
    assert tree.organization.management_account == HUB
    assert [policy.name for policy in tree.accounts[HUB].scps[0]] == ["FullAWSAccess"]


def test_a_policy_of_aws_that_iam_does_not_list_is_fetched(operator: Operator) -> None:
    operator.let_in(MEMBER)
    iam = operator.client("iam")
    assert iam.get_account_authorization_details()["Policies"] == []
    iam.attach_role_policy(RoleName="reader", PolicyArn=AWS_POLICY)
    operator.run(*WITH_ROLE, "--account", MEMBER)
    collected = json.loads(Path("out", MEMBER, "iam.json").read_text(encoding="utf-8"))
    assert [each["Arn"] for each in collected["Policies"]] == [AWS_POLICY]
    assert read_accounts()[MEMBER][0] == [f"arn:aws:iam::{MEMBER}:role/ops/reader"]


def test_a_role_that_cannot_be_assumed_is_named_and_the_rest_is_written(operator: Operator) -> None:
    operator.let_in(HUB)
    result = operator.run(*WITH_ROLE)
    assert result.exit_code == 3
    assert (
        f"not read: {MEMBER} production: arn:aws:iam::{MEMBER}:role/ops/reader cannot be assumed: "
        in result.stderr
    )
    assert list(read_accounts()) == [HUB]


def test_a_region_that_is_refused_is_named_and_the_others_are_written(operator: Operator) -> None:
    operator.let_in(MEMBER, READ, NOT_FRANKFURT)
    operator.queue()
    result = operator.run(*WITH_ROLE, "--account", MEMBER)
    assert result.exit_code == 3
    assert f"not read: {MEMBER} production, {FRANKFURT}: AccessDenied" in result.stderr
    assert read_accounts()[MEMBER][1] == [f"arn:aws:sqs:{IRELAND}:{MEMBER}:orders"]
    assert not Path("out", MEMBER, FRANKFURT).exists()


def test_what_was_collected_before_is_kept_where_the_account_cannot_be_read(operator: Operator) -> None:
    operator.let_in(MEMBER)
    operator.queue()
    operator.run(*WITH_ROLE, "--account", MEMBER)
    before = everything(f"out/{MEMBER}")
    operator.queue("later")
    operator.client("iam").put_role_policy(
        RoleName="reader", PolicyName="q", PolicyDocument=policy(NOT_FRANKFURT)
    )
    result = operator.run(*WITH_ROLE, "--account", MEMBER)
    assert result.exit_code == 3
    assert f"kept as it was collected before: {MEMBER} production" in result.stderr
    after = everything(f"out/{MEMBER}")
    assert b"AccessDenied" in after.pop(f"out/{MEMBER}/unread.json")
    assert after == before


def test_what_can_be_read_again_is_not_missing_any_more(operator: Operator) -> None:
    operator.let_in(MEMBER)
    operator.client("iam").put_role_policy(
        RoleName="reader", PolicyName="q", PolicyDocument=policy(NOT_FRANKFURT)
    )
    operator.run(*WITH_ROLE, "--account", MEMBER)
    assert Path("out", MEMBER, "unread.json").exists()
    operator.client("iam").delete_role_policy(RoleName="reader", PolicyName="q")
    operator.run(*WITH_ROLE, "--account", MEMBER)
    assert not Path("out", MEMBER, "unread.json").exists()


def test_a_queue_whose_own_policy_refuses_is_named_and_the_others_are_written(operator: Operator) -> None:
    operator.let_in(MEMBER)
    closed = {"Effect": "Deny", "Principal": "*", "Action": "sqs:GetQueueAttributes", "Resource": "*"}
    url = operator.queue("closed", Policy=policy(closed))
    operator.queue("open")
    result = operator.run(*WITH_ROLE, "--account", MEMBER)
    assert result.exit_code == 3
    assert f"not read: {url}: AccessDenied" in result.stderr
    assert read_accounts()[MEMBER][1] == [f"arn:aws:sqs:{IRELAND}:{MEMBER}:open"]
