from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from lambdas.alert.exception_records import ExceptionRecords
from policies.naming import LEDGER_KEY_ATTRIBUTE, LEDGER_TABLE
from purge_guard.cli import app
from tests.purge_guard.on_moto import HUB, INVENTORY, IRELAND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNED = """
exceptions:
  - id: tests
    reason: "clean up"
    owner: payments
    ticket: OPS-1
    expires: 2999-12-31
    accounts: ["111122223333"]
"""

EXCEPTIONS = (
    SIGNED
    + """
  - id: old
    reason: past
    owner: payments
    ticket: OPS-2
    expires: 2020-12-31
    accounts: ["111122223333"]
    trial: true
"""
)


CALLS = [("tests", 0, 4), ("tests", 89, 3), ("tests", 90, 1), ("quiet-friday", 1, 1), ("friday", 2, 2)]
"""Exceptions that were met: which, how many days ago, how often."""


@pytest.fixture
def inventory(tmp_path: Path) -> str:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(INVENTORY + EXCEPTIONS, encoding="utf-8")
    return str(path)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name=IRELAND)
        dynamodb.create_table(
            TableName=LEDGER_TABLE,
            KeySchema=[{"AttributeName": LEDGER_KEY_ATTRIBUTE, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": LEDGER_KEY_ATTRIBUTE, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for exception_id, days_ago, calls in CALLS:
            day = datetime.now(UTC) - timedelta(days=days_ago)
            records = ExceptionRecords(
                dynamodb, LEDGER_TABLE, days=1, now=partial(datetime.astimezone, day, UTC)
            )
            for _ in range(calls):
                records.count([exception_id], None, f"orders, {days_ago} days ago")
        yield


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["exceptions", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_lists_every_exception_on_a_line_of_its_own(inventory: str) -> None:
    code, output, errors = run("--inventory", inventory)

    header, tests, old = output.splitlines()
    assert (code, errors) == (5, "")
    assert header.split() == ["EXCEPTION", "DAYS", "LEFT", "HITS", "OWNER", "TICKET", "REASON"]
    assert tests.endswith("-     payments  OPS-1   clean up")
    assert old.split()[:4] == ["old", "(trial)", "expired", "-"]


@pytest.mark.usefixtures("ledger")
def test_hits_come_from_the_ledger(inventory: str) -> None:
    code, output, _ = run("--inventory", inventory, "--hits", "--format", "json")

    report = json.loads(output)
    assert (code, report["schema"]) == (5, 1)
    assert [(row["id"], row["hits"], row["expired"]) for row in report["exceptions"]] == [
        ("tests", 7, False),
        ("old", 0, True),
    ]


@pytest.mark.usefixtures("ledger")
def test_what_was_met_is_listed_though_it_has_left_the_inventory(inventory: str) -> None:
    _, output, _ = run("--inventory", inventory, "--hits", "--format", "json")
    _, table, _ = run("--inventory", inventory, "--hits")

    assert json.loads(output)["gone"] == [
        {"id": "friday", "hits": 2, "last": "orders, 2 days ago"},
        {"id": "quiet-friday", "hits": 1, "last": "orders, 1 days ago"},
    ]
    assert table.splitlines()[3:] == [
        "",
        "no longer in the inventory, and met in 90 days:",
        "  friday: 2 calls, last: orders, 2 days ago",
        "  quiet-friday: 1 call, last: orders, 1 days ago",
    ]


@pytest.mark.usefixtures("ledger")
def test_who_signs_for_nothing_any_more_sees_what_was_met(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(INVENTORY, encoding="utf-8")
    code, output, _ = run("--inventory", str(path), "--hits")

    assert code == 0
    assert output.splitlines()[0] == "no exceptions: every purge is alerted at once"
    assert "  quiet-friday: 1 call, last: orders, 1 days ago" in output.splitlines()


def test_who_asks_for_no_hits_is_told_of_none(inventory: str) -> None:
    _, output, _ = run("--inventory", inventory, "--format", "json")

    assert json.loads(output)["gone"] is None


def test_hits_that_cannot_be_read_are_told_and_the_rest_is_listed(inventory: str) -> None:
    with mock_aws():
        code, output, errors = run("--inventory", inventory, "--hits")

    assert code == 3
    assert len(output.splitlines()) == 3
    assert errors.startswith("the hits could not be read: ")


def test_who_has_no_credentials_is_told_whose_to_take(
    inventory: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    code, output, errors = run("--inventory", inventory, "--hits")

    assert (code, len(output.splitlines())) == (3, 3)
    assert errors == (
        "the hits could not be read: Unable to locate credentials;"
        f" they are in the hub's account {HUB}: use credentials of that account, for example by AWS_PROFILE\n"
    )


def test_what_is_signed_and_holds_is_no_reason_to_act(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(INVENTORY + SIGNED, encoding="utf-8")
    code, output, _ = run("--inventory", str(path), "--format", "json")

    (row,) = json.loads(output)["exceptions"]
    assert code == 0
    assert row["days_left"] > 300_000
    assert (row["owner"], row["ticket"], row["reason"], row["trial"]) == (
        "payments",
        "OPS-1",
        "clean up",
        False,
    )


def test_what_cannot_be_seen_is_spelled_out_and_forges_nothing(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    hostile = SIGNED.replace("clean up", "clean\u3164\u2800up [bold]x[/bold]")
    path.write_text(INVENTORY + hostile, encoding="utf-8")
    _, output, _ = run("--inventory", str(path))

    assert output.splitlines()[1].endswith(r"clean\u3164\u2800up [bold]x[/bold]")


def test_no_exceptions_are_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(INVENTORY, encoding="utf-8")

    assert run("--inventory", str(path)) == (0, "no exceptions: every purge is alerted at once\n", "")


def test_a_wrong_inventory_is_refused(tmp_path: Path) -> None:
    code, _, errors = run("--inventory", str(tmp_path / "none.yaml"))

    assert code == 2
    assert "there is no such file" in errors
