from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from purge_guard.cli import app
from tests.purge_guard.snapshot_files import (
    IAM,
    ORDERS,
    OURS,
    PURGER,
    QUEUES,
    Json,
    allow,
    document,
    iam,
    managed,
    queues,
    role,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path

PURGE = f"arn:aws:iam::{OURS}:policy/purge"
CONTEXT = "write KEY=VALUE, such as aws:SourceIp=192.0.2.7, or KEY for a key that requests do not have"
DELETED = ({"AWS": "AIDAEXAMPLEDELETED000"}, {"AWS": "AROAEXAMPLEDELETED000"})


def run(directory: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["who-can", "--snapshot", directory, *options])
    return result.exit_code, result.stdout, result.stderr


def ask(directory: Path, *options: str) -> tuple[int, str, str]:
    return run(str(directory), *options)


def decisions(directory: Path, *options: str) -> list[Json]:
    code, output, errors = ask(directory, "--format", "json", *options)
    assert (code, errors) == (0, "")
    report = json.loads(output)
    assert set(report) == {"schema", "decisions"}
    assert report["schema"] == 1
    found: list[Json] = report["decisions"]
    return found


def refusal(directory: Path, *options: str) -> str:
    code, output, errors = ask(directory, *options)
    assert (code, output) == (2, "")
    return errors


def test_programs_get_every_pair_with_what_decided(tmp_path: Path) -> None:
    assert decisions(write(tmp_path)) == [
        {
            "principal": PURGER,
            "queue": ORDERS,
            "action": "sqs:PurgeQueue",
            "answer": "yes",
            "decided_by": {"kind": "identity", "policy": "inline", "sid": None},
            "conditions": [],
        },
        {
            "principal": f"arn:aws:iam::{OURS}:root",
            "queue": ORDERS,
            "action": "sqs:PurgeQueue",
            "answer": "yes",
            "decided_by": {"kind": "root", "policy": None, "sid": None},
            "conditions": [],
        },
    ]


def test_programs_get_principals_in_turn_with_all_queues(tmp_path: Path) -> None:
    found = decisions(write(tmp_path, queues=queues(None, None)))
    assert [(each["principal"].rpartition(":")[2], each["queue"].rpartition(":")[2]) for each in found] == [
        ("role/purger", "orders"),
        ("role/purger", "orders2"),
        ("root", "orders"),
        ("root", "orders2"),
    ]


def test_programs_get_a_document_where_there_is_no_queue(tmp_path: Path) -> None:
    assert decisions(write(tmp_path, queues={})) == []


def test_people_get_those_who_are_alike_together(tmp_path: Path) -> None:
    office = {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}
    roles = (
        role(document(allow())),
        role(document(allow()), name="second"),
        role(document(allow(Sid="Office", Condition=office)), name="office"),
        role(document(allow("sqs:Get*")), name="reader"),
    )
    code, output, _ = ask(write(tmp_path, iam=iam(*roles), queues=queues(None, None)))
    assert code == 0
    assert output == (
        "sqs:PurgeQueue: 5 principals, 2 queues\n"
        "\n"
        "Yes: 6 of 10\n"
        "\n"
        "  arn:aws:iam::111122223333:role/purger\n"
        "  arn:aws:iam::111122223333:role/second\n"
        "    on all 2 queues\n"
        "    allowed by identity policy inline, Statement[0]\n"
        "\n"
        "  arn:aws:iam::111122223333:root  (root user)\n"
        "    on all 2 queues\n"
        "    a root user may do everything in its own account\n"
        "\n"
        "Conditional: 2 of 10\n"
        "\n"
        "  arn:aws:iam::111122223333:role/office\n"
        "    on all 2 queues\n"
        "    allowed if aws:SourceIp is in 192.0.2.0/24, by identity policy inline, statement Office\n"
        "\n"
        "No: 2 of 10\n"
        "  2  no identity policy allows it\n"
    )


def test_people_are_told_how_many_are_not_named(tmp_path: Path) -> None:
    roles = [role(document(allow()), name=f"r{number}") for number in range(25)]
    output = ask(write(tmp_path, iam=iam(*roles)))[1]
    assert "role/r19\n  and 5 more principals\n    on arn:aws:sqs:" in output
    assert "role/r20\n" not in output


def test_the_question_can_be_narrowed(tmp_path: Path) -> None:
    snapshot = write(tmp_path, queues=queues(None, None))
    found = decisions(snapshot, "--principal", "purg*", "--queue", "*2", "--action", "SQS:deletequeue")
    assert [(each["principal"], each["queue"], each["action"], each["answer"]) for each in found] == [
        (PURGER, f"{ORDERS}2", "sqs:DeleteQueue", "no")
    ]


TEAMS = {"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}, "Null": {"aws:TagKeys": "false"}}


@pytest.mark.parametrize(
    ("condition", "options", "answer"),
    [
        ({"StringEquals": {"aws:UserAgent": "a=b"}}, ["aws:UserAgent=a=b"], "yes"),
        ({"StringEquals": {"aws:UserAgent": "x"}}, ["AWS:USERAGENT=y"], "no"),
        ({"Null": {"aws:UserAgent": "true"}}, ["aws:UserAgent"], "yes"),
        ({"Null": {"aws:UserAgent": "true"}}, ["aws:UserAgent="], "no"),
        (TEAMS, ["aws:TagKeys=team", "aws:TagKeys=cost"], "yes"),
        (TEAMS, ["aws:TagKeys=team", "aws:TagKeys=other"], "no"),
        (TEAMS, ["aws:TagKeys=team", "aws:SourceIp=192.0.2.1"], "yes"),
    ],
    ids=["value", "any-case", "absent", "empty", "several", "several-and-a-wrong-one", "another-key"],
)
def test_what_is_known_of_requests_decides(
    tmp_path: Path, condition: Json, options: list[str], answer: str
) -> None:
    snapshot = write(tmp_path, iam=iam(role(document(allow(Condition=condition)))))
    context = [word for option in options for word in ("--context", option)]
    assert decisions(snapshot, "--principal", "purger", *context)[0]["answer"] == answer


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--action", "sqs:PurgQueue"],
            "'sqs:PurgQueue' is no action on a queue: did you mean sqs:PurgeQueue?",
        ),
        (["--queue", "nothing"], "no queue of the snapshot matches 'nothing'"),
        (["--principal", "nobody"], "no principal of the snapshot matches 'nobody'"),
        (
            ["--context", "aws:PrincipalArn=x"],
            "aws:principalarn follows from the principal and the queue: choose those instead",
        ),
        (
            ["--context", "=x"],
            f"--context =x: {CONTEXT}",
        ),
        (
            ["--context", "a:k=x", "--context", "a:k"],
            "--context a:k: a:k is said to be absent and to have a value",
        ),
        (
            ["--context", "a:k", "--context", "a:k=x"],
            "--context a:k=x: a:k is said to be absent and to have a value",
        ),
    ],
    ids=["action", "queue", "principal", "derived", "no-key", "value-then-absent", "absent-then-value"],
)
def test_a_question_without_an_answer_is_refused_in_a_sentence(
    tmp_path: Path, options: list[str], sentence: str
) -> None:
    assert refusal(write(tmp_path), *options) == f"{sentence}\n"


