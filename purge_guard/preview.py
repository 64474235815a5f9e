"""``purge-guard preview``: the alert for an event, without AWS."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from policies.detection.alert import NOTHING_KNOWN, Alert, judge, with_triage
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.digest import Digest, digest_chat_message, digest_document, digest_text
from policies.detection.digest_entry import entry_in
from policies.detection.email_message import email_body
from policies.detection.exceptions import depends_on_tags, find_exceptions
from policies.detection.intake import records_in
from policies.detection.json_text import json_type
from policies.detection.record import ApiCall
from policies.detection.text import visible
from policies.detection.triage.evidence import NO_EVIDENCE, NO_TRIAGE
from policies.naming import ALERT_LOG_GROUP
from purge_guard.event_input import STANDARD_INPUT, UnreadableEventError, read_document
from purge_guard.inventory_options import read_inventory

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.estate import Estate

UNREADABLE = 2
NO_MATCH = 4

_MOST_REASONS = 10
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
    runbook_url: Annotated[str, typer.Option(help="Link to this runbook instead of the rule's.")] = "",
    inventory: Annotated[
        str,
        typer.Option(metavar="FILE", help="Judge by what this inventory says of accounts, keys and trails."),
    ] = "",
) -> None:
    """Show the alert that an event would raise, exactly as the channel gets it.

    One rendering for each record that a rule matches: emails are parted by a line of equals signs, payloads
    stand on a line each. Entries of a digest are shown as the digest that they would make. Exit status 0:
    shown; 2: the input, or a record in it, cannot be read, and what could be was shown; 4: no rule matches.
    """
    name = {STANDARD_INPUT: "standard input", "": "the path"}.get(event, visible(event))
    estate = _estate(inventory)
    try:
        document = read_document(event)
        if digest := _digest_in(document):
            typer.echo(_rendered_digest(digest, channel).encode())
            return
        judged = judge(document, runbook_url, estate)
        alerts = [_excepted(item, estate) for item in judged if isinstance(item, Alert)]
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


def _excepted(alert: Alert, estate: Estate) -> Alert:
    """Return an alert with the exception that it meets: the function may keep it to itself."""
    call, rule = alert.subject, alert.rule
    if rule is None or not isinstance(call, ApiCall):
        return alert
    match = next(iter(find_exceptions(rule, call, NO_EVIDENCE, estate)), None)
    notes = alert.notes
    if match is not None and match.is_silencing:
        notes += (f"The exception {match.exception.id} silences this: it is counted, and told once a day.",)
    elif depends_on_tags(rule, call, estate):
        notes += ("An exception may silence this by the tags of the queue, which only AWS knows.",)
    return replace(with_triage(alert, NO_TRIAGE, match, estate), notes=notes)


def _digest_in(document: object) -> Digest | None:
    """Return the digest of what waited for one and was not told, as a dead-letter queue keeps it."""
    items = document if isinstance(document, list) else [document]
    entries = [entry_in(item) for item in items]
    found = {entry.key: entry for entry in entries if entry}
    return Digest(tuple(found.values()), ALERT_LOG_GROUP) if items and all(entries) else None


def _rendered_digest(digest: Digest, channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return f"Subject: {digest.title}\n\n{digest_text(digest)}".rstrip("\n")
    return digest_chat_message(digest) if channel is Channel.CHAT else digest_document(digest)


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
