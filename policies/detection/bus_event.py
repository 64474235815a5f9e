"""An alert as an event on the hub's bus, for other people's automation.

See https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.alert_document import alert_document

if TYPE_CHECKING:
    from policies.detection.alert import Alert

SOURCE = "purge-guard"
"""``source`` of the event. The hub's own rules match sources of AWS alone, so it never comes back to us."""

DETAIL_TYPE = "purge-guard alert"
"""``detail-type`` of the event."""


def bus_event(alert: Alert, bus_name: str) -> dict[str, object]:
    """Return the entry for ``events.put_events``: its detail is the alert's JSON document.

    Parameters
    ----------
    alert
        The alert.
    bus_name
        The hub's bus.
    """
    return {
        "EventBusName": bus_name,
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": alert_document(alert),
    }
