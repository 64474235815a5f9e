"""What exceptions silenced: one item a day and exception in the ledger's table.

The item of the call says that it is counted, so that a call that is delivered twice counts once. The two
items are written one after the other: transactions on one counter would refuse each other in a burst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.table_items import read_items
from policies.detection.exception_counts import COUNTED, HITS, LAST, count_item
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

_SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class ExceptionRecords:
    """The counts of calls that met an exception.

    Needs ``dynamodb:UpdateItem`` and ``dynamodb:BatchGetItem`` on the table.

    Parameters
    ----------
    client
        A DynamoDB client.
    table
        The ledger's table.
    days
        How long a count is kept.
    now
        The clock.
    """

    client: Any
    table: str
    days: int
    now: Callable[[], datetime]

    def count(self, exception_id: str, key: str | None, last: str) -> str | None:
        """Count a call for today; return why that was not possible, if it was not.

        Parameters
        ----------
        exception_id
            The exception.
        key
            The key of the call's alert; None where it has none, and then a repetition counts again.
        last
            The call in a few words.
        """
        now = self.now()
        expiry = {":expiry": {"N": str(int(now.timestamp()) + self.days * _SECONDS_A_DAY)}}
        try:
            if key is None or self._mark(key, expiry):
                self._add(count_item(exception_id, now.date()), last, expiry)
        except (BotoCoreError, ClientError) as error:
            return f"it could not be counted ({error})"
        return None

    def _mark(self, key: str, expiry: dict[str, Any]) -> bool:
        """Note in the item of a call that it is counted; return whether it was not."""
        expires = f"{LEDGER_EXPIRY_ATTRIBUTE} = if_not_exists({LEDGER_EXPIRY_ATTRIBUTE}, :expiry)"
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_key(key),
                UpdateExpression=f"SET {COUNTED} = :true, {expires}",
                ConditionExpression=f"attribute_not_exists({COUNTED})",
                ExpressionAttributeValues={":true": {"BOOL": True}, **expiry},
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _add(self, name: str, last: str, expiry: dict[str, Any]) -> None:
        self.client.update_item(
            TableName=self.table,
            Key=_key(name),
            UpdateExpression=f"SET {LAST} = :last, {LEDGER_EXPIRY_ATTRIBUTE} = :expiry ADD {HITS} :one",
            ExpressionAttributeValues={":last": {"S": last}, ":one": {"N": "1"}, **expiry},
        )

    def hits_on(self, days: Iterable[date], exception_ids: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Return how often exceptions were met on some days together, and the last call of each.

        Raises
        ------
        UnreadItemsError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
            The table cannot be read.
        """
        ids = list(exception_ids)
        wanted = {count_item(exception_id, day): exception_id for day in days for exception_id in ids}
        found: dict[str, tuple[int, str]] = {}
        items = read_items(self.client, self.table, list(wanted))
        for item in sorted(items, key=lambda item: item[LEDGER_KEY_ATTRIBUTE]["S"]):
            exception_id = wanted[item[LEDGER_KEY_ATTRIBUTE]["S"]]
            before, _ = found.get(exception_id, (0, ""))
            found[exception_id] = (before + int(item[HITS]["N"]), item[LAST]["S"])
        return found


def _key(name: str) -> dict[str, Any]:
    return {LEDGER_KEY_ATTRIBUTE: {"S": name}}
