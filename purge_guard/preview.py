"""``purge-guard preview``: the alert for an event, without AWS."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from policies.detection.alert import alerts_in
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.email_message import email_body
from policies.detection.intake import records_in
from policies.detection.json_text import json_type
from policies.detection.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.alert import Alert

UNREADABLE = 2
NO_MATCH = 4

_STANDARD_INPUT = "-"
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_BYTES = 256 * 1024 * 1024
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
            help="A CloudTrail record, an EventBridge event or a log file, gzipped or not; - for stdin.",
        ),
    ],
    channel: Annotated[Channel, typer.Option(help="Whose rendering to show.")] = Channel.EMAIL,
    runbook_url: Annotated[str, typer.Option(help="Link to this runbook instead of the rule's.")] = "",
) -> None:
    """Show the alert that an event would raise, exactly as the channel gets it.

    One rendering for each record that a rule matches: emails are parted by a line of equals signs, payloads
    stand on a line each. Exit status 0: shown; 2: the input cannot be read; 4: no rule matches.
    """
    name = "standard input" if event == _STANDARD_INPUT else visible(event)
    try:
        document = _document(_content(event))
        alerts = _matching(document, runbook_url)
        if not alerts:
            _refuse_unreadable_records(document)
    except UnreadableEventError as error:
        typer.echo(f"{name}: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    if not alerts:
        typer.echo(f"{name}: no rule matches", err=True)
        raise typer.Exit(NO_MATCH)
    typer.echo(_rendered(alerts, channel).encode())


def _content(event: str) -> bytes:
    """Return the bytes of the input, unpacked if they are gzipped."""
    try:
        if event == _STANDARD_INPUT:
            content = _limited(sys.stdin.buffer)
        else:
            with Path(event).open("rb") as file:
                content = _limited(file)
    except (OSError, ValueError) as error:
        raise UnreadableEventError(
            f"cannot be opened ({getattr(error, 'strerror', None) or error})"
        ) from None
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as unpacked:
            return _limited(unpacked)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableEventError(f"is a damaged gzip file ({error})") from None


def _limited(file: BinaryIO | gzip.GzipFile) -> bytes:
    content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableEventError(f"holds more than {_MOST_BYTES} bytes, too much for a preview")
    return content


def _document(content: bytes) -> object:
    try:
        document: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableEventError(f"is not JSON that can be read ({error})") from None
    if not isinstance(document, dict | list):
        raise UnreadableEventError(f"holds {json_type(document)}, not an event")
    return document


def _refuse_unreadable_records(document: object) -> None:
    """Tell a file without purges from one that nobody can say that of."""
    unreadable = [item.record for item in records_in(document) if not isinstance(item.record, dict)]
    if unreadable:
        raise UnreadableEventError(f"holds {json_type(unreadable[0])} where a CloudTrail record should be")


def _matching(document: object, runbook_url: str) -> list[Alert]:
    return [alert for alert in alerts_in(document, runbook_url) if alert.rule]


def _rendered(alerts: list[Alert], channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return _BETWEEN_EMAILS.join(
            f"Subject: {alert.title}\n\n{email_body(alert)}" for alert in alerts
        ).rstrip("\n")
    render: Callable[[Alert], str] = chat_message if channel is Channel.CHAT else alert_document
    return "\n".join(render(alert) for alert in alerts)