def test_a_snapshot_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none").startswith(f"--snapshot {tmp_path}/none: this is no directory: ")


def test_an_empty_name_is_not_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path))
    code, output, errors = run("")
    assert (code, output) == (2, "")
    assert errors.startswith("--snapshot : this is no directory: ")


def test_a_refusal_is_not_longer_than_somebody_reads(tmp_path: Path) -> None:
    content = iam(role({**document(allow()), "Version": "9" * 5000}))
    assert len(refusal(write(tmp_path, iam=content))) < 1100


@pytest.mark.parametrize("name", [IAM, "organization.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write(tmp_path) / name).unlink()
    assert refusal(tmp_path).startswith(f"{name}: missing: ")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    iam_file = write(tmp_path) / IAM
    iam_file.unlink()
    iam_file.mkdir()
    assert refusal(tmp_path) == f"{IAM}: this is no file: collect it again\n"


def test_a_directory_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(directory: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(directory / OURS))

    monkeypatch.setattr("policies.snapshot.read_snapshot", refuse)
    assert refusal(tmp_path) == f"{tmp_path}/{OURS}: cannot be read: Permission denied\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"iam": "{"}, f"{IAM}: line 1, column 2: not JSON"),
        ({"iam": '{"Policies": [], "Policies": []}'}, f"{IAM}: the key Policies is repeated"),
        (
            {"iam": iam(role({"Statement": [{"Effect": "Allow"}]}))},
            f"{IAM}: RoleDetailList[0].RolePolicyList[0]",
        ),
        ({"iam": iam(role(document({**allow(), "Effect": "allow"})))}, f"{IAM}: RoleDetailList[0]."),
        ({"queues": queues(document(allow()))}, f"{QUEUES}: "),
        ({"queues": queues({"Statement": [{**allow(Principal="x")}]})}, f"{QUEUES}: "),
    ],
    ids=["json", "repeated", "no-action", "effect", "no-principal", "principal"],
)
def test_what_aws_would_refuse_is_refused_with_file_and_place(
    tmp_path: Path, files: Json, place: str
) -> None:
    sentence = refusal(write(tmp_path, **files))
    assert sentence.startswith(place)
    assert sentence.count("\n") == 1


def test_a_repeated_key_in_the_policy_of_a_queue_is_refused(tmp_path: Path) -> None:
    content = queues(document(allow(Principal="*")))
    (attributes,) = content.values()
    attributes["Policy"] = '{"Statement": [], "Statement": []}'
    assert refusal(write(tmp_path, queues=content)).endswith("the key Statement is repeated\n")


def test_a_version_that_is_not_the_default_counts_for_nothing(tmp_path: Path) -> None:
    attached = role(document(), AttachedManagedPolicies=[{"PolicyName": "purge", "PolicyArn": PURGE}])
    versions = (document(allow("sqs:*")), document(allow("sqs:Get*")))
    snapshot = write(tmp_path, iam=iam(attached, policies=(managed(PURGE, *versions),)))
    assert decisions(snapshot, "--principal", "purger")[0]["answer"] == "no"


@pytest.mark.parametrize("principal", DELETED, ids=["user", "role"])
def test_a_deleted_principal_is_nobody(tmp_path: Path, principal: Json) -> None:
    policy = document(allow(Principal=principal, Resource=ORDERS))
    snapshot = write(tmp_path, iam=iam(role(document())), queues=queues(policy))
    assert [each["answer"] for each in decisions(snapshot)] == ["no", "yes"]


def test_names_cannot_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    evil = role(document(allow(Sid="\x1b[2J")), name="\x1b]0;x\x07\u202e")
    for report_format in ("table", "json"):
        output = ask(write(tmp_path, iam=iam(evil)), "--format", report_format)[1]
        assert all(char.isprintable() or char == "\n" for char in output)
    assert "\u202e" not in refusal(tmp_path, "--context", "=\u202e")


def test_a_reader_that_has_gone_is_no_matter(tmp_path: Path) -> None:
    snapshot = write(tmp_path)
    read_end, write_end = os.pipe()
    os.close(read_end)
    program = "from purge_guard.cli import main; main()"
    arguments = ["who-can", "--snapshot", str(snapshot), "--format", "json"]
    result = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)
    assert (result.returncode, result.stderr) == (1, "")


