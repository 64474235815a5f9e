"""The ledger: which alerts were sent, so that an event that comes twice is told once.

EventBridge delivers at least once, Lambda tries again, and a call between two accounts leaves a record in
each. An item goes from ``sending`` to ``sent``; whoever finds it ``sending`` with nobody left who could be at
it, sends. When in doubt it sends: two alerts are better than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable

SENDING = "sending"
SENT = "sent"

PEOPLE = "topic"
"""The channel that people read; all others are read by programs."""

_SERVED = "channels"

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
    """

    is_sent: bool
    deliveries: int | None = None
    doubt: str | None = None
    served: frozenset[str] = frozenset()


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
    """

    client: Any
    table: str
    days: int
    now: Callable[[], float]
    sleep: Callable[[float], None]

    def claim(self, key: str | None, seconds_left: float) -> Claim:
        """Note a delivery of an alert and say whether it is still to be sent.

        Parameters
        ----------
        key
            The alert's key; None where it has none, and then nothing is remembered.
        seconds_left
            How long this invocation can still take. After that, nobody is at it any more.
        """
        if key is None:
            return Claim(is_sent=False, doubt="it has no identity that could be remembered")
        try:
            return self._claim(key, seconds_left)
        except (BotoCoreError, ClientError) as error:
            return Claim(is_sent=False, doubt=f"the ledger {self.table} could not be used ({error})")

    def confirm(self, key: str | None) -> str | None:
        """Note that an alert was sent; return why that was not possible, if it was not."""
        return self._note(key, "SET delivery_state = :sent", {":sent": {"S": SENT}})

    def postpone(self, key: str | None, served: frozenset[str]) -> str | None:
        """Note which channels were served, and leave the rest to the next delivery of the same event.

        Returns why that was not possible, if it was not: the next delivery then serves all of them again.
        """
        values: dict[str, Any] = {":now": {"N": f"{self.now():.3f}"}}
        if not served:
            return self._note(key, "SET claimed_until = :now", values)
        values |= {":served": {"SS": sorted(served)}}
        return self._note(key, f"SET claimed_until = :now ADD {_SERVED} :served", values)

    def _note(self, key: str | None, expression: str, values: dict[str, Any]) -> str | None:
        if key is None:
            return None
        try:
            self._update(key, expression, values)
        except (BotoCoreError, ClientError) as error:
            return f"the ledger {self.table} could not note what became of the alert ({error})"
        return None

    def _claim(self, key: str, seconds_left: float) -> Claim:
        before = self._note_delivery(key, seconds_left)
        deliveries = int(_number(before, "deliveries")) + 1
        if not before:
            return Claim(is_sent=False, deliveries=deliveries)
        patience = min(_number(before, "claimed_until") - self.now(), seconds_left - RESERVE_SECONDS)
        if _is_sent(before) or self._is_sent_within(patience, key):
            return Claim(is_sent=True, deliveries=deliveries)
        served = frozenset(before.get(_SERVED, {}).get("SS", ()))
        if served:
            return Claim(is_sent=False, deliveries=deliveries, served=served)
        return Claim(
            is_sent=False,
            deliveries=deliveries,
            doubt="an earlier delivery of the same event began to send it and did not say that it finished",
        )

    def _note_delivery(self, key: str, seconds_left: float) -> dict[str, Any]:
        """Create or count; return the item as it was before, which is empty for whoever comes first."""
        answer = self._update(
            key,
            "SET delivery_state = if_not_exists(delivery_state, :sending),"
            " claimed_until = if_not_exists(claimed_until, :until),"
            f" {LEDGER_EXPIRY_ATTRIBUTE} = if_not_exists({LEDGER_EXPIRY_ATTRIBUTE}, :expiry)"
            " ADD deliveries :one",
            {
                ":sending": {"S": SENDING},
                ":until": {"N": f"{self.now() + seconds_left:.3f}"},
                ":expiry": {"N": str(int(self.now()) + self.days * _SECONDS_A_DAY)},
                ":one": {"N": "1"},
            },
        )
        before: dict[str, Any] = answer.get("Attributes") or {}
        return before

    def _is_sent_within(self, seconds: float, key: str) -> bool:
        """Wait for the invocation that is at it, and return whether it has sent the alert."""
        last = self.now() + seconds
        for pause in chain(_PAUSES_SECONDS, repeat(_LONG_PAUSE_SECONDS)):
            if self.now() + pause > last:
                break
            self.sleep(pause)
            answer = self.client.get_item(TableName=self.table, Key=_key(key), ConsistentRead=True)
            if _is_sent(answer.get("Item") or {}):
                return True
        return False

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
    return bool(item.get("delivery_state", {}).get("S") == SENT)


def _number(item: dict[str, Any], name: str) -> float:
    return float(item.get(name, {}).get("N", 0))
