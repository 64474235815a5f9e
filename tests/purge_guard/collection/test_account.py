from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.stub import Stubber

from policies.snapshot import read_snapshot
from purge_guard.collection.account import collect_details, collect_queues
from purge_guard.collection.files import store_organization, write_json
from tests.purge_guard.on_moto import ACCOUNT, ALL, IRELAND, MotoAccounts, policy

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from purge_guard.collection.unread import Unread

SHOWN = "arn:aws:iam::111122223333:policy/purge"
HIDDEN = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def collected_queues(moto: MotoAccounts) -> tuple[dict[str, Any], list[Unread]]:
    left_out: list[Unread] = []
    return collect_queues(moto.client("sqs"), left_out.append), left_out


def test_queues_of_every_page_are_read(moto: MotoAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("purge_guard.collection.account.QUEUES_PER_PAGE", 2)
    urls = {moto.queue(f"queue-{number}") for number in range(5)}
    assert set(collected_queues(moto)[0]) == urls


def test_more_queues_are_read_than_one_answer_of_sqs_can_list(moto: MotoAccounts) -> None:
    sqs = moto.client("sqs")
    for number in range(1_001):
        sqs.create_queue(QueueName=f"queue-{number}")
    assert len(sqs.list_queues()["QueueUrls"]) == 1_000
    assert len(collected_queues(moto)[0]) == 1_001


def test_a_queue_has_all_its_attributes(moto: MotoAccounts) -> None:
    own = policy(ALL | {"Principal": "*"})
    url = moto.queue("orders.fifo", FifoQueue="true", Policy=own)
    queues, left_out = collected_queues(moto)
    assert left_out == []
    attributes = queues[url]
    assert attributes["QueueArn"] == f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:orders.fifo"
    assert (attributes["FifoQueue"], attributes["Policy"]) == ("true", own)
    assert attributes["VisibilityTimeout"] == "30"


def test_a_queue_that_is_deleted_meanwhile_is_named_and_the_others_are_read(moto: MotoAccounts) -> None:
    gone, stays = moto.queue("gone"), moto.queue("stays")
    sqs = moto.client("sqs")
    left_out: list[Unread] = []
    sqs.meta.events.register("after-call.sqs.ListQueues", lambda **_: sqs.delete_queue(QueueUrl=gone))
    assert set(collect_queues(sqs, left_out.append)) == {stays}
    (unread,) = left_out
    assert unread.what == gone
    assert "NonExistentQueue" in unread.why


def entity(name: str, kind: str, *attached: str, boundary: str | None = None) -> dict[str, Any]:
    """A user or role as IAM's API lists it, its trust policy URL-encoded."""
    made: dict[str, Any] = {
        "Arn": f"arn:aws:iam::{ACCOUNT}:{kind.lower()}/{name}",
        "Path": "/",
        f"{kind}Name": name,
        f"{kind}Id": f"{name}EXAMPLE-EXAMPLE",
        "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": arn} for arn in attached],
    }
    if kind == "Role":
        made["AssumeRolePolicyDocument"] = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D"
    if boundary:
        made["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
    return made


def version(number: int, document: str) -> dict[str, Any]:
    return {"VersionId": f"v{number}", "IsDefaultVersion": True, "Document": document}


def test_users_and_roles_of_every_page_are_read_and_every_policy_that_they_have(
    moto: MotoAccounts, tmp_path: Path
) -> None:
    """On botocore's Stubber: moto and ministack put everything on one page.

    The one who may purge is on the second page, his policy on the first, and what bounds him on none.
    """
    iam = moto.client("iam")
    with Stubber(iam) as stub:
        first = {
            "IsTruncated": True,
            "Marker": "m",
            "RoleDetailList": [entity("zoe", "Role")],
            "Policies": [{"Arn": SHOWN, "PolicyVersionList": [version(1, policy(ALL))]}],
        }
        second = {
            "IsTruncated": False,
            "RoleDetailList": [entity("purger", "Role", SHOWN, boundary=HIDDEN)],
            "UserDetailList": [entity("alice", "User")],
        }
        stub.add_response("get_account_authorization_details", first, {"MaxItems": 1000})
        stub.add_response("get_account_authorization_details", second, {"MaxItems": 1000, "Marker": "m"})
        stub.add_response(
            "get_policy", {"Policy": {"Arn": HIDDEN, "DefaultVersionId": "v7"}}, {"PolicyArn": HIDDEN}
        )
        stub.add_response(
            "get_policy_version",
            {"PolicyVersion": version(7, policy(ALL))},
            {"PolicyArn": HIDDEN, "VersionId": "v7"},
        )
        details = collect_details(iam)
        stub.assert_no_pending_responses()
    store_organization(tmp_path, None)
    write_json(tmp_path / ACCOUNT / "iam.json", details)
    (account,) = read_snapshot(tmp_path).accounts
    assert [role.arn.rpartition("/")[2] for role in account.roles] == ["purger", "zoe"]
    purger = account.roles[0]
    assert [each.name for each in purger.identity] == [SHOWN]
    assert purger.boundary is not None
    assert purger.boundary.name == HIDDEN
    assert len(account.users) == 1


def test_what_was_collected_is_what_a_reader_understands(moto: MotoAccounts, tmp_path: Path) -> None:
    iam = moto.client("iam")
    arn = iam.create_policy(PolicyName="purge", PolicyDocument=policy(ALL))["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=policy(ALL | {"Sid": "second"}), SetAsDefault=True
    )
    iam.create_user(UserName="alice", Path="/ops/", Tags=[{"Key": "team", "Value": "a=b"}])
    iam.create_group(GroupName="admins")
    iam.add_user_to_group(UserName="alice", GroupName="admins")
    iam.put_group_policy(GroupName="admins", PolicyName="all", PolicyDocument=policy(ALL))
    iam.attach_user_policy(UserName="alice", PolicyArn=arn)
    moto.role()
    store_organization(tmp_path, None)
    write_json(tmp_path / ACCOUNT / "iam.json", collect_details(iam))
    (account,) = read_snapshot(tmp_path).accounts
    (alice,) = account.users
    assert (alice.arn, alice.tags, alice.groups) == (
        f"arn:aws:iam::{ACCOUNT}:user/ops/alice",
        {"team": "a=b"},
        ("admins",),
    )
    assert [each.name for each in alice.identity] == [arn, "all of the group admins"]
    assert alice.identity[0].document.statements[0].sid == "second"
    assert [role.arn for role in account.roles] == [f"arn:aws:iam::{ACCOUNT}:role/ops/drainer"]
