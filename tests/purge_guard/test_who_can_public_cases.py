"""Cases E01 to E12: what others' audits of who can purge got wrong, asked of the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from purge_guard.cli import app
from tests.purge_guard.snapshot_files import (
    MANAGEMENT,
    ORDERS,
    OURS,
    OUTSIDER,
    PURGER,
    Json,
    allow,
    document,
    iam,
    managed,
    organization,
    queues,
    role,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
STORAGE_ONLY = f"arn:aws:iam::{OURS}:policy/storage-only"
DENY = {"Sid": "DenyPurge", "Effect": "Deny", "Action": "sqs:PurgeQueue", "Resource": "*"}


def answers(directory: Path, *options: str) -> dict[str, Json]:
    """The decision on the queue of orders, by the principal."""
    arguments = ["who-can", "--snapshot", str(directory), "--queue", "orders", "--format", "json", *options]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return {each["principal"]: each for each in json.loads(result.stdout)["decisions"]}


def answer_for(directory: Path, policy: object) -> str:
    """Whether a role with a policy can purge."""
    return str(answers(write(directory, iam=iam(role(policy))))[PURGER]["answer"])


@pytest.mark.parametrize(
    ("action", "answer"),
    [
        ("SQS:purgequeue", "yes"),
        ("sqs:PURGE*", "yes"),
        ("sqs:?urgeQueue", "yes"),
        ("sqs:*Queue", "yes"),
        ("*", "yes"),
        ("sqs:Purge", "no"),
        ("sqs:PurgeQueues", "no"),
        ("sqs:purge[q]ueue", "no"),
    ],
)
def test_e01_actions_match_in_any_case_and_by_wildcard(tmp_path: Path, action: str, answer: str) -> None:
    assert answer_for(tmp_path, document(allow(action))) == answer


@pytest.mark.parametrize(
    ("resource", "answer"),
    [(ORDERS, "yes"), (ORDERS.replace("orders", "Orders"), "no"), (f"{ORDERS[:-1]}?", "yes")],
    ids=["same", "capital", "wildcard"],
)
def test_e01_resources_match_with_regard_to_case(tmp_path: Path, resource: str, answer: str) -> None:
    assert answer_for(tmp_path, document(allow(Resource=resource))) == answer


def test_e03_one_statement_need_not_be_a_list(tmp_path: Path) -> None:
    assert answer_for(tmp_path, {"Statement": allow()}) == "yes"


@pytest.mark.parametrize(
    ("statements", "answer"),
    [
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], "yes"),
        ([{"Effect": "Allow", "NotAction": "sqs:PurgeQueue", "Resource": "*"}], "no"),
        ([allow([])], "no"),
        ([allow("*"), {"Effect": "Deny", "NotAction": "sqs:PurgeQueue", "Resource": "*"}], "yes"),
    ],
    ids=["all-but-iam", "all-but-purge", "no-action", "deny-all-but-purge"],
)
def test_e04_not_action_is_all_the_others(tmp_path: Path, statements: list[Json], answer: str) -> None:
    assert answer_for(tmp_path, document(*statements)) == answer


def test_e06_a_conditional_grant_is_neither_yes_nor_no(tmp_path: Path) -> None:
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    snapshot = write(tmp_path, iam=iam(role(document(allow(Sid="Office", Condition=office)))))
    decided_by = {"kind": "identity", "policy": "inline", "sid": "Office"}
    assert answers(snapshot)[PURGER] == {
        "principal": PURGER,
        "queue": ORDERS,
        "action": "sqs:PurgeQueue",
        "answer": "conditional",
        "decided_by": decided_by,
        "conditions": [
            {
                "effect": "Allow",
                "decided_by": decided_by,
                "operator": "IpAddress",
                "key": "aws:SourceIp",
                "values": ["192.0.2.0/24"],
            }
        ],
    }
    known = answers(snapshot, "--context", "aws:SourceIp=192.0.2.7")
    assert known[PURGER]["answer"] == "yes"


def test_e06_what_follows_from_the_principal_is_not_left_open(tmp_path: Path) -> None:
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    snapshot = write(
        tmp_path,
        iam=iam(role(document(allow(Condition=ours)))),
        organization=organization(document(allow("*"))),
    )
    assert answers(snapshot)[PURGER]["answer"] == "yes"


def test_e07_a_boundary_that_leaves_it_out_stops_an_administrator(tmp_path: Path) -> None:
    bounded = role(
        document(),
        AttachedManagedPolicies=[{"PolicyName": "AdministratorAccess", "PolicyArn": ADMINISTRATOR}],
        PermissionsBoundary={"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": STORAGE_ONLY},
    )
    policies = (managed(ADMINISTRATOR, document(allow("*"))), managed(STORAGE_ONLY, document(allow("s3:*"))))
    decision = answers(write(tmp_path, iam=iam(bounded, policies=policies)))[PURGER]
    assert (decision["answer"], decision["decided_by"]["kind"]) == ("no", "boundary")


def test_e08_neither_scp_nor_rcp_touches_everybody(tmp_path: Path) -> None:
    linked = role(document(allow()), path="/aws-service-role/x.amazonaws.com/", name="AWSServiceRoleForX")
    manager = role(document(allow()), name="manager", account=MANAGEMENT)
    manager_arn = f"arn:aws:iam::{MANAGEMENT}:role/manager"
    policy = document(allow(Principal={"AWS": manager_arn}, Resource=ORDERS))
    snapshot = write(
        tmp_path,
        iam=iam(role(document(allow())), linked),
        management=iam(manager),
        queues=queues(policy),
        organization=organization(document(DENY)),
    )
    found = answers(snapshot)
    linked_arn = f"arn:aws:iam::{OURS}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
    assert {arn: each["answer"] for arn, each in found.items()} == {
        PURGER: "no",
        linked_arn: "yes",
        f"arn:aws:iam::{OURS}:root": "no",
        manager_arn: "yes",
        f"arn:aws:iam::{MANAGEMENT}:root": "no",
    }
    assert found[PURGER]["decided_by"] == {"kind": "scp", "policy": "scp", "sid": "DenyPurge"}
    table = CliRunner().invoke(app, ["who-can", "--snapshot", str(snapshot)]).stdout
    assert f"{linked_arn}  (service-linked role: not bound by SCPs and RCPs)" in table
    assert f"{manager_arn}  (management account: not bound by SCPs)" in table
    assert table.endswith(
        "\nNot bound by SCPs: 2 principals of the management account.\n"
        "Not bound by SCPs and RCPs: 1 service-linked role.\n"
    )


def test_e08_no_rcp_protects_a_queue_of_the_management_account(tmp_path: Path) -> None:
    snapshot = write(
        tmp_path,
        management=iam(role(document(allow()), account=MANAGEMENT)),
        organization=organization(document(allow("*")), document({**DENY, "Principal": "*"})),
    )
    url, arn = (
        f"{head}{MANAGEMENT}{tail}" for head, tail in (("https://x/", "/q"), ("arn:aws:sqs:eu-west-1:", ":q"))
    )
    region = snapshot / MANAGEMENT / "eu-west-1"
    region.mkdir()
    (region / "queues.json").write_text(json.dumps({url: {"QueueArn": arn}}), encoding="utf-8")
    result = CliRunner().invoke(app, ["who-can", "--snapshot", str(snapshot), "--queue", "q"])
    assert (
        f"  arn:aws:iam::{MANAGEMENT}:role/purger  (management account: not bound by SCPs)" in result.stdout
    )
    assert result.stdout.endswith("\nNot protected by RCPs: 1 queue of the management account.\n")


def test_e08_an_rcp_stops_an_outside_account_that_a_queue_policy_lets_in(tmp_path: Path) -> None:
    outsiders_denied = {**DENY, "Principal": "*"} | {
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    }
    policy = document(allow(Principal={"AWS": OUTSIDER}, Resource=ORDERS))
    root = f"arn:aws:iam::{OUTSIDER}:root"
    unprotected = write(tmp_path, queues=queues(policy), organization=organization(document(DENY)))
    assert answers(unprotected)[root]["answer"] == "yes"
    table = CliRunner().invoke(app, ["who-can", "--snapshot", str(unprotected)]).stdout
    assert f"  {root}  (not in the snapshot)\n" in table
    rcp = document(outsiders_denied)
    protected = write(tmp_path, queues=queues(policy), organization=organization(document(DENY), rcp))
    assert answers(protected)[root]["decided_by"] == {"kind": "rcp", "policy": "rcp", "sid": "DenyPurge"}


def test_e09_one_page_of_several_is_refused_since_the_purger_may_be_on_another(tmp_path: Path) -> None:
    snapshot = write(tmp_path, iam={**iam(), "IsTruncated": True, "Marker": "m"})
    result = CliRunner().invoke(app, ["who-can", "--snapshot", str(snapshot)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "111122223333/iam.json: IsTruncated: this is one page of several: add the next one\n"
    )


def test_e09_the_purger_is_found_on_the_second_page(tmp_path: Path) -> None:
    first, second = {**iam(), "IsTruncated": True, "Marker": "m"}, iam(role(document(allow())))
    assert answers(write(tmp_path, iam=[first, second]))[PURGER]["answer"] == "yes"


def test_who_is_named_by_the_id_of_a_role_is_known_whatever_the_session_is_called(tmp_path: Path) -> None:
    ours, another = (
        {"StringNotLike": {"aws:userid": [f"AROA{name}:*", OURS]}} for name in ("purger", "else")
    )
    own = [
        document({"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": each})
        for each in (ours, another)
    ]
    snapshot = write(tmp_path, iam=iam(role(document(allow()))), queues=queues(*own))
    result = CliRunner().invoke(app, ["who-can", "--snapshot", str(snapshot), "--format", "json"])
    by_pair = {(each["principal"], each["queue"]): each for each in json.loads(result.stdout)["decisions"]}
    assert by_pair[PURGER, ORDERS]["answer"] == "yes"
    assert by_pair[PURGER, f"{ORDERS}2"]["answer"] == "no"


@pytest.mark.parametrize(
    ("names", "answer"),
    [
        (["root"], "no"),
        (["role/purger", "root"], "no"),
        (["assumed-role/purger/alice", "role/purger", "root"], "conditional"),
    ],
    ids=["account", "role", "session"],
)
def test_a_role_excepted_by_name_is_not_its_sessions(tmp_path: Path, names: list[str], answer: str) -> None:
    arns = [f"arn:aws:{'sts' if name.startswith('assumed') else 'iam'}::{OURS}:{name}" for name in names]
    deny = {"Effect": "Deny", "NotPrincipal": {"AWS": arns}, "Action": "sqs:*", "Resource": "*"}
    snapshot = write(tmp_path, iam=iam(role(document(allow()))), queues=queues(document(deny)))
    assert answers(snapshot)[PURGER]["answer"] == answer
    assert answers(snapshot)[f"arn:aws:iam::{OURS}:root"]["answer"] == "yes"


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}], ids=["text", "object"])
def test_e12_a_queue_policy_for_everybody_lets_anyone_purge(tmp_path: Path, principal: object) -> None:
    policy = document(allow("SQS:*", Principal=principal, Resource=ORDERS))
    snapshot = write(tmp_path, iam=iam(), queues=queues(policy))
    assert answers(snapshot)["*"]["answer"] == "yes"
    assert "  *  (anyone" in CliRunner().invoke(app, ["who-can", "--snapshot", str(snapshot)]).stdout


def test_e12_a_queue_policy_for_a_topic_lets_nobody_purge(tmp_path: Path) -> None:
    topic = {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:111122223333:topic"}}
    policy = document(allow("sqs:SendMessage", Principal="*", Resource=ORDERS, Condition=topic))
    found = answers(write(tmp_path, iam=iam(), queues=queues(policy)))
    assert set(found) == {f"arn:aws:iam::{OURS}:root"}
