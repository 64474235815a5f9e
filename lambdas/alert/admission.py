"""Admission: whether an alert goes out at once or into a digest.

The windows of bursts and the places of the budget (`policies.detection.burst`) are items of the ledger's
table. DynamoDB deletes what has expired days later, so every condition looks at the time itself.

In a burst, nearly every alert finds a window open. That takes a read, and not even a consistent one: whoever
reads what is a moment old, and takes an open window for a closed one, is refused when it opens it.

See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from policies.detection.burst import (
    PLACES,
    SLOT_SECONDS,
    WINDOW_SECONDS,
    Lane,
    lanes_of,
    place_name,
    rank_of,
    windows_of,
)
from policies.detection.triage.finding import Status
from policies.detection.triage.refusal import status_of
from policies.naming import LEDGER_EXPIRY_ATTRIBUTE, LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.alert import Alert

IN_A_BURST = "its actor or its queue had an alert a few minutes before"
NO_PLACE = "as many alerts as there are places for at a time were sent"
TOO_MANY_AT_ONCE = "too many alerts ask for admission at once"
TOLD_BLINDLY = "the ledger cannot be used, and an alert was sent without it a few minutes before"

# Two transactions on one item refuse each other; the next one, a moment later, finds out who was first.
_PAUSES_SECONDS = (0.1, 0.3, 0.9)

_OPENER = "opener"
_RANK = "worst"
_USED = "used"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with an alert.

    Parameters
    ----------
    is_immediate
        Whether it goes out at once; else it goes into the next digest.
    reason
        Why it does not go out at once; empty where it does.
    doubt
        Why it goes out though nobody knows whether it is one of many; None where that is known.
    """

    is_immediate: bool
    reason: str = ""
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The windows and the budget, in the ledger's table.

    Needs ``dynamodb:BatchGetItem`` and ``dynamodb:UpdateItem`` on it.

    Parameters
    ----------
    client
        A DynamoDB client.
    table
        The table's name.
    now
        The clock, in seconds since 1970.
    sleep
        Waits for some seconds.
    """

    client: Any
    table: str
    now: Callable[[], float]
    sleep: Callable[[float], None]
    _told_blindly: list[float] = field(default_factory=list)

    def decide(self, alert: Alert) -> Decision:
        """Say whether an alert goes out at once, and note that it does.

        The alert that opened a window finds it as it left it: what is tried again after a failure is admitted
        again, and pays again. A table that throttles is itself the sign of a burst. While it fails otherwise,
        each process of the function sends an alert every few minutes, and the rest into digests.
        """
        try:
            return self._decide(alert)
        except ClientError as error:
            if status_of(_code(error)) is Status.THROTTLED:
                return Decision(is_immediate=False, reason=TOO_MANY_AT_ONCE)
            return self._unknown(error)
        except BotoCoreError as error:
            return self._unknown(error)

    def admit_alone(self, alert: Alert) -> bool:
        """Return whether an alert that cannot wait for a digest may go out now, and note that it does.

        It takes a place and asks for no window. While the table fails, each process of the function sends one
        every few minutes, as :meth:`decide` does.
        """
        try:
            return any(self._take_place(lane) for lane in lanes_of(alert))
        except (BotoCoreError, ClientError) as error:
            return self._unknown(error).is_immediate

    def admit_digest(self) -> bool:
        """Return whether a digest may go out now, and note that it does.

        A table that fails keeps no digest from going out: the mapping of the queue bounds how many there are.
        """
        try:
            return self._take_place(Lane.DIGESTS)
        except ClientError as error:
            return status_of(_code(error)) is not Status.THROTTLED
        except BotoCoreError:
            return True

    def seconds_to_next_places(self) -> float:
        """Return how long it takes until there are new places for digests."""
        slot = SLOT_SECONDS[Lane.DIGESTS]
        return slot - self.now() % slot

    def _take_place(self, lane: Lane) -> bool:
        """Take a place of a lane, and return whether there was one."""
        try:
            self.client.update_item(**self._place(lane))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _unknown(self, error: BotoCoreError | ClientError) -> Decision:
        now = self.now()
        if any(now - told < WINDOW_SECONDS for told in self._told_blindly):
            return Decision(is_immediate=False, reason=TOLD_BLINDLY)
        self._told_blindly[:] = [now]
        return Decision(is_immediate=True, doubt=f"the ledger {self.table} could not be used ({error})")

    def _decide(self, alert: Alert) -> Decision:
        windows = windows_of(alert)
        for pause in _PAUSES_SECONDS:
            if windows and self._is_told_already(alert, windows):
                return Decision(is_immediate=False, reason=IN_A_BURST)
            for lane in lanes_of(alert):
                refusal = self._open(alert, windows, lane)
                if refusal != NO_PLACE:
                    break
            if refusal != TOO_MANY_AT_ONCE:
                return Decision(is_immediate=refusal is None, reason=refusal or "")
            self.sleep(pause)
        return Decision(is_immediate=False, reason=TOO_MANY_AT_ONCE)

    def _is_told_already(self, alert: Alert, windows: tuple[str, ...]) -> bool:
        """Return whether a window is open that another alert, and none less bad, has opened."""
        request = {self.table: {"Keys": [_key(window) for window in windows]}}
        answer = self.client.batch_get_item(RequestItems=request)
        return any(
            float(item[LEDGER_EXPIRY_ATTRIBUTE]["N"]) > self.now()
            and int(item[_RANK]["N"]) >= rank_of(alert)
            and item[_OPENER]["S"] != alert.key
            for item in answer["Responses"].get(self.table, [])
        )

    def _open(self, alert: Alert, windows: tuple[str, ...], lane: Lane) -> str | None:
        """Open the windows and take a place, all or nothing; return what stands in the way, if anything."""
        updates = [*(self._window(window, alert) for window in windows), self._place(lane)]
        try:
            self.client.transact_write_items(TransactItems=[{"Update": update} for update in updates])
        except self.client.exceptions.TransactionCanceledException as error:
            *of_windows, of_place = (reason["Code"] for reason in error.response["CancellationReasons"])
            if "ConditionalCheckFailed" in of_windows:
                return IN_A_BURST
            return NO_PLACE if of_place == "ConditionalCheckFailed" else TOO_MANY_AT_ONCE
        return None

    def _window(self, name: str, alert: Alert) -> dict[str, Any]:
        now = self.now()
        return {
            "TableName": self.table,
            "Key": _key(name),
            "UpdateExpression": f"SET {LEDGER_EXPIRY_ATTRIBUTE} = :until, {_RANK} = :rank, {_OPENER} = :key",
            "ConditionExpression": (
                f"attribute_not_exists({LEDGER_KEY_ATTRIBUTE}) OR {LEDGER_EXPIRY_ATTRIBUTE} <= :now"
                f" OR {_RANK} < :rank OR {_OPENER} = :key"
            ),
            "ExpressionAttributeValues": {
                ":until": {"N": str(int(now) + WINDOW_SECONDS)},
                ":now": {"N": f"{now:.3f}"},
                ":rank": {"N": str(rank_of(alert))},
                ":key": {"S": alert.key},
            },
        }

    def _place(self, lane: Lane) -> dict[str, Any]:
        now = self.now()
        return {
            "TableName": self.table,
            "Key": _key(place_name(lane, now)),
            "UpdateExpression": f"SET {LEDGER_EXPIRY_ATTRIBUTE} = :expiry ADD {_USED} :one",
            "ConditionExpression": f"attribute_not_exists({_USED}) OR {_USED} < :most",
            "ExpressionAttributeValues": {
                ":expiry": {"N": str(int(now) + 2 * SLOT_SECONDS[lane])},
                ":one": {"N": "1"},
                ":most": {"N": str(PLACES[lane])},
            },
        }


def _key(name: str) -> dict[str, Any]:
    return {LEDGER_KEY_ATTRIBUTE: {"S": name}}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