@pytest.mark.parametrize(
    ("patience", "report_format", "is_piped", "is_shown"),
    [
        (-1, "table", True, True),
        (-1, "table", False, True),
        (3600, "table", True, False),
        (-1, "json", True, True),
        (-1, "json", False, False),
    ],
    ids=["slow", "slow-onto-the-terminal", "quick", "json", "json-onto-the-terminal"],
)
def test_progress_is_shown_on_a_terminal_when_it_takes_long(
    patience: int, report_format: str, is_piped: bool, is_shown: bool, tmp_path: Path
) -> None:
    program = (
        "import purge_guard.who_can; from purge_guard.cli import main;"
        f"purge_guard.who_can._PATIENCE_SECONDS = {patience}; main()"
    )
    terminal, end = os.openpty()
    subprocess.run(
        [sys.executable, "-c", program, "who-can", "--snapshot", write(tmp_path), "--format", report_format],
        stdout=subprocess.DEVNULL if is_piped else end,
        stderr=end,
        check=True,
    )
    os.write(end, b"end")
    os.close(end)
    shown = b""
    while not shown.endswith(b"end"):
        shown += os.read(terminal, 65536)
    os.close(terminal)
    assert (b"Deciding" in shown) is is_shown


def test_what_the_snapshot_lacks_is_told_beside_the_answers(tmp_path: Path) -> None:
    write(tmp_path)
    missing = [f"{OURS} eu-west-{number}: throttled\n" for number in range(30)]
    (tmp_path / OURS / "unread.json").write_text(json.dumps(missing), encoding="utf-8")

    code, output, errors = ask(tmp_path, "--format", "json")

    assert code == 3
    assert json.loads(output)["decisions"]
    assert errors.splitlines()[0] == f"incomplete: {OURS} eu-west-0: throttled\\n"
    assert errors.splitlines()[-1] == "incomplete: and 10 more of the kind"
    assert len(errors.splitlines()) == 21
