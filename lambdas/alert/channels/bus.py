"""The hub's bus, for other people's automation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import ChannelError
from policies.detection.bus_event import bus_digest_event, bus_event
from policies.detection.fields import text_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.alert import Alert
    from policies.detection.digest import Digest


@dataclass(frozen=True, slots=True)
class BusChannel:
    """An EventBridge bus.

    Parameters
    ----------
    events
        Returns an EventBridge client.
    bus_name
        The bus.
    """

    events: Callable[[], Any]
    bus_name: str
    name: str = "bus"

    def send(self, alert: Alert) -> str:
        """Put an alert on the bus; see :class:`lambdas.alert.channels.Channel`."""
        return self._put(bus_event(alert, self.bus_name))

    def send_digest(self, digest: Digest) -> str:
        """Put a digest on the bus; see :class:`lambdas.alert.channels.Channel`."""
        return self._put(bus_digest_event(digest, self.bus_name))

    def _put(self, event: dict[str, object]) -> str:
        answer = self.events().put_events(Entries=[event])
        # A success over HTTP can hold a failure, and only what was accepted has an id.
        entry = (answer.get("Entries") or [{}])[0]
        identity = text_in(entry, "EventId")
        if identity is None:
            reason = f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}"
            raise ChannelError(f"the bus {self.bus_name} refused the event ({reason})")
        return identity
