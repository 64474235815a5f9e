"""A digest: many alerts as one message that counts all of them and lists the worst.

Its JSON document names every one of them by its key, so that a program can check that each purge was told.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from policies.detection.alert import LONGEST_TITLE, UNKNOWN
from policies.detection.chat_message import chat_notification, chat_quoted
from policies.detection.severity import Severity
from policies.detection.text import elided, json_size, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.digest_entry import DigestEntry

SCHEMA = 1
KIND = "digest"
"""``kind`` of the digest's JSON document."""

MOST_ENTRIES = 2_000
"""Entries of one digest: so many keys fit into one message with everything else."""

LONGEST_DOCUMENT = 200_000
"""Bytes of the JSON document as text within JSON, which is how SNS takes it."""

_MOST_LISTED = 30
_MOST_COUNTED = 10
_MOST_IN_A_LINE = 3
_LONGEST_NAME = 60
_LABEL_WIDTH = 12

_SEVERITIES = tuple(reversed(Severity))

STEPS = (
    "Read the alert that this follows: it went out at once and says what is known of actor and queue.",
    "Is it still going on? Then stop the actor first, as the runbook of that alert says.",
    "Look through the list for a queue or an actor that does not belong to the rest.",
)


@dataclass(frozen=True, slots=True)
class Digest:
    """Many alerts.

    Parameters
    ----------
    entries
        The alerts, at least one and no key twice.
    log
        The name of the log group that holds a line about each of them.
    """

    entries: tuple[DigestEntry, ...]
    log: str

    @property
    def severity(self) -> Severity:
        """The severity of the worst."""
        return next(worst for worst in _SEVERITIES if any(entry.severity is worst for entry in self.entries))

    @property
    def repeated(self) -> int:
        """How many of them may have been told before."""
        return sum(entry.is_repeated for entry in self.entries)

    @property
    def worst_first(self) -> tuple[DigestEntry, ...]:
        """The entries, the worst first and then by their times."""
        order = {severity: place for place, severity in enumerate(_SEVERITIES)}
        return tuple(sorted(self.entries, key=lambda entry: (order[entry.severity], entry.time or "~")))

    @property
    def span(self) -> tuple[str, str]:
        """The times of the first and of the last of them; ``unknown`` where none has one."""
        times = sorted(entry.time for entry in self.entries if entry.time)
        return (times[0], times[-1]) if times else (UNKNOWN, UNKNOWN)

    @property
    def title(self) -> str:
        """The digest in one line of ASCII that is fit for the subject of an email."""
        queues, actors, accounts = (len(counts) for counts in (self.queues, self.actors, self.accounts))
        found = _number(len(self.entries), "more alert")
        where = f"{_number(queues, 'queue')}, {_number(actors, 'actor')}, {_number(accounts, 'account')}"
        return elided(f"[{self.severity.upper()}] {found}: {where}", LONGEST_TITLE)

    @property
    def queues(self) -> Counter[tuple[str, str, str]]:
        """How many alerts there are on each queue, or whatever else an alert is on, by account and region."""
        return Counter((entry.target, entry.account, entry.region) for entry in self.entries)

    @property
    def actors(self) -> Counter[str]:
        """How many alerts there are of each actor."""
        return Counter(entry.actor for entry in self.entries)

    @property
    def accounts(self) -> Counter[str]:
        """How many alerts there are in each account."""
        return Counter(entry.account for entry in self.entries)

    def values(self, name: str) -> Counter[str]:
        """Return how often each value of a field occurs, such as of ``severity`` or ``rule``."""
        return Counter(str(getattr(entry, name)) for entry in self.entries)


def digest_text(digest: Digest) -> str:
    """Return the digest as the text of an email: the numbers, the worst, and where the rest is.

    Returns
    -------
    str
        At most 20,000 bytes of ASCII.
    """
    return "\n".join(_lines(digest)) + "\n"


def digest_chat_message(digest: Digest) -> str:
    """Return the digest as a custom notification of Amazon Q Developer in chat applications.

    See https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """
    lines = (f"*{label}:* {chat_quoted(value)}" for label, value in _counts(digest))
    return chat_notification(digest.title, "\n".join([_introduction(digest), *lines]))


def digest_lines(digest: Digest) -> Iterator[str]:
    """Yield what a digest says in a few sentences: how many alerts, since when, and of what."""
    yield _introduction(digest)
    yield from (f"{label}: {value}." for label, value in _counts(digest))


