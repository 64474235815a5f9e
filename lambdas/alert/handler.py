"""The alert function: the entry point, and what it works with.

Its failures are few on purpose. Nothing in an event makes it fail; a ledger that cannot be used makes
duplicates possible and is told in the alert. What is left is a channel that cannot be reached: then the
function fails, Lambda tries again and at last keeps the event in the queue of failures.

A cold start is part of the product: until the ledger's first answer, only what judges the event is imported,
and botocore without boto3 around it.

See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from botocore.config import Config
from botocore.session import get_session

from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import NotToldError, Services, tell, told_nothing
from policies.detection.alert import NOTHING_KNOWN, Alert, judge
from policies.detection.estate_document import FILE, EstateError, read_estate
from policies.settings import DAILY_EVENT, AlertSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lambdas.alert.admission import Admission
    from lambdas.alert.channels import Channel
    from lambdas.alert.digests import DigestQueue
    from lambdas.alert.exception_records import ExceptionRecords
    from lambdas.alert.investigation import Investigation
    from policies.detection.estate import Estate

# Both answer within a tenth of a second; what takes longer is tried again while there is time.
_LEDGER_CONFIG = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2})
_TOPIC_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3})
# What hangs after the topic has the alert must not take the time in which that is noted.
_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})

ARCHIVE = Path(__file__).resolve().parent.parent.parent
"""Where the function's archive is unpacked."""


class Context(Protocol):
    """What the function asks of the context that Lambda passes to it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return how long this invocation can still take, in milliseconds."""


def handle(event: object, context: Context) -> list[dict[str, object]] | dict[str, object]:
    """Do what an event calls for; the entry point that Lambda calls.

    Parameters
    ----------
    event
        An EventBridge event, what the daily schedule sends, or a batch of the digest queue; any other JSON
        value yields an alert that says what could not be read.
    context
        The context of the invocation.

    Returns
    -------
    list of dict, or dict
        What was done about each alert, as it was logged; for a batch of the digest queue, which of its
        messages have to be delivered again.

    Raises
    ------
    NotToldError
        An alert did not reach all of its channels.
    """
    if event == DAILY_EVENT:
        return [_tell_day()]
    if isinstance(event, dict) and _is_digest_batch(event):
        return _tell_digest(event, context)
    return process(event, _services(), lambda: context.get_remaining_time_in_millis() / 1000)


def process(event: object, services: Services, seconds_left: Callable[[], float]) -> list[dict[str, Any]]:
    """Do the work of :func:`handle` with the services that it is given."""
    done = []
    for item in judge(event, services.runbook_url, services.estate):
        entry = tell(item, services, seconds_left) if isinstance(item, Alert) else told_nothing(item)
        print(json.dumps(entry))
        done.append(entry)
    failures = [f"{name}: {why}" for entry in done for name, why in entry.get("failures", {}).items()]
    if failures:
        raise NotToldError("; ".join(failures))
    return done


def _is_digest_batch(event: dict[str, Any]) -> bool:
    if "Records" not in event:
        return False
    from lambdas.alert.digests import is_batch  # noqa: PLC0415 - only bursts need it

    return is_batch(event, AlertSettings.from_environment(os.environ).digest_queue_url)


def _tell_digest(event: dict[str, Any], context: Context) -> dict[str, object]:
    from lambdas.alert.digests import DigestServices, tell_digest  # noqa: PLC0415 - only bursts need it
    from lambdas.alert.told_entries import ToldEntries  # noqa: PLC0415 - likewise

    settings = AlertSettings.from_environment(os.environ)
    told = ToldEntries(_client("dynamodb"), settings.ledger_table, now=time.time)
    services = DigestServices(_client("sns"), settings.topic_arn, settings.chat_topic_arn, _admission(), told)
    outcome = tell_digest(event, services, lambda: context.get_remaining_time_in_millis() / 1000)
    print(json.dumps(outcome.entry))
    return outcome.response


def _tell_day() -> dict[str, object]:
    from lambdas.alert.daily import tell_day  # noqa: PLC0415 - once a day

    settings = AlertSettings.from_environment(os.environ)
    estate, _ = read_archive()
    entry = tell_day(_client("sns"), settings.topic_arn, _exception_records(), estate, _now())
    print(json.dumps(entry))
    return entry


def read_archive(folder: Path = ARCHIVE) -> tuple[Estate, str]:
    """Return what the archive says of the organization, and what is wrong with it.

    An archive without it yields alerts that say so: exceptions and owners are unknown, purges are not.
    """
    try:
        return read_estate((folder / FILE).read_text(encoding="utf-8")), ""
    except (OSError, EstateError) as error:
        return (
            NOTHING_KNOWN,
            f"What the inventory says of accounts, owners and exceptions is unknown: {error}.",
        )


@cache
def _services() -> Services:
    """Create what every event needs; the rest is made when it is first asked for."""
    settings = AlertSettings.from_environment(os.environ)
    estate, doubt = read_archive()
    dynamodb = _session().create_client("dynamodb", config=_LEDGER_CONFIG)
    return Services(
        ledger=Ledger(dynamodb, settings.ledger_table, settings.ledger_days, now=time.time, sleep=time.sleep),
        estate=estate,
        runbook_url=settings.runbook_url,
        channels=_channels,
        investigation=_investigation,
        exception_records=_exception_records,
        admission=_admission,
        digest_queue=_digest_queue if settings.digest_queue_url else None,
        doubt=doubt,
    )


@cache
def _channels() -> tuple[Channel, ...]:
    from lambdas.alert.channels.making import channels_of  # noqa: PLC0415 - after the ledger's first answer

    estate, _ = read_archive()
    return channels_of(AlertSettings.from_environment(os.environ), estate, _client, _now)


@cache
def _investigation() -> Investigation:
    from lambdas.alert.investigation import Investigation  # noqa: PLC0415 - after the ledger's first answer

    estate, _ = read_archive()
    return Investigation(estate)


@cache
def _exception_records() -> ExceptionRecords:
    from lambdas.alert.exception_records import ExceptionRecords  # noqa: PLC0415 - few events need it

    settings = AlertSettings.from_environment(os.environ)
    return ExceptionRecords(_client("dynamodb"), settings.ledger_table, settings.ledger_days, _now)


@cache
def _admission() -> Admission:
    from lambdas.alert.admission import Admission  # noqa: PLC0415 - after the ledger's first answer

    settings = AlertSettings.from_environment(os.environ)
    return Admission(_client("dynamodb"), settings.ledger_table, now=time.time, sleep=time.sleep)


@cache
def _digest_queue() -> DigestQueue:
    from lambdas.alert.digests import DigestQueue  # noqa: PLC0415 - only bursts need it

    settings = AlertSettings.from_environment(os.environ)
    estate, _ = read_archive()
    return DigestQueue(_client("sqs"), settings.digest_queue_url, estate)


@cache
def _client(service: str) -> Any:  # noqa: ANN401 - boto3 has no types
    return _session().create_client(service, config=_TOPIC_CONFIG if service == "sns" else _CONFIG)


@cache
def _session() -> Any:  # noqa: ANN401 - botocore has no types for what it creates
    """Return a session of botocore: boto3 around it would cost a tenth of a cold start and add nothing."""
    return get_session()


def _now() -> datetime:
    from datetime import UTC, datetime  # noqa: PLC0415 - loaded already, named here for the types alone

    return datetime.now(UTC)
