"""``purge-guard who-can``: who could purge which queue, and why."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from policies.detection.text import elided, visible
from purge_guard.exit_codes import INCOMPLETE
from purge_guard.inventory_options import wrong_input

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.exposure import Exposure

_PATIENCE_SECONDS = 2.0
_MOST_UNREAD = 20
_LONGEST_PROBLEM = 1000

Item = TypeVar("Item")


class ReportFormat(StrEnum):
    """How the answers are written."""

    TABLE = "table"
    JSON = "json"


def who_can(
    *,
    snapshot: Annotated[
        str,  # no Path, for the reason that `InventoryPath` has
        typer.Option(metavar="DIR", help="The snapshot: AWS's own output, as docs/snapshot.md shows it."),
    ],
    queue: Annotated[
        str, typer.Option(metavar="PATTERN", help="Only queues of this ARN or name; * and ? are wildcards.")
    ] = "*",
    action: Annotated[str, typer.Option(help="What is to be done to the queue.")] = "sqs:PurgeQueue",
    principal: Annotated[
        str, typer.Option(metavar="PATTERN", help="Only principals of this ARN or name, likewise.")
    ] = "*",
    context: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="A context key of the requests. Repeat it for several values; KEY alone: the key is absent.",
        ),
    ] = None,
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="Grouped for people, or every answer for programs.")
    ] = ReportFormat.TABLE,
) -> None:
    """Tell for every principal and queue of a snapshot: yes, no or conditional, and why.

    Exit codes: 0 answered; 2 the question or the snapshot is wrong; 3 answered, but the snapshot lacks
    something, which is named.
    """
    exposure, unread = _exposure(snapshot, queue, action, principal, context or [])
    _answer(exposure, report_format)
    if unread:
        _tell_unread(unread)
        raise typer.Exit(INCOMPLETE)


def _tell_unread(unread: tuple[str, ...]) -> None:
    for sentence in unread[:_MOST_UNREAD]:
        typer.echo(f"incomplete: {visible(sentence)}", err=True)
    if len(unread) > _MOST_UNREAD:
        typer.echo(f"incomplete: and {len(unread) - _MOST_UNREAD} more of the kind", err=True)


def _answer(exposure: Exposure, report_format: ReportFormat) -> None:
    from purge_guard.who_can_report import json_report, table_report  # noqa: PLC0415  --help need not wait

    is_json = report_format is ReportFormat.JSON
    rows = exposure.rows()
    # JSON on the terminal is its own progress.
    if sys.stderr.isatty() and not (is_json and sys.stdout.isatty()):
        rows = _with_progress(rows, len(exposure.principals))
    if is_json:
        for piece in json_report(exposure, rows):
            typer.echo(piece.encode(), nl=False)
    else:
        for line in table_report(exposure, rows):
            typer.echo(line.encode())


def _exposure(
    directory: str, queue: str, action: str, principal: str, context: list[str]
) -> tuple[Exposure, tuple[str, ...]]:
    """Return what is asked and what the snapshot lacks, or end with a sentence on what is wrong."""
    if not directory or not Path(directory).is_dir():
        raise _refusal(f"--snapshot {directory}: this is no directory: name what a snapshot was written to")
    from policies.exposure import QuestionError, exposure_of  # noqa: PLC0415  --help need not wait for it
    from policies.snapshot import SnapshotError, read_snapshot  # noqa: PLC0415  nor for this
    from purge_guard.context_option import ContextError, context_of  # noqa: PLC0415  nor for this

    try:
        known = context_of(context)
        collected = read_snapshot(Path(directory))
        exposure = exposure_of(collected, action, principal=principal, queue=queue, context=known)
    except (ContextError, QuestionError, SnapshotError) as error:
        problem = str(error)
    except OSError as error:
        problem = f"{error.filename}: cannot be read: {error.strerror}"
    else:
        return exposure, collected.unread
    raise _refusal(problem)


def _refusal(problem: str) -> typer.Exit:
    return wrong_input(elided(visible(problem), _LONGEST_PROBLEM))


def _with_progress(items: Iterable[Item], total: int) -> Iterator[Item]:
    """Yield items, and show on the terminal how many are left when that takes long."""
    from rich.console import Console  # noqa: PLC0415  only a person at a terminal waits for it
    from rich.progress import Progress  # noqa: PLC0415  likewise

    progress = Progress(console=Console(stderr=True), transient=True)
    task = progress.add_task("Deciding", total=total)
    begun = time.monotonic()
    with_bar = False
    try:
        for item in items:
            progress.advance(task)
            if not with_bar and time.monotonic() - begun > _PATIENCE_SECONDS:
                with_bar = True
                progress.start()
            yield item
    finally:
        progress.stop()
