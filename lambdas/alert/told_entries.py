"""Which entries a digest has told: an item each in the ledger's table, so that no later digest tells them.

SQS delivers at least once, and an alert that was put into the queue just before its invocation died is put
there again. A digest is published first and noted then: whoever dies in between leaves entries that are told
twice, and say so, and none that are not told. What came back only because a digest found no place was told by
nobody, and is noted as well, or each of them would say that it may come twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.table_items import UnreadItemsError, read_items
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

# A day longer than the queue keeps a message.
_KEPT_SECONDS = 15 * 86_400

# In the item of an entry that was postponed: how often it had been received then.
_RECEIVES = "postponed_after"

# What BatchWriteItem takes at once, and how often it is asked for what it left out.
_MOST_WRITTEN = 25
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of some entries.

    Parameters
    ----------
    told
        The keys of those that a digest has told.
    postponed
        How often those had been received, by their keys, that found no place the last time.
    doubt
        Why not all of that is known; None where it is.
    """

    told: frozenset[str] = frozenset()
    postponed: Mapping[str, int] = field(default_factory=dict)
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class ToldEntries:
    """The entries that were told.

    Needs ``dynamodb:BatchGetItem`` and ``dynamodb:BatchWriteItem`` on the table.

    Parameters
    ----------
    client
        A DynamoDB client.
    table
        The ledger's table.
    now
        The clock, in seconds since 1970.
    """

    client: Any
    table: str
    now: Callable[[], float]

    def standing(self, keys: Sequence[str], again: Sequence[str] = ()) -> Standing:
        """Return which of some entries were told and, of those that come ``again``, which were postponed."""
        names = {_told(key): key for key in keys}
        postponed_names = {_postponed(key): key for key in again}
        try:
            items = read_items(self.client, self.table, [*names, *postponed_names])
        except (BotoCoreError, ClientError, UnreadItemsError) as error:
            doubt = f"the ledger {self.table} could not say what was told before ({error})"
            return Standing(doubt=doubt)
        found = {item[LEDGER_KEY_ATTRIBUTE]["S"]: item for item in items}
        told = frozenset(key for name, key in names.items() if name in found)
        postponed = {
            key: int(found[name][_RECEIVES]["N"]) for name, key in postponed_names.items() if name in found
        }
        return Standing(told, postponed)

    def add(self, keys: Sequence[str]) -> str | None:
        """Note that entries were told; return why that was not possible, if it was not."""
        return self._note([_item(_told(key)) for key in keys], "told")

    def postpone(self, receives: Mapping[str, int]) -> str | None:
        """Note how often entries had been received when they found no place; return what :meth:`add` does."""
        counts = receives.items()
        items = [{**_item(_postponed(key)), _RECEIVES: {"N": str(number)}} for key, number in counts]
        return self._note(items, "postponed")

    def _note(self, items: Sequence[dict[str, Any]], what: str) -> str | None:
        expiry = {LEDGER_EXPIRY_ATTRIBUTE: {"N": str(int(self.now()) + _KEPT_SECONDS)}}
        try:
            left = sum(self._write([{**item, **expiry} for item in page]) for page in _pages(items))
        except (BotoCoreError, ClientError) as error:
            return f"the ledger {self.table} could not note what was {what} ({error})"
        return f"the ledger {self.table} did not note {left} of what was {what}" if left else None

    def _write(self, items: list[dict[str, Any]]) -> int:
        """Write some items, and return how many of them were left out for good."""
        request = {self.table: [{"PutRequest": {"Item": item}} for item in items]}
        for _ in range(_ATTEMPTS):
            request = self.client.batch_write_item(RequestItems=request).get("UnprocessedItems") or {}
            if not request:
                return 0
        return len(request[self.table])


def _pages(items: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    return (items[start : start + _MOST_WRITTEN] for start in range(0, len(items), _MOST_WRITTEN))


# Two names: whoever postpones an entry just while a copy of it is told must not write over that.
def _told(key: str) -> str:
    return f"digested#{key}"


def _postponed(key: str) -> str:
    return f"postponed#{key}"


def _item(name: str) -> dict[str, Any]:
    return {LEDGER_KEY_ATTRIBUTE: {"S": name}}
