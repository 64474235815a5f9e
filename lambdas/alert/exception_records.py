"""What exceptions silenced: an item a day and exception in the ledger's table, and one a day that lists them.

The item of a call goes from ``counting`` to ``counted``, so that a call that is delivered twice counts once.
Whoever finds it ``counting`` with nobody left who could be at it counts it again: a call too many is better
than one that was silenced and is in no count. The items are written one after the other: transactions on one
counter would refuse each other in a burst.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.table_items import read_items
from policies.detection.exception_counts import (
    COUNTED,
    COUNTING,
    COUNTING_UNTIL,
    DONE,
    HITS,
    KEPT_DAYS,
    LAST,
    LISTED,
    Count,
    count_item,
    day_item,
    listed_counts,
    summed,
)
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

# The three writes until a call is counted, each tried twice, take less: then whoever began died, or failed.
COUNTING_SECONDS = 30.0

AT_IT = (
    "it could not be counted (another delivery of the same call is at it, and did not say that it finished)"
)
"""Why a call is not silenced that somebody else is about to count: nobody knows yet whether they succeed."""

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
        How long the ledger remembers a call. Counts are kept for `KEPT_DAYS` at least.
    now
        The clock.
    """

    client: Any
    table: str
    days: int
    now: Callable[[], datetime]
    _listed: set[str] = field(default_factory=set)

    def count(self, exception_ids: Sequence[str], key: str | None, last: str) -> str | None:
        """Count a call for today; return why that was not possible, if it was not.

        Parameters
        ----------
        exception_ids
            The exceptions that it meets.
        key
            The key of the call's alert; None where it has none, and then a repetition counts again.
        last
            The call in a few words.
        """
        try:
            state = self._begin(key) if key is not None else None
            if state is not None:
                return None if state == DONE else AT_IT
            day = self.now().date()
            for exception_id in exception_ids:
                # Listed first: a count that no list names would be found by nobody.
                self._list(exception_id, day)
                self._add(count_item(exception_id, day), last)
        except (BotoCoreError, ClientError) as error:
            return f"it could not be counted ({error})"
        if key is not None:
            self._finish(key)
        return None

    def _begin(self, key: str) -> str | None:
        """Note that a call is being counted; return what became of it where somebody else came before."""
        now = self.now().timestamp()
        expires = f"{LEDGER_EXPIRY_ATTRIBUTE} = if_not_exists({LEDGER_EXPIRY_ATTRIBUTE}, :expiry)"
        try:
            self._update(
                key,
                f"SET {COUNTED} = :counting, {COUNTING_UNTIL} = :until, {expires}",
                {
                    ":counting": {"S": COUNTING},
                    ":until": {"N": f"{now + COUNTING_SECONDS:.3f}"},
                    ":now": {"N": f"{now:.3f}"},
                    ":expiry": self._expiry(self.days),
                },
                # A call that is counted has no such time any more.
                ConditionExpression=f"attribute_not_exists({COUNTED}) OR {COUNTING_UNTIL} <= :now",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            item: dict[str, Any] = error.response.get("Item", {})
            return str(item.get(COUNTED, {}).get("S", COUNTING))
        return None

    def _list(self, exception_id: str, day: date) -> None:
        """Add an exception to those that were met on a day, once for each process of the function."""
        name = count_item(exception_id, day)
        if name in self._listed:
            return
        values = {":ids": {"SS": [exception_id]}, ":expiry": self._expiry(max(self.days, KEPT_DAYS))}
        expression = f"SET {LEDGER_EXPIRY_ATTRIBUTE} = :expiry ADD {LISTED} :ids"
        self._update(day_item(day), expression, values)
        self._listed.add(name)

    def _add(self, name: str, last: str) -> None:
        expiry = self._expiry(max(self.days, KEPT_DAYS))
        self._update(
            name,
            f"SET {LAST} = :last, {LEDGER_EXPIRY_ATTRIBUTE} = :expiry ADD {HITS} :one",
            {":last": {"S": last}, ":one": {"N": "1"}, ":expiry": expiry},
        )

    def _finish(self, key: str) -> None:
        """Note that a call is counted. Where that fails, it is counted all the same, and perhaps again."""
        try:
            self._update(key, f"SET {COUNTED} = :done REMOVE {COUNTING_UNTIL}", {":done": {"S": DONE}})
        except (BotoCoreError, ClientError):
            return

    def _update(self, name: str, expression: str, values: dict[str, Any], **conditions: str) -> None:
        self.client.update_item(
            TableName=self.table,
            Key={LEDGER_KEY_ATTRIBUTE: {"S": name}},
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            **conditions,
        )

    def _expiry(self, days: int) -> dict[str, str]:
        return {"N": str(int(self.now().timestamp()) + days * _SECONDS_A_DAY)}

    def hits_on(self, days: Iterable[date]) -> dict[str, Count]:
        """Return how often exceptions were met on some days together, also those that the inventory has lost.

        Raises
        ------
        UnreadItemsError, botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
            The table cannot be read.
        """
        lists = read_items(self.client, self.table, [day_item(day) for day in days])
        names = listed_counts(lists)
        return summed(read_items(self.client, self.table, list(names)), names)
