"""``purge-guard validate``: whether the inventory is right, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from purge_guard.inventory_options import DEFAULT_INVENTORY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.inventory import Inventory, Problem

INVALID = 2


class ReportFormat(StrEnum):
    """How the result is written."""

    TEXT = "text"
    JSON = "json"


def validate(
    # No Path, for the reason that `InventoryPath` has.
    path: Annotated[str, typer.Argument(help="The inventory.")] = DEFAULT_INVENTORY,
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="How to report.")
    ] = ReportFormat.TEXT,
) -> None:
    """Check the inventory and report every mistake at once.

    What is right and perhaps not meant, such as an exception that has expired, is a warning.

    Exit codes: 0 the inventory is right; 2 it cannot be read, or something in it is wrong.
    """
    # --help need not wait for it.
    from policies.inventory import InventoryError, load_inventory, shown_name  # noqa: PLC0415
    from policies.inventory.warnings import warnings_about  # noqa: PLC0415

    name = shown_name(path)
    try:
        inventory = load_inventory(path)
    except InventoryError as error:
        if report_format is ReportFormat.JSON:
            typer.echo(_report(error.problems))
        else:
            typer.echo(error, err=True)
            typer.echo(f"{_count(len(error.problems), 'problem')} in {name}", err=True)
        raise typer.Exit(INVALID) from None
    warnings = tuple(warnings_about(inventory, datetime.now(UTC)))
    if report_format is ReportFormat.JSON:
        typer.echo(_report((), warnings))
        return
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(f"{name}: {_summary(inventory)}")


def _report(problems: Iterable[Problem], warnings: tuple[str, ...] = ()) -> str:
    found = [dataclasses.asdict(problem) for problem in problems]
    return json.dumps(
        {"schema": 1, "valid": not found, "problems": found, "warnings": list(warnings)}, indent=2
    )


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
