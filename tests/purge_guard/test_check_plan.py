from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner, Result

from purge_guard.cli import app

if TYPE_CHECKING:
    from pathlib import Path

ALARM, TOPIC = "aws_cloudwatch_metric_alarm.a", "aws_sns_topic.alerts"


def change(address: str, *actions: str) -> dict[str, Any]:
    return {
        "address": address,
        "type": address.split(".", maxsplit=1)[0],
        "change": {"actions": list(actions)},
    }


def plan(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.11.0", "resource_changes": list(changes)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


def check(file: Path, document: object, *options: str) -> Result:
    file.write_text(json.dumps(document), encoding="utf-8")
    return CliRunner().invoke(app, ["check-plan", str(file), *options])


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [change(TOPIC, "no-op"), change(ALARM, "create"), change("aws_lambda_function.f", "update")],
        [change(f"{ALARM}{number}", "delete") for number in range(5)],
        [change(ALARM, "delete", "create")],
        [change("data.x.y", "read")],
    ],
    ids=["nothing", "no loss", "as many as may be", "a replacement", "a reading"],
)
def test_a_plan_that_destroys_little_may_be_applied(file: Path, changes: list[dict[str, Any]]) -> None:
    result = check(file, plan(*changes))

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"{file}: destroys ")


def test_a_plan_that_destroys_too_much_may_not(file: Path) -> None:
    result = check(file, plan(*(change(f"{ALARM}{number}", "delete") for number in range(8))))

    assert result.exit_code == 6
    assert "it destroys 8 resources, and 5 are the most: " in result.stderr
    assert "and 3 more" in result.stderr


def test_the_limit_can_be_raised_and_lowered(file: Path) -> None:
    six = plan(*(change(f"{ALARM}{number}", "delete") for number in range(6)))

    assert check(file, six, "--most-destroyed", "6").exit_code == 0
    assert check(file, plan(change(ALARM, "delete")), "--most-destroyed", "0").exit_code == 6


@pytest.mark.parametrize(
    "kind",
    [
        "aws_cloudtrail",
        "aws_cloudwatch_event_bus",
        "aws_dynamodb_table",
        "aws_kms_key",
        "aws_s3_bucket",
        "aws_sns_topic",
    ],
)
@pytest.mark.parametrize(
    ("actions", "verb"),
    [(["delete"], "destroys"), (["delete", "create"], "replaces"), (["create", "delete"], "replaces")],
)
def test_what_holds_evidence_stays_however_little_else_goes(
    file: Path, kind: str, actions: list[str], verb: str
) -> None:
    one = plan(change(f"{kind}.x", *actions))

    refused = check(file, one, "--most-destroyed", "99")
    assert (refused.exit_code, refused.stdout) == (6, "")
    assert f"it {verb} {kind}.x, and with it what it holds" in refused.stderr
    assert check(file, one, "--allow", f"{kind}.x").exit_code == 0
    assert check(file, one, "--allow", f"{kind}.y").exit_code == 6


def test_of_several_plans_each_is_checked(tmp_path: Path) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    files[0].write_text(json.dumps(plan()), encoding="utf-8")
    files[1].write_text(json.dumps(plan(change(TOPIC, "delete"))), encoding="utf-8")

    result = CliRunner().invoke(app, ["check-plan", *map(str, files)])

    assert result.exit_code == 6
    assert "one.json" in result.stdout
    assert "two.json" in result.stderr


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "is no plan"),
        ({"Records": []}, "is no plan"),
        ({"format_version": "2.0"}, "is a plan of the format 2.0, and 1.x is understood"),
        ({"format_version": "1.0", "resource_changes": [{}]}, "is a damaged plan"),
        ({"format_version": "1.0", "resource_changes": {"a": 1}}, "is a damaged plan"),
        ({"format_version": "1.0", "resource_changes": [{"change": None}]}, "is a damaged plan"),
        ("text", "holds text, not a plan"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(file: Path, document: object, sentence: str) -> None:
    result = check(file, document)

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_file_that_there_is_not_is_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check-plan", str(tmp_path / "absent.json")])

    assert result.exit_code == 2
    assert "cannot be opened (No such file or directory)" in result.stderr


def test_standard_input_is_called_by_its_name() -> None:
    result = CliRunner().invoke(app, ["check-plan", "-"], input="{")

    assert result.exit_code == 2
    assert result.stderr == "standard input: is not JSON at line 1, column 2\n"
