"""``purge-guard validate``: whether the inventory is right, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.inventory import Inventory, Problem

INVALID = 2


class ReportFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def validate(
    path: Annotated[Path, typer.Argument(help="The inventory.")] = Path("purge-guard.yaml"),
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="How to report.")
    ] = ReportFormat.TEXT,
) -> None:
    """Check the inventory and report every mistake at once.

    Exit codes: 0 the inventory is right; 2 it cannot be read, or something in it is wrong.
    """
    from policies.inventory import InventoryError, load_inventory  # noqa: PLC0415  --help need not wait for it

    try:
        inventory = load_inventory(path)
    except InventoryError as error:
        if report_format is ReportFormat.JSON:
            typer.echo(_report(error.problems))
        else:
            typer.echo(error, err=True)
            typer.echo(f"{_count(len(error.problems), 'problem')} in {path}", err=True)
        raise typer.Exit(INVALID) from None
    typer.echo(_report(()) if report_format is ReportFormat.JSON else f"{path}: {_summary(inventory)}")


def _report(problems: Iterable[Problem]) -> str:
    found = [dataclasses.asdict(problem) for problem in problems]
    return json.dumps({"schema": 1, "valid": not found, "problems": found}, indent=2)


def _summary(inventory: Inventory) -> str:
    regions = {region for account in inventory.accounts for region in account.regions}
    return (
        f"valid; hub in {inventory.hub.account} {inventory.hub.region},"
        f" {_count(len(inventory.accounts), 'account')},"
        f" {_count(len(regions), 'region')},"
        f" {_count(len(inventory.alerts.subscriptions), 'subscription')}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