def digest_document(digest: Digest) -> str:
    """Return the digest as one line of JSON; its fields are described in ``docs/alert-format.md``.

    Returns
    -------
    str
        ASCII that takes at most `LONGEST_DOCUMENT` bytes within JSON. ``truncated`` says whether keys were
        left out for that, which happens only with more than `MOST_ENTRIES` entries.
    """
    first, last = digest.span
    fields: dict[str, object] = {
        "schema": SCHEMA,
        "kind": KIND,
        "title": digest.title,
        "severity": digest.severity,
        "count": len(digest.entries),
        "repeated": digest.repeated,
        "first": None if first == UNKNOWN else first,
        "last": None if last == UNKNOWN else last,
        "log": digest.log,
        "counts": _count_fields(digest),
    }
    left = LONGEST_DOCUMENT - _size({**fields, "keys": [], "entries": [], "truncated": False})
    keys, left = _fitting([entry.key for entry in digest.entries], left)
    listed, _ = _fitting([asdict(entry) for entry in digest.worst_first[:_MOST_LISTED]], left)
    truncated = len(keys) < len(digest.entries)
    return _json({**fields, "keys": keys, "entries": listed, "truncated": truncated})


def _fitting(
    items: list[object] | list[str] | list[dict[str, object]], left: int
) -> tuple[list[object], int]:
    """Return as many items as fit into some bytes, and how many bytes are left."""
    fitting: list[object] = []
    for item in items:
        size = _size(item) + 1
        if size > left:
            break
        left -= size
        fitting.append(item)
    return fitting, left


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _size(value: object) -> int:
    """Return how many bytes a value's JSON takes as text within JSON."""
    return json_size(_json(value))


def _count_fields(digest: Digest) -> dict[str, object]:
    return {
        **{name: _frequent(digest.values(name)) for name in _FIELDS},
        "account": _frequent(digest.accounts),
        "queue": [
            {"name": _name(name), "account": _name(account), "region": _name(region), "count": count}
            for (name, account, region), count in digest.queues.most_common(_MOST_COUNTED)
        ],
        "actor": [
            {"label": _name(label), "count": count}
            for label, count in digest.actors.most_common(_MOST_COUNTED)
        ],
        "queues": len(digest.queues),
        "actors": len(digest.actors),
        "accounts": len(digest.accounts),
    }


_FIELDS = ("severity", "outcome", "rule", "region")


def _frequent(counts: Counter[str]) -> dict[str, int]:
    return {_name(value): count for value, count in counts.most_common(_MOST_COUNTED)}


def _introduction(digest: Digest) -> str:
    first, last = digest.span
    repeated = f" {digest.repeated:,} of them may have been told before." if digest.repeated else ""
    return (
        f"{_number(len(digest.entries), 'alert')} in addition to those that were sent at once: too many for "
        f"a message each. The first is of {first}, the last of {last}.{repeated}"
    )


def _counts(digest: Digest) -> Iterator[tuple[str, str]]:
    """Yield the numbers, most frequent first."""
    severities = digest.values("severity")
    yield "How bad", ", ".join(f"{severities[each]:,} {each}" for each in _SEVERITIES if severities[each])
    yield "What", _most(digest.values("rule"))
    yield "Outcome", _most(digest.values("outcome"))
    yield "Where", _most(digest.accounts)
    yield "Region", _most(digest.values("region"))
    queues = Counter(
        {
            f"{_name(target)} of {account} {region}": count
            for (target, account, region), count in digest.queues.items()
        }
    )
    yield "Queue", _most(queues)
    yield "Who", _most(digest.actors)


def _most(counts: Counter[str]) -> str:
    shown = [f"{_name(value)} ({count:,})" for value, count in counts.most_common(_MOST_IN_A_LINE)]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _lines(digest: Digest) -> Iterator[str]:
    yield _introduction(digest)
    yield ""
    yield from (f"  {label:<{_LABEL_WIDTH}}  {value}" for label, value in _counts(digest))
    yield ""
    yield "What to do now"
    yield from (f"  {number}. {step}" for number, step in enumerate(STEPS, 1))
    yield ""
    yield "The worst first"
    for number, entry in enumerate(digest.worst_first[:_MOST_LISTED], 1):
        yield f"  {number}. {_line(entry)}"
    more = len(digest.entries) - _MOST_LISTED
    if more > 0:
        yield f"  {more:,} more are not listed."
    yield ""
    yield f"All of them are in the log group {digest.log}, a line each,"
    yield "and, by their keys, in the JSON document that programs receive in place of this text."


def _line(entry: DigestEntry) -> str:
    words = (
        entry.time or "time unknown",
        entry.severity.upper(),
        f"{_name(entry.rule)}, {_name(entry.outcome)}:",
        f"{_name(entry.target)} of {_name(entry.account)} {_name(entry.region)}, by {_name(entry.actor)}",
        f"(event {_name(entry.event_id)})" if entry.event_id else "",
        "(may have been told before)" if entry.is_repeated else "",
    )
    return " ".join(word for word in words if word)


def _name(text: str) -> str:
    return elided(visible(text), _LONGEST_NAME)


def _number(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
