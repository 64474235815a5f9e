"""An alert as an SNS message.

SNS takes 262,144 bytes for the message and its attributes together. The parts obey limits of their own that
keep the whole below it, whatever a record holds: backslashes and quotes double when the document is put into
the message, so four documents of 26,000 bytes and a text of 20,000 take 248,000 bytes at most.

See https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policies.detection.alarm import AlarmChange
from policies.detection.alert import NOTHING_KNOWN, UNKNOWN
from policies.detection.alert_document import alert_document
from policies.detection.email_message import email_body
from policies.detection.owner import OWNER, owners_of
from policies.detection.text import elided, visible_ascii

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.estate import Estate

MACHINE_PROTOCOLS = ("http", "https", "lambda", "sqs")
"""What gets the document for programs. Everybody else gets the text; for email that is what people read."""

_LONGEST_ATTRIBUTE = 256


def sns_message(alert: Alert, estate: Estate = NOTHING_KNOWN, document: str | None = None) -> dict[str, Any]:
    """Return the arguments of ``sns.publish``, all but the topic: text for people, JSON for machines.

    Parameters
    ----------
    alert
        The alert.
    estate
        The organization, which knows the owners of queues.
    document
        What programs get instead of purge-guard's own JSON, at most as large.
    """
    document = document or alert_document(alert)
    text, machine = (json.dumps(body, ensure_ascii=False) for body in (email_body(alert), document))
    # The same document for each protocol: it is written once, for it is long.
    bodies = [f'"default":{text}', *(f'"{protocol}":{machine}' for protocol in MACHINE_PROTOCOLS)]
    return {
        "Subject": alert.title,
        "Message": f"{{{','.join(bodies)}}}",
        "MessageStructure": "json",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": _attribute(value)}
            for name, value in _attributes(alert).items()
        }
        | _owners(alert, estate),
    }


def _owners(alert: Alert, estate: Estate) -> dict[str, Any]:
    """Return the attribute by which owners receive their own alerts; without owners there is none."""
    owners = owners_of(alert, estate)
    return {OWNER: {"DataType": "String.Array", "StringValue": json.dumps(owners)}} if owners else {}


def _attributes(alert: Alert) -> dict[str, str | None]:
    """Return what subscribers can filter on. All of them are always there: a filter drops what lacks one."""
    queue = (
        None
        if isinstance(alert.subject, AlarmChange) or not alert.subject.queue
        else alert.subject.queue.name
    )
    return {
        "severity": alert.assessment.severity,
        "outcome": alert.outcome,
        "account": alert.subject.account,
        "region": alert.region,
        "queue": queue,
        "rule": alert.rule.id if alert.rule else alert.kind,
    }


def _attribute(value: str | None) -> str:
    return elided(visible_ascii(value or UNKNOWN), _LONGEST_ATTRIBUTE)
