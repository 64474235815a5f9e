"""A digest as a finding: one for Security Hub, and one of OCSF, each for all of its alerts together.

A finding for each alert of a burst would be thousands that one actor makes, and Security Hub takes ten
requests a second. What the formats have no place for is in the digest's own document.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from policies.detection.alert import UNKNOWN
from policies.detection.asff_frame import (
    LONGEST_DESCRIPTION,
    LONGEST_RECOMMENDATION,
    LONGEST_TEXT,
    LONGEST_TITLE,
    UNUSUAL,
    finding_frame,
    finding_judgement,
    finding_text,
    finding_times,
    target_place,
)
from policies.detection.digest import KIND, STEPS, digest_document, digest_lines
from policies.detection.event_time import format_time, parse_time
from policies.detection.ocsf_class import SEVERITIES, class_fields, present

if TYPE_CHECKING:
    from datetime import datetime

    from policies.detection.digest import Digest
    from policies.naming import Place

_MOST_RESOURCES = 10


def digest_security_finding(digest: Digest, hub: Place, now: datetime) -> dict[str, Any]:
    """Return the finding, ready for ``securityhub.batch_import_findings``.

    The same alerts make the same finding, however often they are told.

    Parameters
    ----------
    digest
        The digest.
    hub
        The hub's account and region, whose Security Hub takes the finding.
    now
        The time, in UTC.
    """
    first, last = _span(digest, now)
    steps = finding_text(" ".join(STEPS), LONGEST_RECOMMENDATION)
    counts = {"count": len(digest.entries), "repeated": digest.repeated, "log": digest.log}
    return {
        **finding_frame(hub, KIND, _identity(digest), KIND),
        **finding_judgement({"Label": digest.severity.upper()}, [UNUSUAL]),
        "RecordState": "ACTIVE",
        "FirstObservedAt": format_time(first),
        **finding_times(first, last, now),
        "Title": finding_text(digest.title, LONGEST_TITLE),
        "Description": finding_text(" ".join(digest_lines(digest)), LONGEST_DESCRIPTION),
        "Remediation": {"Recommendation": {"Text": steps}},
        "ProductFields": {f"purge-guard/{name}": str(value) for name, value in counts.items()},
        "Resources": [_resource(*queue) for queue, _ in digest.queues.most_common(_MOST_RESOURCES)],
    }


def digest_detection_finding(digest: Digest, now: datetime) -> str:
    """Return the digest as one line of JSON: a Detection Finding of OCSF for ``count`` alerts.

    Its ``unmapped`` is the digest's own document, with the key of every alert.

    Parameters
    ----------
    digest
        The digest.
    now
        The time, in UTC, for alerts that have none.
    """
    first, last = ((int(time.timestamp() * 1000)) for time in _span(digest, now))
    finding: dict[str, Any] = {
        **class_fields(digest.title, last, SEVERITIES[digest.severity]),
        "count": len(digest.entries),
        "start_time": first,
        "end_time": last,
        "finding_info": {
            "uid": _identity(digest),
            "title": digest.title,
            "desc": " ".join(digest_lines(digest)),
            "created_time": first,
            "types": [KIND],
        },
        "cloud": {"provider": "AWS"},
        "resources": [
            {"name": target, "region": region if region != UNKNOWN else None}
            for (target, _, region), _ in digest.queues.most_common(_MOST_RESOURCES)
        ],
        "remediation": {"desc": " ".join(STEPS)},
    }
    whole = {**present(finding), "unmapped": json.loads(digest_document(digest))}
    return json.dumps(whole, separators=(",", ":"))


def _identity(digest: Digest) -> str:
    """Return what the alerts of a digest have in common, in any order: 64 hexadecimal digits."""
    keys = "\n".join(sorted(entry.key for entry in digest.entries))
    return hashlib.sha256(keys.encode()).hexdigest()


def _span(digest: Digest, now: datetime) -> tuple[datetime, datetime]:
    first, last = (parse_time(time) or now for time in digest.span)
    return first, last


def _resource(target: str, account: str, region: str) -> dict[str, Any]:
    """Return what alerts are about. An entry has names alone, so it is no resource of a type."""
    identity = finding_text(f"{account}/{region}/{target}", LONGEST_TEXT)
    return {"Type": "Other", "Id": identity, **target_place(region)}
