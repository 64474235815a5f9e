"""What is told once a day about exceptions: what they silenced, and which of them are about to end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from policies.detection.text import clipped, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from policies.detection.exceptions import PurgeException

KIND = "exceptions"
"""``kind`` of the digest's JSON document."""

NOTICE = timedelta(days=14)
"""How long before its end an exception is told of for the first time, at the latest."""

# A digest a day is how often there is one.
_UNTIL_THE_NEXT = timedelta(days=1)

# The text and four copies of the document have to fit into an SNS message, escaped.
_LONGEST_VALUE = 100
_LONGEST_DOUBT = 300
_MOST_EXCEPTIONS = 40


@dataclass(frozen=True, slots=True)
class Hits:
    """How often an exception was met in a day.

    Parameters
    ----------
    exception
        The exception.
    count
        Calls that met it: silenced, or on trial told all the same.
    last
        The last of them in a few words; empty where there was none.
    """

    exception: PurgeException
    count: int
    last: str = ""


@dataclass(frozen=True, slots=True)
class GoneHits:
    """How often an exception was met in a day that the inventory does not list any more.

    Parameters
    ----------
    id
        What the exception was called.
    count
        Calls that met it.
    last
        The last of them in a few words.
    """

    id: str
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class ExceptionDigest:
    """A day of exceptions.

    Parameters
    ----------
    day
        The day that is told of, in UTC.
    hits
        Every exception with how often it was met.
    now
        When this is told, in UTC.
    unread
        Why some of the counts are unknown; empty where all are known.
    gone
        What was met and is in the inventory no longer.
    doubt
        What is wrong with what is known of the inventory; empty where nothing is.
    """

    day: date
    hits: tuple[Hits, ...]
    now: datetime
    unread: str = ""
    gone: tuple[GoneHits, ...] = ()
    doubt: str = ""

    @property
    def met(self) -> tuple[Hits, ...]:
        """Those that were met."""
        return tuple(hit for hit in self.hits if hit.count)

    @property
    def ending(self) -> tuple[PurgeException, ...]:
        """Those that end within two weeks of the next digest, or are over and still in the inventory.

        What ends next comes first, as somebody can still do something about it; what is over comes last, the
        oldest at the end.
        """
        latest = self.now + NOTICE + _UNTIL_THE_NEXT
        found = [hit.exception for hit in self.hits if hit.exception.expires < latest]
        return tuple(sorted(found, key=self._urgency))

    def _urgency(self, exception: PurgeException) -> tuple[bool, timedelta]:
        return exception.expires <= self.now, abs(exception.expires - self.now)

    @property
    def owners(self) -> frozenset[str]:
        """The owners of all that end, also of those that the message has no room for."""
        return frozenset(exception.owner for exception in self.ending)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.met or self.ending or self.unread or self.gone or self.doubt)

    @property
    def title(self) -> str:
        """The subject of the email."""
        calls = _counted(sum(hit.count for hit in self.met) + sum(hit.count for hit in self.gone), "call")
        ending = _counted(len(self.ending), "exception")
        end = ", incomplete" if self.unread or self.doubt else ""
        return f"[EXCEPTIONS] {calls} under exceptions on {self.day}, {ending} ending{end}"


def exception_text(digest: ExceptionDigest) -> str:
    """Return the digest as the text of an email. Every value stays on its own line."""
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: ExceptionDigest) -> Iterator[str]:
    yield f"What exceptions silenced on {digest.day} (UTC), and which of them end."
    if digest.doubt:
        yield ""
        yield _shown(digest.doubt, _LONGEST_DOUBT)
    if digest.unread:
        yield ""
        yield f"Counts are missing: {_shown(digest.unread)}"
    yield from _met_lines(digest)
    yield from _gone_lines(digest)
    yield from _ending_lines(digest)
    if more := _more(digest):
        yield ""
        yield f"{more} more are not listed: purge-guard exceptions --hits lists all"


def _met_lines(digest: ExceptionDigest) -> Iterator[str]:
    if digest.met:
        yield ""
        yield "Met"
    for hit in digest.met[:_MOST_EXCEPTIONS]:
        trial = ", ON TRIAL: alerted all the same" if hit.exception.is_trial else ""
        yield f"  {hit.exception.id}: {_counted(hit.count, 'call')}{trial}. {_shown(hit.exception.reason)}"
        if hit.last:
            yield f"    last: {_shown(hit.last)}"


def _gone_lines(digest: ExceptionDigest) -> Iterator[str]:
    if digest.gone:
        yield ""
        # Who cannot read the inventory knows of none that it left it.
        yield "Met, whatever the inventory says" if digest.doubt else "Met, and no longer in the inventory"
    for hit in digest.gone[:_MOST_EXCEPTIONS]:
        yield f"  {_shown(hit.id)}: {_counted(hit.count, 'call')}"
        yield f"    last: {_shown(hit.last)}"


def _ending_lines(digest: ExceptionDigest) -> Iterator[str]:
    if digest.ending:
        yield ""
        yield "Ending: sign again in the inventory, or let it end"
    for exception in digest.ending[:_MOST_EXCEPTIONS]:
        when = "expired" if exception.expires <= digest.now else "expires"
        signature = f"{_shown(exception.owner)}, {_shown(exception.ticket)}"
        yield f"  {exception.id}: {when} {exception.expires:%Y-%m-%d %H:%M} UTC, owner {signature}"


def exception_document(digest: ExceptionDigest) -> str:
    """Return the digest as one line of JSON; its fields are described in ``docs/exceptions.md``."""
    return json.dumps(
        {
            "schema": 1,
            "kind": KIND,
            "title": digest.title,
            "day": str(digest.day),
            "met": [
                {
                    "id": hit.exception.id,
                    "calls": hit.count,
                    "trial": hit.exception.is_trial,
                    "last": _cut(hit.last),
                }
                for hit in digest.met[:_MOST_EXCEPTIONS]
            ],
            "gone": [
                {"id": _cut(hit.id), "calls": hit.count, "last": _cut(hit.last)}
                for hit in digest.gone[:_MOST_EXCEPTIONS]
            ],
            "ending": [
                {
                    "id": exception.id,
                    "owner": _cut(exception.owner),
                    "ticket": _cut(exception.ticket),
                    "expires": exception.expires.isoformat(),
                }
                for exception in digest.ending[:_MOST_EXCEPTIONS]
            ],
            "more": _more(digest),
            "unread": _cut(digest.unread) or None,
            "doubt": _cut(digest.doubt, _LONGEST_DOUBT) or None,
        }
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _more(digest: ExceptionDigest) -> int:
    """Return how many entries are left out."""
    listings = (digest.met, digest.gone, digest.ending)
    return sum(max(0, len(listed) - _MOST_EXCEPTIONS) for listed in listings)


def _cut(text: str, most: int = _LONGEST_VALUE) -> str:
    return clipped(text, most)


def _shown(text: str, most: int = _LONGEST_VALUE) -> str:
    return _cut(visible(text), most)
