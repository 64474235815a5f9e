"""An alert, or a digest of many, as an event on the hub's bus, for other people's automation.

See https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.alert_document import alert_document

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.digest import Digest

SOURCE = "purge-guard"
"""``source`` of the event. The hub's own rules match sources of AWS alone, so it never comes back to us."""

DETAIL_TYPE = "purge-guard alert"
DIGEST_DETAIL_TYPE = "purge-guard digest"
"""``detail-type`` of the event: an alert and a digest differ in their fields."""


def bus_event(alert: Alert, bus_name: str) -> dict[str, object]:
    """Return the entry for ``events.put_events``: its detail is the alert's JSON document.

    Parameters
    ----------
    alert
        The alert.
    bus_name
        The hub's bus.
    """
    return _entry(bus_name, DETAIL_TYPE, alert_document(alert))


def bus_digest_event(digest: Digest, bus_name: str) -> dict[str, object]:
    """Return the entry for ``events.put_events``: its detail is the digest's JSON document.

    Parameters
    ----------
    digest
        The digest.
    bus_name
        The hub's bus.
    """
    from policies.detection.digest import digest_document  # noqa: PLC0415 - only bursts need it

    return _entry(bus_name, DIGEST_DETAIL_TYPE, digest_document(digest))


def _entry(bus_name: str, detail_type: str, detail: str) -> dict[str, object]:
    return {"EventBusName": bus_name, "Source": SOURCE, "DetailType": detail_type, "Detail": detail}
