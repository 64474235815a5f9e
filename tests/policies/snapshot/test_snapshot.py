from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from policies.evaluation.account import Account, Organization
from policies.snapshot import Snapshot, SnapshotError, read_snapshot
from tests.policies.snapshot.world import (
    ACCOUNT,
    DETAILS,
    IAM,
    MANAGER,
    ORDERS,
    ORDERS_URL,
    ORGANIZATION,
    PURGE,
    QUEUE_ATTRIBUTES,
    QUEUES,
    READ_ONLY,
    TREE,
    Json,
    allow,
    files,
    managed,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from policies.evaluation.policy import Policy


ONE_PAGE = json.dumps({key: [] for key in DETAILS} | {"IsTruncated": True})


def read(directory: Path, contents: Json) -> Snapshot:
    return read_snapshot(write(directory, contents))


def granted(policies: tuple[Policy, ...]) -> dict[str, str]:
    """What each policy's only statement allows, by the policy's name."""
    return {policy.name: "".join(policy.document.statements[0].actions or ()) for policy in policies}


def test_a_user_has_its_own_policies_and_those_of_its_groups_each_once(tmp_path: Path) -> None:
    (account,) = read(tmp_path, files()).accounts
    (alice,) = account.users
    assert (alice.arn, alice.id) == (f"arn:aws:iam::{ACCOUNT}:user/ops/alice", "AIDAEXAMPLE")
    assert alice.groups == ("admins",)
    assert alice.tags == {"team": ""}
    assert [(policy.name, policy.kind) for policy in alice.identity] == [
        ("mine", "identity"),
        (PURGE, "identity"),
        ("all of the group admins", "identity"),
    ]


def test_only_the_default_version_of_a_managed_policy_counts(tmp_path: Path) -> None:
    (account,) = read(tmp_path, files()).accounts
    assert granted(account.users[0].identity)[PURGE] == "sqs:PurgeQueue"


def test_a_boundary_is_the_managed_policy_it_names(tmp_path: Path) -> None:
    (account,) = read(tmp_path, files()).accounts
    boundary = account.users[0].boundary
    assert boundary is not None
    assert (boundary.kind, granted((boundary,))) == ("boundary", {READ_ONLY: "sqs:Get*"})
    assert account.roles[0].boundary is None


def test_a_role_keeps_who_may_assume_it(tmp_path: Path) -> None:
    (account,) = read(tmp_path, files()).accounts
    (drainer,) = account.roles
    assert drainer.arn == f"arn:aws:iam::{ACCOUNT}:role/ops/drainer"
    assert drainer.trust is not None
    assert drainer.trust.statements[0].actions == ("sts:AssumeRole",)


def test_queues_have_the_policy_that_stands_in_their_attributes(tmp_path: Path) -> None:
    (account,) = read(tmp_path, files()).accounts
    orders, fifo = account.queues
    assert (orders.arn, orders.url) == (ORDERS, ORDERS_URL)
    assert orders.policy is not None
    assert (orders.policy.kind, granted((orders.policy,))) == ("queue", {ORDERS: "SQS:*"})
    assert (fifo.arn, fifo.policy) == (f"{ORDERS}.fifo", None)


def test_an_account_has_the_policies_of_every_level_above_it(tmp_path: Path) -> None:
    snapshot = read(tmp_path, files())
    account = snapshot.accounts[0].account
    assert account.organization == Organization("o-exampleorgid", MANAGER)
    assert account.path == "o-exampleorgid/r-ab12/ou-ab12-11111111/"
    assert [[policy.name for policy in level] for level in account.scps] == [
        ["FullAWSAccess"],
        ["FullAWSAccess", "deny-purge"],
        ["FullAWSAccess"],
    ]
    assert [[policy.name for policy in level] for level in account.rcps] == [["RCPFullAWSAccess"], [], []]


def test_accounts_of_the_organization_are_known_though_they_were_not_collected(tmp_path: Path) -> None:
    tree = read(tmp_path, files()).organization
    assert tree is not None
    assert (tree.accounts[MANAGER].is_management, tree.accounts[MANAGER].path) == (
        True,
        "o-exampleorgid/r-ab12/",
    )


def test_a_kind_of_policies_that_is_not_used_limits_nothing(tmp_path: Path) -> None:
    contents = files()
    contents[ORGANIZATION]["service_control_policies"] = None
    assert read(tmp_path, contents).accounts[0].account.scps == ()


def test_without_an_organization_an_account_stands_alone(tmp_path: Path) -> None:
    snapshot = read(tmp_path, files() | {ORGANIZATION: None})
    assert (snapshot.organization, snapshot.accounts[0].account) == (None, Account(ACCOUNT))


def test_an_account_outside_the_organization_stands_alone(tmp_path: Path) -> None:
    contents = files() | {"444455556666/iam.json": {key: [] for key in DETAILS}}
    assert read(tmp_path, contents).accounts[1].account == Account("444455556666")


@pytest.mark.parametrize(
    "spelled",
    [json.dumps, lambda document: quote(json.dumps(document), safe=""), lambda document: document],
    ids=["text", "url-encoded, as the API answers", "decoded, as boto3 and the CLI give it"],
)
def test_a_document_may_be_text_or_url_encoded_or_decoded(
    spelled: Callable[[Json], object], tmp_path: Path
) -> None:
    contents = files()
    document = allow("sqs:PurgeQueue", Sid="with+plus%20and space")
    contents[IAM]["Policies"] = [managed(PURGE, document), managed(READ_ONLY, document)]
    for version in contents[IAM]["Policies"]:
        version["PolicyVersionList"][0]["Document"] = spelled(document)
    (account,) = read(tmp_path, contents).accounts
    policy = next(each for each in account.users[0].identity if each.name == PURGE)
    assert policy.document.statements[0].sid == "with+plus%20and space"


def test_each_distinct_document_is_one_object_however_many_bear_it(tmp_path: Path) -> None:
    contents = files()
    (role,) = contents[IAM]["RoleDetailList"]
    contents[IAM]["RoleDetailList"] = [role | {"Arn": f"{role['Arn']}{number}"} for number in range(50)]
    policy = QUEUE_ATTRIBUTES[ORDERS_URL]["Policy"]
    contents[QUEUES] = {
        f"{ORDERS_URL}{number}": {"QueueArn": f"{ORDERS}{number}", "Policy": policy} for number in range(50)
    }
    (account,) = read(tmp_path, contents).accounts
    assert len({id(policy) for role in account.roles for policy in role.identity}) == 1
    assert len({id(role.trust) for role in account.roles}) == 1
    assert len({id(queue.policy.document) for queue in account.queues if queue.policy}) == 1
    assert len(account.queues) == 50


@pytest.mark.parametrize(
    "together",
    [list, lambda pages: "\n".join(map(json.dumps, pages)), lambda pages: "".join(map(json.dumps, pages))],
    ids=["list", "lines", "one-after-the-other"],
)
def test_pages_may_be_put_together_in_any_way(
    together: Callable[[list[Json]], object], tmp_path: Path
) -> None:
    nothing = json.loads(ONE_PAGE) | {"Marker": "m"}
    pages = [
        nothing | {"Policies": DETAILS["Policies"], "RoleDetailList": DETAILS["RoleDetailList"]},
        nothing | {"GroupDetailList": DETAILS["GroupDetailList"]},
        {**nothing, "UserDetailList": DETAILS["UserDetailList"], "IsTruncated": False},
    ]

    assert _one_account(tmp_path / "pages", files() | {IAM: together(pages)}) == _one_account(
        tmp_path / "whole", files()
    )


def _one_account(directory: Path, contents: Json) -> dict[str, dict[str, str]]:
    (account,) = read(directory, contents).accounts
    users = {user.arn: granted(user.identity) for user in account.users}
    return users | {role.arn: granted(role.identity) for role in account.roles}


@pytest.mark.parametrize(
    "output",
    [
        {"Attributes": QUEUE_ATTRIBUTES[ORDERS_URL]},
        {"Attributes": {"Policy": QUEUE_ATTRIBUTES[ORDERS_URL]["Policy"]}},
        {"Policy": QUEUE_ATTRIBUTES[ORDERS_URL]["Policy"]},
    ],
    ids=["whole-output", "policy-alone", "attribute-alone"],
)
def test_a_queue_is_known_by_its_url_and_its_output_may_be_whole(output: Json, tmp_path: Path) -> None:
    (account,) = read(tmp_path, files() | {QUEUES: {ORDERS_URL: output}}).accounts

    (queue,) = account.queues
    assert queue.arn == ORDERS
    assert queue.policy is not None


def test_what_decides_little_may_be_left_out(tmp_path: Path) -> None:
    contents = files()
    for member in ("RoleId", "AssumeRolePolicyDocument"):
        del contents[IAM]["RoleDetailList"][0][member]
    del contents[IAM]["UserDetailList"][0]["UserId"]

    (account,) = read(tmp_path, contents).accounts

    assert (account.roles[0].id, account.roles[0].trust, account.users[0].id) == (None, None, None)


def test_a_policy_that_nobody_has_need_not_be_right(tmp_path: Path) -> None:
    contents = files()
    contents[IAM]["Policies"].append(managed("arn:aws:iam::aws:policy/Unused", {"Statement": "?"}))
    assert len(read(tmp_path, contents).accounts) == 1


def test_china_is_another_partition_and_nothing_else(tmp_path: Path) -> None:
    text = json.dumps(DETAILS).replace("arn:aws:", "arn:aws-cn:")
    queues = (
        json.dumps(QUEUE_ATTRIBUTES).replace("arn:aws:", "arn:aws-cn:").replace("eu-west-1", "cn-north-1")
    )
    contents = {ORGANIZATION: None, IAM: text, f"{ACCOUNT}/cn-north-1/queues.json": queues}
    (account,) = read(tmp_path, contents).accounts
    assert account.queues[0].arn == f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:orders"
    assert account.users[0].arn == f"arn:aws-cn:iam::{ACCOUNT}:user/ops/alice"


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    assert read(tmp_path, files() | {IAM: "\ufeff" + json.dumps(DETAILS)}).accounts[0].users


def test_what_is_no_account_or_region_is_not_read(tmp_path: Path) -> None:
    directory = write(tmp_path, files() | {"notes/all.json": "?", f"{ACCOUNT}/notes/all.json": "?"})
    assert len(read_snapshot(directory).accounts) == 1


@pytest.mark.parametrize(
    ("misplaced", "named"),
    [
        ("production/iam.json", "production: this would not be read: iam.json belongs"),
        ("1111-2222-3333/iam.json", "1111-2222-3333: this would not be read"),
        ("iam.json", "iam.json: this would not be read: iam.json belongs into a directory named like 1111"),
        (f"{ACCOUNT}/EU-WEST-1/queues.json", "EU-WEST-1: this would not be read: queues.json belongs"),
        (f"{ACCOUNT}/queues.json", "queues.json belongs into a directory named like eu-west-1"),
        ("444455556666", "444455556666: this is no directory"),
        (f"{ACCOUNT}/eu-west-2", "eu-west-2: this is no directory"),
    ],
)
def test_what_stands_where_nobody_would_read_it_is_said(misplaced: str, named: str, tmp_path: Path) -> None:
    directory = write(tmp_path, files() | {misplaced: {}})
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(directory)
    assert str(caught.value).startswith(str(directory))
    assert named in str(caught.value)


def test_an_account_that_is_a_broken_link_is_said(tmp_path: Path) -> None:
    directory = write(tmp_path, files())
    (directory / "444455556666").symlink_to("gone")
    with pytest.raises(SnapshotError, match="444455556666: this is no directory"):
        read_snapshot(directory)


@pytest.mark.parametrize("policy", [{}, [], False])
def test_what_is_no_policy_does_not_pass_for_none(policy: object, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=re.escape(f"{QUEUES}: {ORDERS_URL}.Policy: ")):
        read(tmp_path, _change(QUEUES, ORDERS_URL, "Policy", to=policy)())


def _change(name: str, *way: str | int, to: object) -> Callable[[], Json]:
    """Return a way to make the files with one value changed; ``...`` removes it."""

    def changed() -> Json:
        contents = files()
        value = contents[name]
        for step in way[:-1]:
            value = value[step]
        if to is ...:
            del value[way[-1]]
        else:
            value[way[-1]] = to
        return contents

    return changed


ROLE = ("RoleDetailList", 0)
USER = ("UserDetailList", 0)
TWICE = {"id": "ou-ab12-11111111", "name": "again", "accounts": [], "units": []}
STRANGER = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (dict, "organization.json: missing: "),
        (lambda: {ORGANIZATION: TREE}, ": no account is in it: "),
        (lambda: {ORGANIZATION: TREE, QUEUES: {}}, f"{IAM}: missing: "),
        (
            lambda: files() | {f"{ACCOUNT}/us-east-1/other.json": "{}"},
            f"{ACCOUNT}/us-east-1/queues.json: missing",
        ),
        (lambda: files() | {IAM: "{"}, f"{IAM}: line 1, column 2: not JSON"),
        (lambda: files() | {IAM: '{"a": 1, "a": 2}'}, f"{IAM}: the key a is repeated"),
        (lambda: files() | {IAM: '{"b": [{"a": 1, "a": 2}]}'}, f"{IAM}: b[0]: the key a is repeated"),
        (lambda: files() | {IAM: '{"\\u001b": [{"a": 1, "a": 2}]}'}, f"{IAM}: \\x1b[0]: the key a"),
        (lambda: files() | {IAM: "[" * 100_000}, f"{IAM}: nested too deeply"),
        (lambda: files() | {IAM: []}, f"{IAM}: write an object"),
        (lambda: files() | {IAM: {}}, f"{IAM}: Policies is missing"),
        (_change(IAM, "IsTruncated", to=True), f"{IAM}: IsTruncated: this is one page of several"),
        (_change(IAM, "NextToken", to="abc"), f"{IAM}: NextToken: this is one page of several"),
        (
            _change(IAM, "Policies", to=DETAILS["Policies"] * 2),
            f"{IAM}: Policies[{len(DETAILS['Policies'])}].Arn: this is repeated",
        ),
        (
            _change(IAM, "GroupDetailList", to=DETAILS["GroupDetailList"] * 2),
            f"{IAM}: GroupDetailList[1].GroupName: this is repeated",
        ),
        (_change(IAM, "RoleDetailList", to={}), f"{IAM}: RoleDetailList: write a list"),
        (_change(IAM, *ROLE, to="x"), f"{IAM}: RoleDetailList[0]: write an object"),
        (_change(IAM, *ROLE, "Arn", to=...), f"{IAM}: RoleDetailList[0]: Arn is missing"),
        (_change(IAM, *ROLE, "Arn", to=7), f"{IAM}: RoleDetailList[0].Arn: this is no ARN of the account"),
        (_change(IAM, *ROLE, "RoleId", to=None), f"{IAM}: RoleDetailList[0].RoleId: write text"),
        (
            _change(IAM, *ROLE, "Arn", to="arn:aws:iam::444455556666:role/drainer"),
            f"{IAM}: RoleDetailList[0].Arn: this is no ARN of the account {ACCOUNT}",
        ),
        (
            _change(IAM, "RoleDetailList", to=DETAILS["RoleDetailList"] * 2),
            f"{IAM}: RoleDetailList[1].Arn: this ARN is repeated",
        ),
        (
            _change(IAM, *ROLE, "RolePolicyList", 0, "PolicyDocument", "Statement", 0, "Effect", to="allow"),
            f"{IAM}: RoleDetailList[0].RolePolicyList[0].PolicyDocument: Statement[0].Effect: write",
        ),
        (
            _change(IAM, *ROLE, "RolePolicyList", 0, "PolicyDocument", to="%7B%22Statement"),
            f"{IAM}: RoleDetailList[0].RolePolicyList[0].PolicyDocument: line 1, column 2: not JSON",
        ),
        (
            _change(IAM, *ROLE, "RolePolicyList", 0, "PolicyDocument", to=allow("*", Principal="*")),
            f"{IAM}: RoleDetailList[0].RolePolicyList[0].PolicyDocument: Statement[0]: a policy of",
        ),
        (
            _change(IAM, *USER, "GroupList", 0, to="gone"),
            f"{IAM}: UserDetailList[0].GroupList[0]: GroupDetailList",
        ),
        (
            _change(IAM, *USER, "AttachedManagedPolicies", 0, "PolicyArn", to=f"{PURGE}2"),
            f"{IAM}: UserDetailList[0].AttachedManagedPolicies[0].PolicyArn: Policies does not have",
        ),
        (
            _change(IAM, *USER, "PermissionsBoundary", "PermissionsBoundaryArn", to=f"{PURGE}2"),
            f"{IAM}: UserDetailList[0].PermissionsBoundary.PermissionsBoundaryArn: Policies does not have",
        ),
        (
            _change(IAM, "Policies", 0, "PolicyVersionList", 0, "IsDefaultVersion", to=True),
            f"{IAM}: Policies[0].PolicyVersionList: exactly one version",
        ),
        (
            _change(IAM, *USER, "Tags", 0, "Value", to=[]),
            f"{IAM}: UserDetailList[0].Tags[0].Value: write text",
        ),
        (lambda: files() | {QUEUES: []}, f"{QUEUES}: write an object"),
        (_change(QUEUES, ORDERS_URL, to=[]), f"{QUEUES}: {ORDERS_URL}: write an object"),
        (
            _change(QUEUES, "https://elsewhere.example/orders", to={"Policy": ""}),
            f"{QUEUES}: https://elsewhere.example/orders: this is no queue of the account {ACCOUNT} in",
        ),
        (lambda: files() | {QUEUES: "{}{}"}, f"{QUEUES}: [1]: write one JSON text"),
        (lambda: files() | {IAM: f"{ONE_PAGE} []"}, f"{IAM}: [1]: write an object"),
        (lambda: files() | {IAM: f"{ONE_PAGE} {{"}, f"{IAM}: line 1, column "),
        (lambda: files() | {IAM: [json.loads(ONE_PAGE)]}, f"{IAM}: [0].IsTruncated: this is one page of"),
        (
            _change(QUEUES, ORDERS_URL, "QueueArn", to=ORDERS.replace("eu-west-1", "eu-west-2")),
            f"{QUEUES}: {ORDERS_URL}.QueueArn: this is no queue of the account {ACCOUNT} in eu-west-1",
        ),
        (
            _change(QUEUES, "https://elsewhere.example/orders", to={"QueueArn": ORDERS}),
            f"{QUEUES}: https://elsewhere.example/orders.QueueArn: this ARN is repeated",
        ),
        (_change(QUEUES, ORDERS_URL, "Policy", to="{"), f"{QUEUES}: {ORDERS_URL}.Policy: line 1, column 2"),
        (
            _change(QUEUES, ORDERS_URL, "Policy", to=json.dumps({"Statement": STRANGER})),
            f"{QUEUES}: {ORDERS_URL}.Policy: Statement[0]: a policy of kind queue names no principal",
        ),
        (_change(ORGANIZATION, "id", to=...), "organization.json: id is missing"),
        (
            _change(ORGANIZATION, "management_account", to="management"),
            "organization.json: management_account: write the twelve digits",
        ),
        (
            _change(ORGANIZATION, "management_account", to="444455556666"),
            "organization.json: management_account: the tree does not have this account",
        ),
        (
            _change(ORGANIZATION, "service_control_policies", to=...),
            "organization.json: service_control_policies is",
        ),
        (
            _change(ORGANIZATION, "root", "units", 0, "units", to=[TWICE]),
            "organization.json: root.units[0].units[0].id: this stands in the tree twice",
        ),
        (
            _change(ORGANIZATION, "root", "accounts", 0, "id", to="r-99"),
            "organization.json: root.accounts[0].id: write the twelve digits of an account as text",
        ),
        (
            _change(ORGANIZATION, "service_control_policies", 1, "targets", to=["ou-ab12-99999999"]),
            "organization.json: service_control_policies[1].targets[0]: the tree does not have this",
        ),
        (
            _change(ORGANIZATION, "service_control_policies", 1, "document", to="{}"),
            "organization.json: service_control_policies[1].document: Statement: missing",
        ),
        (
            _change(ORGANIZATION, "resource_control_policies", 0, "document", to=allow("*")),
            "organization.json: resource_control_policies[0].document: Statement[0]: a policy of kind rcp",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_file_and_place(
    contents: Callable[[], Json], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(SnapshotError) as caught:
        read(tmp_path, contents())
    assert sentence in str(caught.value)


def test_what_is_not_utf8_is_said(tmp_path: Path) -> None:
    directory = write(tmp_path, files())
    (directory / IAM).write_bytes(json.dumps(DETAILS).encode("utf-16"))
    with pytest.raises(SnapshotError, match=f"^{IAM}: not UTF-8"):
        read_snapshot(directory)


def test_a_directory_where_a_file_should_be_is_said(tmp_path: Path) -> None:
    directory = write(tmp_path, {ORGANIZATION: TREE})
    (directory / IAM).mkdir(parents=True)
    with pytest.raises(SnapshotError, match=f"^{IAM}: this is no file"):
        read_snapshot(directory)


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    directory = write(tmp_path, files())
    (directory / IAM).unlink()
    os.mkfifo(directory / IAM)
    with pytest.raises(SnapshotError, match=f"^{IAM}: this is no file"):
        read_snapshot(directory)


def test_what_was_not_read_is_part_of_the_snapshot(tmp_path: Path) -> None:
    contents = files() | {
        "unread.json": ["organization: AccessDenied"],
        f"{ACCOUNT}/unread.json": [f"{ACCOUNT} eu-west-1: not enabled"],
        "444455556666/unread.json": ["444455556666: the role cannot be assumed"],
    }

    snapshot = read(tmp_path, contents)

    assert [account.account.id for account in snapshot.accounts] == [ACCOUNT]
    assert snapshot.unread == (
        "organization: AccessDenied",
        f"{ACCOUNT} eu-west-1: not enabled",
        "444455556666: the role cannot be assumed",
    )


def test_where_no_account_could_be_read_the_reason_is_said(tmp_path: Path) -> None:
    contents = {ORGANIZATION: TREE, f"{ACCOUNT}/unread.json": [f"{ACCOUNT}, IAM: AccessDenied"]}
    with pytest.raises(
        SnapshotError, match=f"no account could be read: {ACCOUNT}, IAM: AccessDenied: collect"
    ):
        read(tmp_path, contents)
