"""``purge-guard preview``: the alert for an event, without AWS."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from policies.detection.alert import NOTHING_KNOWN, Alert
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.digest import Digest, digest_chat_message, digest_document, digest_text
from policies.detection.digest_entry import DigestEntry
from policies.detection.email_message import email_body
from policies.naming import ALERT_LOG_GROUP
from purge_guard.event_input import UnreadableEventError, input_name, read_document
from purge_guard.inventory_options import read_inventory, wrong_input
from purge_guard.previewed import Unreadable, nothing_to_show, previewed, silenced
from purge_guard.undelivered import Undelivered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policies.detection.estate import Estate
    from purge_guard.previewed import Previewed

UNREADABLE = 2
NO_MATCH = 4

_MOST_REASONS = 10
_LONGEST_URL = 2048
_BETWEEN_EMAILS = f"\n{'=' * 72}\n\n"


class Channel(StrEnum):
    """Where an alert can be shown."""

    EMAIL = "email"
    CHAT = "chat"
    JSON = "json"


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
    runbook_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Link to this runbook instead of the inventory's or the rule's."),
    ] = None,
    inventory: Annotated[
        str,
        typer.Option(metavar="FILE", help="Judge by what this inventory says of accounts, keys and trails."),
    ] = "",
) -> None:
    """Show the alert that an event would raise, exactly as the channel gets it.

    One rendering for each record that a rule matches: emails are parted by a line of equals signs, payloads
    stand on a line each. Entries of a digest are shown as the digest that they would make, and alerts that
    SNS could not deliver as they were sent. Standard error says which alerts an exception silences. Exit
    status 0: shown; 2: the input, or a record in it, cannot be read, and what could be was shown; 4: no rule
    matches.
    """
    name = input_name(event)
    own_runbook = None if runbook_url is None else _checked(runbook_url)
    estate, its_runbook = _known(inventory)
    try:
        items = previewed(read_document(event), own_runbook or its_runbook, estate)
    except UnreadableEventError as error:
        typer.echo(f"{name}: {error}", err=True)
        raise typer.Exit(UNREADABLE) from None
    shown = list(_renderings(items, channel))
    if shown:
        between = _BETWEEN_EMAILS if channel is Channel.EMAIL else "\n"
        typer.echo(between.join(shown).rstrip("\n").encode())
    if sentence := silenced(_matching(items)):
        typer.echo(f"{name}: {sentence}", err=True)
    if sentence := _unreadable(items):
        typer.echo(f"{name}: {sentence}", err=True)
        raise typer.Exit(UNREADABLE)
    if not shown:
        typer.echo(f"{name}: {nothing_to_show(items)}", err=True)
        raise typer.Exit(NO_MATCH)


def _checked(runbook_url: str) -> str:
    """Return a URL that the inventory would take for a runbook, or end the command with what is wrong."""
    # --help need not wait for it.
    from policies.inventory.fields import EXPECTATIONS, HTTPS_URL  # noqa: PLC0415
    from policies.inventory.problems import quoted  # noqa: PLC0415

    if re.fullmatch(HTTPS_URL, runbook_url) and len(runbook_url) <= _LONGEST_URL:
        return runbook_url
    raise wrong_input(f"--runbook-url: {quoted(runbook_url)}: {EXPECTATIONS[HTTPS_URL]}")


def _known(path: str) -> tuple[Estate, str]:
    """Return what an inventory says of the organization, and its runbook; without one, nothing is known."""
    if not path:
        return NOTHING_KNOWN, ""
    from policies.estate import estate_of  # noqa: PLC0415 - most previews need no inventory

    inventory = read_inventory(path)
    return estate_of(inventory), inventory.alerts.runbook_url or ""


def _matching(items: tuple[Previewed, ...]) -> list[Alert]:
    return [item for item in items if isinstance(item, Alert) and item.rule]


def _renderings(items: tuple[Previewed, ...], channel: Channel) -> Iterator[str]:
    """Yield what a channel gets: a rendering of each alert, and a digest of all entries."""
    for item in items:
        if isinstance(item, Undelivered):
            yield f"{item.text}\n" if channel is Channel.EMAIL else item.text
        elif isinstance(item, Alert) and item.rule:
            yield _rendered(item, channel)
    # A key stands for one alert, however often it waits.
    entries = {item.key: item for item in items if isinstance(item, DigestEntry)}
    if entries:
        yield _rendered_digest(Digest(tuple(entries.values()), ALERT_LOG_GROUP), channel)


def _rendered(alert: Alert, channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return f"Subject: {alert.title}\n\n{email_body(alert)}"
    render: Callable[[Alert], str] = chat_message if channel is Channel.CHAT else alert_document
    return render(alert)


def _rendered_digest(digest: Digest, channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return f"Subject: {digest.title}\n\n{digest_text(digest)}"
    return digest_chat_message(digest) if channel is Channel.CHAT else digest_document(digest)


def _unreadable(items: tuple[Previewed, ...]) -> str | None:
    """Tell a file without further purges from one that nobody can say that of."""
    sentences = [item.sentence for item in items if isinstance(item, Unreadable)]
    if not sentences:
        return None
    more = ["and so on"] if len(sentences) > _MOST_REASONS else []
    return f"{len(sentences)} of {len(items)} records cannot be read: " + ", ".join(
        sentences[:_MOST_REASONS] + more
    )
