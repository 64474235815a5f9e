"""Which entries a digest has told: an item each in the ledger's table, so that no later digest tells them.

SQS delivers at least once, and an alert that was put into the queue just before its invocation died is put
there again. A digest is published first and noted then: whoever dies in between leaves entries that are told
twice, and say so, and none that are not told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.table_items import UnreadItemsError, read_items
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A day longer than the queue keeps a message.
_KEPT_SECONDS = 15 * 86_400

# What BatchWriteItem takes at once, and how often it is asked for what it left out.
_MOST_WRITTEN = 25
_ATTEMPTS = 3


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

    def among(self, keys: Sequence[str]) -> tuple[frozenset[str], str | None]:
        """Return which of some entries were told, and why not all of that is known, if it is not."""
        try:
            return frozenset(self._read(keys)), None
        except (BotoCoreError, ClientError, UnreadItemsError) as error:
            return frozenset(), f"the ledger {self.table} could not say what was told before ({error})"

    def add(self, keys: Sequence[str]) -> str | None:
        """Note that entries were told; return why that was not possible, if it was not."""
        expiry = {"N": str(int(self.now()) + _KEPT_SECONDS)}
        left = 0
        try:
            for page in _pages(keys, _MOST_WRITTEN):
                left += self._write([{**_item(key), LEDGER_EXPIRY_ATTRIBUTE: expiry} for key in page])
        except (BotoCoreError, ClientError) as error:
            return f"the ledger {self.table} could not note what was told ({error})"
        return f"the ledger {self.table} did not note {left} of what was told" if left else None

    def _read(self, keys: Sequence[str]) -> set[str]:
        names = {_name(key): key for key in keys}
        items = read_items(self.client, self.table, list(names))
        return {names[item[LEDGER_KEY_ATTRIBUTE]["S"]] for item in items}

    def _write(self, items: list[dict[str, Any]]) -> int:
        """Write some items, and return how many of them were left out for good."""
        request = {self.table: [{"PutRequest": {"Item": item}} for item in items]}
        for _ in range(_ATTEMPTS):
            request = self.client.batch_write_item(RequestItems=request).get("UnprocessedItems") or {}
            if not request:
                return 0
        return len(request[self.table])


def _pages(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _name(key: str) -> str:
    return f"digested#{key}"


def _item(key: str) -> dict[str, Any]:
    return {LEDGER_KEY_ATTRIBUTE: {"S": _name(key)}}
