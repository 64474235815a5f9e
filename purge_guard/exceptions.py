"""``purge-guard exceptions``: who signed for which purges, until when, and how often that was used."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policies.detection.exception_counts import HITS_DAYS, day_item, listed_counts, summed
from policies.detection.text import visible
from policies.naming import LEDGER_KEY_ATTRIBUTE, LEDGER_TABLE
from purge_guard.exit_codes import INCOMPLETE
from purge_guard.inventory_options import DEFAULT_INVENTORY, InventoryPath, read_inventory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policies.detection.exception_counts import Count
    from policies.inventory import Inventory
    from policies.inventory.exceptions import ExceptionSection

EXPIRED = 5
"""How the command ends where an exception has expired and nothing else is wrong."""

# What BatchGetItem takes at once, and how often it is asked for what it left out. `lambdas.alert.table_items`
# has the same loop: the two never import each other, and `policies`, which both stand on, asks AWS nothing.
_PAGE = 100
_ATTEMPTS = 5


class UnreadHitsError(Exception):
    """DynamoDB left items out, and did so again."""


class ReportFormat(StrEnum):
    """How the list is written."""

    TABLE = "table"
    JSON = "json"


def exceptions(
    *,
    inventory_path: InventoryPath = DEFAULT_INVENTORY,
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="A table for people, or JSON for programs.")
    ] = ReportFormat.TABLE,
    hits: Annotated[
        bool,
        typer.Option("--hits", help="Also read from the hub's ledger how often each was met in 90 days."),
    ] = False,
) -> None:
    """List who signed for which purges, with the days that are left.

    With --hits also what was met and is in the inventory no longer.

    Exit codes: 0 listed; 2 the inventory is wrong; 3 listed, but the hits could not be read, whatever has
    expired; 5 listed, and one has expired.
    """
    inventory = read_inventory(inventory_path)
    now = datetime.now(UTC)
    counts, problem = _hits(inventory, now) if hits else (None, None)
    rows = [_row(exception, counts, now) for exception in inventory.exceptions]
    gone = _gone(inventory, counts)
    if report_format is ReportFormat.JSON:
        typer.echo(json.dumps({"schema": 1, "exceptions": rows, "gone": gone}, indent=2))
    else:
        for line in (*_table(rows), *_gone_lines(gone or [])):
            typer.echo(line)
    if problem:
        typer.echo(f"the hits could not be read: {visible(problem)}", err=True)
        raise typer.Exit(INCOMPLETE)
    if any(row["expired"] for row in rows):
        raise typer.Exit(EXPIRED)


def _row(exception: ExceptionSection, counts: Mapping[str, Count] | None, now: datetime) -> dict[str, Any]:
    left = exception.expires - now
    return {
        "id": exception.id,
        "owner": exception.owner,
        "ticket": exception.ticket,
        "reason": exception.reason,
        "expires": exception.expires.isoformat(),
        "days_left": left.days if left > timedelta() else 0,
        "expired": left <= timedelta(),
        "trial": exception.trial,
        "hits": None if counts is None else counts[exception.id].calls if exception.id in counts else 0,
    }


def _gone(inventory: Inventory, counts: Mapping[str, Count] | None) -> list[dict[str, Any]] | None:
    """Return what was met and is in the inventory no longer; None where nobody asked, or could tell."""
    if counts is None:
        return None
    known = {exception.id for exception in inventory.exceptions}
    return [
        {"id": name, "hits": count.calls, "last": count.last}
        for name, count in sorted(counts.items())
        if name not in known
    ]


def _gone_lines(gone: list[dict[str, Any]]) -> Iterator[str]:
    if gone:
        yield ""
        yield f"no longer in the inventory, and met in {HITS_DAYS} days:"
    for row in gone:
        calls = "1 call" if row["hits"] == 1 else f"{row['hits']} calls"
        yield f"  {visible(row['id'])}: {calls}, last: {visible(row['last'])}"


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table; whatever somebody wrote into the inventory stays on its line."""
    if not rows:
        yield "no exceptions: every purge is alerted at once"
        return
    cells = [
        ("EXCEPTION", "DAYS LEFT", "HITS", "OWNER", "TICKET", "REASON"),
        *(
            (
                f"{row['id']}{' (trial)' if row['trial'] else ''}",
                "expired" if row["expired"] else str(row["days_left"]),
                "-" if row["hits"] is None else str(row["hits"]),
                visible(row["owner"]),
                visible(row["ticket"]),
                visible(row["reason"]),
            )
            for row in rows
        ),
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]) - 1)]
    for line in cells:
        padded = (text.ljust(width) for text, width in zip(line, widths, strict=False))
        yield "  ".join([*padded, line[-1]]).rstrip()


def _hits(inventory: Inventory, now: datetime) -> tuple[dict[str, Count] | None, str | None]:
    """Return how often each exception was met, also those of an older inventory, or why nobody can tell."""
    import boto3  # noqa: PLC0415 - only who asks for hits waits for it
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - likewise

    days = [day_item((now - timedelta(days=number)).date()) for number in range(HITS_DAYS)]
    try:
        client = boto3.client("dynamodb", region_name=inventory.hub.region)
        names = listed_counts(_items(client, days))
        return summed(_items(client, list(names)), names), None
    except UnreadHitsError as error:
        return None, str(error)
    except (BotoCoreError, ClientError) as error:
        advice = "use credentials of that account, for example by AWS_PROFILE"
        return None, f"{error}; they are in the hub's account {inventory.hub.account}: {advice}"


def _items(client: Any, names: list[str]) -> Iterable[dict[str, Any]]:  # noqa: ANN401 - boto3 has no types
    """Yield those of some items that are there; what DynamoDB leaves out is asked for again, a few times."""
    for start in range(0, len(names), _PAGE):
        keys = [{LEDGER_KEY_ATTRIBUTE: {"S": name}} for name in names[start : start + _PAGE]]
        request = {LEDGER_TABLE: {"Keys": keys}}
        for _ in range(_ATTEMPTS):
            answer = client.batch_get_item(RequestItems=request)
            yield from answer["Responses"].get(LEDGER_TABLE, [])
            request = answer.get("UnprocessedKeys") or {}
            if not request:
                break
        else:
            raise UnreadHitsError(f"{LEDGER_TABLE} is throttled; ask again in a minute")
