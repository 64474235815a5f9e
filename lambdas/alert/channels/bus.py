"""The hub's bus, for other people's automation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import ChannelError
from policies.detection.bus_event import bus_event

if TYPE_CHECKING:
    from policies.detection.alert import Alert


@dataclass(frozen=True, slots=True)
class BusChannel:
    """An EventBridge bus.

    Parameters
    ----------
    events
        An EventBridge client.
    bus_name
        The bus.
    """

    events: Any
    bus_name: str
    name: str = "bus"

    def send(self, alert: Alert) -> str:
        """Put an alert on the bus; see :class:`lambdas.alert.channels.Channel`."""
        answer = self.events.put_events(Entries=[bus_event(alert, self.bus_name)])
        (entry,) = answer["Entries"]
        if answer.get("FailedEntryCount"):
            reason = f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}"
            raise ChannelError(f"the bus {self.bus_name} refused the event ({reason})")
        return str(entry["EventId"])
