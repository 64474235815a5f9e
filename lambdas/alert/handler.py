"""The alert function: parse, classify, remember, publish.

Its failures are few on purpose. Nothing in an event makes it fail; a ledger that cannot be used makes
duplicates possible and is told in the alert. What is left is a topic that cannot be published to: then the
function fails, Lambda tries again and at last keeps the event in the queue of failures.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config

from lambdas.alert.ledger import Ledger
from lambdas.alert.message import sns_message
from policies.detection.alert import alerts_in
from policies.detection.text import clipped
from policies.settings import AlertSettings

if TYPE_CHECKING:
    from policies.detection.alert import Alert

_LONGEST_LOGGED = 300

# Both answer within a tenth of a second; what takes longer is tried again while there is time.
_LEDGER_CONFIG = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2})
_TOPIC_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3})


class Context(Protocol):
    """What the function asks of the context that Lambda passes to it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long this invocation can still take, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the function works with.

    Parameters
    ----------
    sns
        An SNS client.
    ledger
        Remembers what was sent.
    topic_arn
        The topic that alerts go to.
    runbook_url
        The organization's own runbook; empty for the one that a rule names.
    """

    sns: Any
    ledger: Ledger
    topic_arn: str
    runbook_url: str


def handle(event: object, context: Context) -> list[dict[str, object]]:
    """Publish the alerts that an event calls for; the entry point that Lambda calls.

    Parameters
    ----------
    event
        An EventBridge event; any other JSON value yields an alert that says what could not be read.
    context
        The context of the invocation.

    Returns
    -------
    list of dict
        What was done about each alert, as it was logged.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        An alert could not be published.
    """
    return process(event, _services(), context.get_remaining_time_in_millis() / 1000)


def process(event: object, services: Services, seconds_left: float) -> list[dict[str, object]]:
    """Do the work of :func:`handle` with the services that it is given."""
    done = []
    for alert in alerts_in(event, services.runbook_url):
        entry = _send(alert, services, seconds_left)
        print(json.dumps(entry))
        done.append(entry)
    return done


def _send(alert: Alert, services: Services, seconds_left: float) -> dict[str, object]:
    """Publish an alert unless it was published before, and return what to log about it."""
    claim = services.ledger.claim(alert.key, seconds_left)
    if claim.is_sent:
        return {**_log_entry(alert), "decision": "already sent", "deliveries": claim.deliveries}
    if claim.doubt:
        alert = replace(alert, notes=(*alert.notes, f"This alert may come twice: {claim.doubt}."))
    answer = services.sns.publish(TopicArn=services.topic_arn, **sns_message(alert))
    doubt = services.ledger.confirm(alert.key)
    return {
        **_log_entry(alert),
        "decision": "sent",
        "deliveries": claim.deliveries,
        "message_id": answer["MessageId"],
        "unconfirmed": doubt,
    }


def _log_entry(alert: Alert) -> dict[str, object]:
    entry: dict[str, str | None] = {
        "key": alert.key,
        "kind": alert.kind,
        "rule": alert.rule.id if alert.rule else None,
        "severity": alert.assessment.severity,
        "outcome": alert.outcome,
        "account": alert.subject.account,
        "region": alert.region,
        "target": alert.target,
        "notes": " ".join(alert.notes),
    }
    return {name: clipped(value, _LONGEST_LOGGED) if value else value for name, value in entry.items()}


@cache
def _services() -> Services:
    """Create the clients at the first event, so that importing the module costs no time and needs no AWS."""
    settings = AlertSettings.from_environment(os.environ)
    dynamodb = boto3.client("dynamodb", config=_LEDGER_CONFIG)
    return Services(
        sns=boto3.client("sns", config=_TOPIC_CONFIG),
        ledger=Ledger(dynamodb, settings.ledger_table, settings.ledger_days, now=time.time, sleep=time.sleep),
        topic_arn=settings.topic_arn,
        runbook_url=settings.runbook_url,
    )
