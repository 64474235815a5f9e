"""The ledger: which alerts were sent, so that an event that comes twice is told once.

EventBridge delivers at least once, Lambda tries again, and a call between two accounts leaves a record in
each. An item goes from ``sending`` to ``sent``; whoever finds it ``sending`` with nobody left who could be at
it, sends. When in doubt it sends: two alerts are better than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from os import urandom
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable

SENDING = "sending"
SENT = "sent"

PEOPLE = "topic"
"""The channel that people read; all others are read by programs."""

# The attributes of an item.
_STATE = "delivery_state"
_DELIVERIES = "deliveries"
_CLAIMED_BY = "claimed_by"
_CLAIMED_UNTIL = "claimed_until"
_RANK = "worst"
_SERVED = "channels"
# What could not be claimed has no item yet, and one without an end would stay for good.
_KEPT = f"{LEDGER_EXPIRY_ATTRIBUTE} = if_not_exists({LEDGER_EXPIRY_ATTRIBUTE}, :expiry)"

_SECONDS_A_DAY = 86_400

# A twin of this invocation that is at it is waited for, at first in short steps: without triage it is done in
# a tenth of a second. What is kept back of the time is enough to do its work instead.
_PAUSES_SECONDS = (0.2, 0.4, 0.8, 1.6)
_LONG_PAUSE_SECONDS = 2.0
RESERVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What the ledger says about an alert.

    Parameters
    ----------
    is_sent
        Whether the alert was sent before, so that there is nothing to do.
    deliveries
        How often it has been delivered, this time included; None where the ledger could not say.
    doubt
        Why the alert may be sent twice; None where it cannot.
    served
        The channels that an earlier delivery has served already.
    is_news
        Whether somebody was told before, and another record of the same call shows that it is worse.
    """

    is_sent: bool
    deliveries: int | None = None
    doubt: str | None = None
    served: frozenset[str] = frozenset()
    is_news: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger's table.

    Needs ``dynamodb:UpdateItem`` and ``dynamodb:GetItem`` on it.

    Parameters
    ----------
    client
        A DynamoDB client.
    table
        The table's name.
    days
        How long an alert is remembered.
    now
        The clock, in seconds since 1970.
    sleep
        Waits for some seconds.
    new_id
        Returns what an invocation knows its own claim by.
    """

    client: Any
    table: str
    days: int
    now: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str] = lambda: urandom(8).hex()

    def claim(self, key: str | None, seconds_left: float, rank: int = 0) -> Claim:
        """Note a delivery of an alert and say whether it is still to be sent.

        Parameters
        ----------
        key
            The alert's key; None where it has none, and then nothing is remembered.
        seconds_left
            How long this invocation can still take. After that, nobody is at it any more.
        rank
            How bad it is by its record alone: the higher, the worse.
        """
        if key is None:
            return Claim(is_sent=False, doubt="it has no identity that could be remembered")
        try:
            return self._claim(key, seconds_left, rank)
        except (BotoCoreError, ClientError) as error:
            return Claim(is_sent=False, doubt=f"the ledger {self.table} could not be used ({error})")

    def confirm(self, key: str | None) -> str | None:
        """Note that an alert was sent; return why that was not possible, if it was not."""
        return self._note(key, f"SET {_STATE} = :sent, {_KEPT}", {":sent": {"S": SENT}})

    def postpone(self, key: str | None, served: frozenset[str]) -> str | None:
        """Note which channels were served, and leave the rest to the next delivery of the same event.

        Returns why that was not possible, if it was not: the next delivery then serves all of them again.
        """
        values: dict[str, Any] = {":now": {"N": f"{self.now():.3f}"}}
        if not served:
            return self._note(key, f"SET {_CLAIMED_UNTIL} = :now, {_KEPT}", values)
        values |= {":served": {"SS": sorted(served)}}
        return self._note(key, f"SET {_CLAIMED_UNTIL} = :now, {_KEPT} ADD {_SERVED} :served", values)

    def note_served(self, key: str | None, channel: str) -> str | None:
        """Note that a channel is served while others are still to come.

        Returns why that was not possible, if it was not. Whoever dies then serves the channel again.
        """
        values = {":served": {"SS": [channel]}}
        return self._note(key, f"SET {_KEPT} ADD {_SERVED} :served", values)

    def _note(self, key: str | None, expression: str, values: dict[str, Any]) -> str | None:
        if key is None:
            return None
        try:
            self._update(key, expression, values | {":expiry": self._expiry()})
        except (BotoCoreError, ClientError) as error:
            return f"the ledger {self.table} could not note what became of the alert ({error})"
        return None

    def _claim(self, key: str, seconds_left: float, rank: int) -> Claim:
        mine = self.new_id()
        before = self._note_delivery(key, seconds_left, rank, mine)
        # A client that got no answer writes again, and then finds what it wrote.
        if not before or _text(before, _CLAIMED_BY) == mine:
            return Claim(is_sent=False, deliveries=int(_number(before, _DELIVERIES)) or 1)
        deliveries = int(_number(before, _DELIVERIES)) + 1
        item = before if _is_sent(before) else self._awaited(key, before, seconds_left - RESERVE_SECONDS)
        is_worse = rank > _number(item, _RANK) and self._reopen(key, rank, seconds_left, mine)
        if _is_sent(item):
            return Claim(is_sent=not is_worse, deliveries=deliveries, is_news=is_worse)
        if served := frozenset(item.get(_SERVED, {}).get("SS", ())):
            # Who was told of something less bad is told again.
            return Claim(
                is_sent=False,
                deliveries=deliveries,
                served=frozenset() if is_worse else served,
                is_news=is_worse,
            )
        return Claim(
            is_sent=False,
            deliveries=deliveries,
            doubt="an earlier delivery of the same event began to send it and did not say that it finished",
        )

    def _note_delivery(self, key: str, seconds_left: float, rank: int, mine: str) -> dict[str, Any]:
        """Create or count; return the item as it was before, which is empty for whoever comes first."""
        created = {
            _STATE: ":sending",
            _CLAIMED_UNTIL: ":until",
            _CLAIMED_BY: ":mine",
            _RANK: ":rank",
        }
        kept = ", ".join(f"{name} = if_not_exists({name}, {value})" for name, value in created.items())
        answer = self._update(
            key,
            f"SET {kept}, {_KEPT} ADD {_DELIVERIES} :one",
            self._claim_values(rank, seconds_left, mine) | {":expiry": self._expiry(), ":one": {"N": "1"}},
        )
        before: dict[str, Any] = answer.get("Attributes") or {}
        return before

    def _awaited(self, key: str, before: dict[str, Any], patience: float) -> dict[str, Any]:
        """Wait for the invocation that is at it, and return the item as it is when that has ended."""
        item, last = before, self.now() + patience
        for pause in chain(_PAUSES_SECONDS, repeat(_LONG_PAUSE_SECONDS)):
            if self.now() + pause > min(last, _number(item, _CLAIMED_UNTIL)):
                break
            self.sleep(pause)
            answer = self.client.get_item(TableName=self.table, Key=_key(key), ConsistentRead=True)
            item = answer.get("Item") or {}
            if _is_sent(item):
                break
        return item

    def _reopen(self, key: str, rank: int, seconds_left: float, mine: str) -> bool:
        """Begin anew with an alert that was begun as less bad than it is; return whether nobody else has.

        Two accounts' records of one call differ in what they say of the caller.
        """
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_key(key),
                UpdateExpression=(
                    f"SET {_RANK} = :rank, {_STATE} = :sending, {_CLAIMED_UNTIL} = :until,"
                    f" {_CLAIMED_BY} = :mine REMOVE {_SERVED}"
                ),
                ConditionExpression=f"{_RANK} < :rank",
                ExpressionAttributeValues=self._claim_values(rank, seconds_left, mine),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _claim_values(self, rank: int, seconds_left: float, mine: str) -> dict[str, Any]:
        return {
            ":sending": {"S": SENDING},
            ":until": {"N": f"{self.now() + seconds_left:.3f}"},
            ":mine": {"S": mine},
            ":rank": {"N": str(rank)},
        }

    def _expiry(self) -> dict[str, str]:
        return {"N": str(int(self.now()) + self.days * _SECONDS_A_DAY)}

    def _update(self, key: str, expression: str, values: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.update_item(
            TableName=self.table,
            Key=_key(key),
            UpdateExpression=expression,
            ExpressionAttributeValues=values,
            ReturnValues="ALL_OLD",
        )
        return answer


def _key(key: str) -> dict[str, Any]:
    return {LEDGER_KEY_ATTRIBUTE: {"S": key}}


def _is_sent(item: dict[str, Any]) -> bool:
    return _text(item, _STATE) == SENT


def _text(item: dict[str, Any], name: str) -> str:
    return str(item.get(name, {}).get("S", ""))


def _number(item: dict[str, Any], name: str) -> float:
    return float(item.get(name, {}).get("N", 0))
