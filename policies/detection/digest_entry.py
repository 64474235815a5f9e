"""What becomes of an alert that is one of many: a short entry, which waits in a queue for the next digest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from policies.detection.alert import UNKNOWN, AlertKind
from policies.detection.event_time import format_time, parse_time
from policies.detection.fields import text_in
from policies.detection.json_text import JsonTextError, parsed_json
from policies.detection.owner import owners_of
from policies.detection.record import ApiCall
from policies.detection.severity import Severity
from policies.detection.text import clipped, visible_ascii

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.estate import Estate

LONGEST_KEY = 80
"""Characters of an entry's key. The keys of AWS's own events have about 43."""

_LONGEST_TEXT = 120
_MOST_OWNERS = 5


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One alert among the many of a digest.

    Parameters
    ----------
    key
        Common to all deliveries of what is one alert: at most `LONGEST_KEY` characters that need no escape.
    kind, rule, severity, outcome
        Of the alert; the kind stands for a rule where none has found it.
    account, region, target, actor
        Where it was, on what, and by whom, in a few words.
    time
        When, as CloudTrail writes it; None where that is unknown.
    event_id
        CloudTrail's id of the event.
    owners
        The owners that are told beside the security team.
    is_repeated
        Whether it may have been told before, because an earlier delivery did not say that it was not.
    """

    key: str
    kind: str
    rule: str
    severity: Severity
    outcome: str
    account: str
    region: str
    target: str
    actor: str
    time: str | None
    event_id: str | None
    owners: tuple[str, ...] = ()
    is_repeated: bool = False

    @property
    def json(self) -> str:
        """The entry as a message: a line of ASCII of less than 3,000 bytes."""
        return json.dumps(asdict(self), separators=(",", ":"))


def entry_of(alert: Alert, estate: Estate, *, is_repeated: bool) -> DigestEntry:
    """Return the entry of an alert.

    Parameters
    ----------
    alert
        The alert. One without a key gets the digest of all that it says.
    estate
        The organization, which knows the owners of accounts.
    is_repeated
        Whether the alert may have been told before.
    """
    call = alert.subject if isinstance(alert.subject, ApiCall) else None
    return DigestEntry(
        key=_short_key(alert),
        kind=alert.kind,
        rule=alert.rule.id if alert.rule else alert.kind,
        severity=alert.assessment.severity,
        outcome=alert.outcome,
        account=alert.subject.account or UNKNOWN,
        region=alert.region or UNKNOWN,
        target=_text(alert.target),
        actor=_text(call.actor.label if call else None),
        time=format_time(alert.subject.time) if alert.subject.time else None,
        event_id=clipped(call.ids.event, _LONGEST_TEXT) if call and call.ids.event else None,
        owners=owners_of(alert, estate)[:_MOST_OWNERS],
        is_repeated=is_repeated,
    )


def read_entry(body: str, message_id: str) -> DigestEntry:
    """Return the entry that a message of the digest queue holds.

    A message that nobody can read is an entry too, or it would come back for days and then be lost.

    Parameters
    ----------
    body
        The message.
    message_id
        What SQS calls it.
    """
    try:
        return entry_in(parsed_json(body)) or _unreadable(body, message_id)
    except JsonTextError:
        return _unreadable(body, message_id)


def entry_in(document: object) -> DigestEntry | None:
    """Return the entry that a JSON value is, or None where it is none."""
    try:
        return _read(document)
    except (TypeError, ValueError):
        return None


def _short_key(alert: Alert) -> str:
    key = alert.key or ""
    if 0 < len(key) <= LONGEST_KEY and key.isascii() and not set(key) & set('"\\'):
        return key
    import hashlib  # noqa: PLC0415 - AWS's own ids never need it

    text = alert.key or alert.raw
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _text(value: str | None) -> str:
    return clipped(visible_ascii(value), _LONGEST_TEXT) if value else UNKNOWN


def _read(fields: object) -> DigestEntry:
    """Return the entry that was written as a JSON object.

    Raises
    ------
    TypeError, ValueError
        It was not written by :attr:`DigestEntry.json`.
    """
    if not isinstance(fields, dict):
        raise TypeError("an entry is an object")
    names = ("kind", "rule", "outcome", "account", "region", "target", "actor")
    texts = {name: clipped(visible_ascii(_required(fields, name)), _LONGEST_TEXT) for name in names}
    key = _required(fields, "key")
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or set(key) & set('"\\'):
        raise ValueError("a key is short and plain")
    owners = fields.get("owners")
    time = parse_time(fields.get("time"))
    return DigestEntry(
        key=key,
        severity=Severity(_required(fields, "severity")),
        time=format_time(time) if time else None,
        event_id=clipped(visible_ascii(text_in(fields, "event_id") or ""), _LONGEST_TEXT) or None,
        owners=tuple(_text(str(owner)) for owner in owners[:_MOST_OWNERS])
        if isinstance(owners, list)
        else (),
        is_repeated=fields.get("is_repeated") is True,
        **texts,
    )


def _required(fields: dict[str, object], name: str) -> str:
    value = text_in(fields, name)
    if not value:
        raise ValueError(f"an entry has {name}, in text")
    return value


def _unreadable(body: str, message_id: str) -> DigestEntry:
    return DigestEntry(
        key=clipped(visible_ascii(f"message#{message_id}"), LONGEST_KEY),
        kind=AlertKind.UNRECOGNIZED,
        rule=AlertKind.UNRECOGNIZED,
        severity=Severity.MEDIUM,
        outcome=UNKNOWN,
        account=UNKNOWN,
        region=UNKNOWN,
        target=_text(body),
        actor=UNKNOWN,
        time=None,
        event_id=None,
    )
