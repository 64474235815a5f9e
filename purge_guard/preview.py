"""``purge-guard preview``: the alert for an event, without AWS."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from policies.detection.alert import NOTHING_KNOWN, Alert, judge
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.email_message import email_body
from policies.detection.intake import records_in
from policies.detection.json_text import JsonTextError, json_or_text, json_type, parsed_json
from policies.detection.text import visible
from purge_guard.inventory_options import read_inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.estate import Estate

UNREADABLE = 2
NO_MATCH = 4

_STANDARD_INPUT = "-"
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_BYTES = 256 * 1024 * 1024
_MOST_REASONS = 10
_BETWEEN_EMAILS = f"\n{'=' * 72}\n\n"


class Channel(StrEnum):
    """Where an alert can be shown."""

    EMAIL = "email"
    CHAT = "chat"
    JSON = "json"


class UnreadableEventError(Exception):
    """What was given as an event cannot be read; the sentence says why."""


def preview(
    event: Annotated[
        str,
        typer.Argument(
            metavar="EVENT.json|-",
            help="A CloudTrail record, an EventBridge event, a log file, JSON Lines, or a message of a"
            " dead-letter queue; gzipped or not; - for stdin.",
        ),
    ],
    channel: Annotated[Channel, typer.Option(help="Whose rendering to show.")] = Channel.EMAIL,
    runbook_url: Annotated[str, typer.Option(help="Link to this runbook instead of the rule's.")] = "",
    inventory: Annotated[
        str,
        typer.Option(metavar="FILE", help="Judge by what this inventory says of accounts, keys and trails."),
    ] = "",
) -> None:
    """Show the alert that an event would raise, exactly as the channel gets it.

    One rendering for each record that a rule matches: emails are parted by a line of equals signs, payloads
    stand on a line each. Exit status 0: shown; 2: the input, or a record in it, cannot be read, and what
    could be was shown; 4: no rule matches.
    """
    name = {_STANDARD_INPUT: "standard input", "": "the path"}.get(event, visible(event))
    estate = _estate(inventory)
    try:
        document = _document(_text(_content(event)))
        judged = judge(document, runbook_url, estate)
        alerts = [item for item in judged if isinstance(item, Alert)]
        matching = [alert for alert in alerts if alert.rule]
        if matching:
            typer.echo(_rendered(matching, channel).encode())
        _refuse_unreadable_records(document)
    except UnreadableEventError as error:
        typer.echo(f"{name}: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    if not matching:
        typer.echo(f"{name}: {_nothing(alerts, len(judged) - len(alerts))}", err=True)
        raise typer.Exit(NO_MATCH)


def _nothing(alerts: list[Alert], harmless: int) -> str:
    """Return what the function would do with what no rule matches."""
    minded = f"; {harmless} looked at and not minded" if harmless else ""
    kinds = Counter(alert.kind for alert in alerts)
    sent = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    told = f"these alerts: {sent}" if sent else "nothing"
    return f"no rule matches{minded}; the alert function would send {told}"


def _estate(path: str) -> Estate:
    """Return what the inventory says of the organization; without one, nothing is known."""
    if not path:
        return NOTHING_KNOWN
    from policies.estate import estate_of  # noqa: PLC0415 - most previews need no inventory

    return estate_of(read_inventory(path))


def _content(event: str) -> bytes:
    """Return the bytes of the input, unpacked if they are gzipped."""
    content = _read(event)
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            unpacked = _limited(file)
    except (OSError, EOFError, zlib.error):
        raise UnreadableEventError("is a damaged gzip file") from None
    if unpacked.startswith(_GZIP_MAGIC):
        raise UnreadableEventError("is gzipped twice; unpack it once")
    return unpacked


def _read(event: str) -> bytes:
    if event == _STANDARD_INPUT:
        # Python has no standard input where the shell closed it.
        if sys.stdin is None:
            raise UnreadableEventError("is closed")
        return _limited(sys.stdin.buffer)
    if not event or "\0" in event:
        raise UnreadableEventError("names no file")
    try:
        with Path(event).open("rb") as file:
            return _limited(file)
    except OSError as error:
        raise UnreadableEventError(f"cannot be opened ({error.strerror})") from None


def _limited(file: BinaryIO | gzip.GzipFile) -> bytes:
    content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableEventError(f"holds more than {_MOST_BYTES} bytes, too much for a preview")
    return content


def _text(content: bytes) -> str:
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableEventError(f"is not text: byte {error.start + 1} is not {encoding.upper()}") from None
    if not text.strip():
        raise UnreadableEventError("is empty")
    return text


def _document(text: str) -> object:
    try:
        document = parsed_json(text)
    except JsonTextError as error:
        document = _json_lines(text)
        if document is None:
            raise UnreadableEventError(str(error)) from None
    if not isinstance(document, dict | list):
        raise UnreadableEventError(f"holds {json_type(document)}, not an event")
    return document


def _json_lines(text: str) -> list[object] | None:
    """Return the values of a file that has one on each line, or None where it is not such a file.

    The first line decides. A later one that is damaged stays the text that it is, and hides no other.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) == 1 or not isinstance(json_or_text(lines[0]), dict):
        return None
    return [json_or_text(line) for line in lines]


def _refuse_unreadable_records(document: object) -> None:
    """Tell a file without further purges from one that nobody can say that of."""
    reasons = [_reason(item.record) for item in records_in(document)]
    unreadable = [f"record {number} {reason}" for number, reason in enumerate(reasons, 1) if reason]
    if not unreadable:
        return
    more = ["and so on"] if len(unreadable) > _MOST_REASONS else []
    raise UnreadableEventError(
        f"{len(unreadable)} of {len(reasons)} records cannot be read: "
        + ", ".join(unreadable[:_MOST_REASONS] + more)
    )


def _reason(record: object) -> str | None:
    """Return why nobody can say which API call a record is of, or None where it can be said."""
    if not isinstance(record, dict):
        return f"is {json_type(record)}"
    return next(
        (
            f"has {key} that is {json_type(record[key])}"
            for key in ("eventSource", "eventName")
            if key in record and not isinstance(record[key], str)
        ),
        None,
    )


def _rendered(alerts: list[Alert], channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return _BETWEEN_EMAILS.join(
            f"Subject: {alert.title}\n\n{email_body(alert)}" for alert in alerts
        ).rstrip("\n")
    render: Callable[[Alert], str] = chat_message if channel is Channel.CHAT else alert_document
    return "\n".join(render(alert) for alert in alerts)
