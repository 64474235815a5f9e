"""The class Detection Finding of the Open Cybersecurity Schema Framework, as all findings of ours use it.

See https://schema.ocsf.io/1.8.0/classes/detection_finding; what is used of it is in 1.5.0 already.
"""

from __future__ import annotations

from typing import Any

from policies.detection.severity import Severity

VERSION = "1.8.0"
"""Of the schema."""

CLASS_UID = 2004
CATEGORY_UID = 2

Named = tuple[int, str]
"""The number of a thing in the schema, and its name."""

CREATE: Named = (1, "Create")
CLOSE: Named = (3, "Close")
NEW: Named = (1, "New")
RESOLVED: Named = (4, "Resolved")
INFORMATIONAL: Named = (1, "Informational")
SEVERITIES: dict[Severity, Named] = {
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}


def class_fields(
    title: str, milliseconds: int, severity: Named, *, activity: Named = CREATE, status: Named = NEW
) -> dict[str, Any]:
    """Return the fields of the class itself.

    Parameters
    ----------
    title
        The finding in one line.
    milliseconds
        When it happened, since 1970.
    severity, activity, status
        As the schema numbers and names them.
    """
    return {
        **named("activity_id", "activity_name", activity),
        **named("category_uid", "category_name", (CATEGORY_UID, "Findings")),
        **named("class_uid", "class_name", (CLASS_UID, "Detection Finding")),
        **named("severity_id", "severity", severity),
        **named("status_id", "status", status),
        "type_uid": CLASS_UID * 100 + activity[0],
        "type_name": f"Detection Finding: {activity[1]}",
        "time": milliseconds,
        "message": title,
        "is_alert": True,
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": {"name": "purge-guard", "vendor_name": "purge-guard", "uid": "purge-guard"},
        },
    }


def named(number: str, name: str, value: Named) -> dict[str, Any]:
    """Return the two fields that the schema has for one thing."""
    return {number: value[0], name: value[1]}


def present(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without what is null or empty: the schema has optional fields, not empty ones."""
    if isinstance(value, dict):
        kept = {key: present(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, {}, [])}
    if isinstance(value, list):
        return [present(item) for item in value]
    return value
