"""What the function has at hand in Lambda: settings, what its archive says, and clients, each made once.

A cold start is part of the product: whatever is not needed before the ledger's first answer is imported and
made when it is first asked for, and botocore serves without boto3 around it.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.session import get_session

from lambdas.alert.ledger import Ledger
from lambdas.alert.telling import Services
from policies.detection.alert import NOTHING_KNOWN
from policies.detection.estate_document import FILE, EstateError, read_estate
from policies.settings import AlertSettings

if TYPE_CHECKING:
    from lambdas.alert.admission import Admission
    from lambdas.alert.channels import Channel
    from lambdas.alert.digests import DigestQueue, DigestServices
    from lambdas.alert.exception_records import ExceptionRecords
    from lambdas.alert.investigation import Investigation
    from policies.detection.estate import Estate

# DynamoDB answers within a hundredth of a second; what takes longer is tried again while there is time.
_TABLE_CONFIG = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 2})
_TOPIC_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3})
# What hangs after the topic has the alert must not take the time in which that is noted.
_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
_CONFIGS = {"dynamodb": _TABLE_CONFIG, "sns": _TOPIC_CONFIG}

ARCHIVE = Path(__file__).resolve().parent.parent.parent
"""Where the function's archive is unpacked."""


class Runtime:
    """What the function has at hand, for as long as its process lives."""

    def __init__(self) -> None:
        # A session of boto3 would cost a tenth of a cold start and add nothing here.
        self._session: Any = get_session()
        self._clients: dict[str, Any] = {}

    @cached_property
    def settings(self) -> AlertSettings:
        """What the stack says.

        Raises
        ------
        SettingError
            The stack did not say it.
        """
        return AlertSettings.from_environment(os.environ)

    @cached_property
    def estate(self) -> Estate:
        """What the archive says of the organization."""
        known, _ = self._archive
        return replace(known, own_keys=self.settings.own_keys)

    @cached_property
    def services(self) -> Services:
        """What every event needs, and what makes the rest."""
        settings = self.settings
        return Services(
            ledger=Ledger(
                self.client("dynamodb"), settings.ledger_table, settings.ledger_days, time.time, time.sleep
            ),
            estate=self.estate,
            runbook_url=settings.runbook_url,
            channels=lambda: self.channels,
            investigation=lambda: self.investigation,
            exception_records=lambda: self.exception_records,
            admission=lambda: self.admission,
            digest_queue=(lambda: self.digest_queue) if settings.digest_queue_url else None,
            doubt=self._archive[1],
        )

    @cached_property
    def channels(self) -> tuple[Channel, ...]:
        """Where alerts go."""
        from lambdas.alert.channels.making import channels_of  # noqa: PLC0415 - after the ledger's answer

        return channels_of(self.settings, self.estate, self.client, now)

    @cached_property
    def investigation(self) -> Investigation:
        """What asks AWS about calls."""
        from lambdas.alert.investigation import Investigation  # noqa: PLC0415 - after the ledger's answer

        return Investigation(self.estate)

    @cached_property
    def exception_records(self) -> ExceptionRecords:
        """What counts the calls that meet an exception."""
        from lambdas.alert.exception_records import ExceptionRecords  # noqa: PLC0415 - few events need it

        settings = self.settings
        return ExceptionRecords(self.client("dynamodb"), settings.ledger_table, settings.ledger_days, now)

    @cached_property
    def admission(self) -> Admission:
        """What says whether an alert is told at once."""
        from lambdas.alert.admission import Admission  # noqa: PLC0415 - after the ledger's answer

        return Admission(self.client("dynamodb"), self.settings.ledger_table, time.time, time.sleep)

    @cached_property
    def digest_queue(self) -> DigestQueue:
        """Where the alerts of a burst wait."""
        from lambdas.alert.digests import DigestQueue  # noqa: PLC0415 - only bursts need it

        return DigestQueue(self.client("sqs"), self.settings.digest_queue_url, self.estate)

    @cached_property
    def digest_services(self) -> DigestServices:
        """What a digest is told with."""
        from lambdas.alert.digests import DigestServices  # noqa: PLC0415 - only bursts need it
        from lambdas.alert.told_entries import ToldEntries  # noqa: PLC0415 - likewise

        settings = self.settings
        told = ToldEntries(self.client("dynamodb"), settings.ledger_table, time.time)
        return DigestServices(self.channels, self.admission, told)

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore has no types for what it creates
        """Return the client of a service."""
        if service not in self._clients:
            config = _CONFIGS.get(service, _CONFIG)
            self._clients[service] = self._session.create_client(service, config=config)
        return self._clients[service]

    @cached_property
    def _archive(self) -> tuple[Estate, str]:
        return read_archive(ARCHIVE)


def read_archive(folder: Path) -> tuple[Estate, str]:
    """Return what an archive says of the organization, and what is wrong with it; empty where nothing is.

    An archive without it yields alerts that say so: exceptions and owners are unknown, purges are not.
    """
    try:
        return read_estate((folder / FILE).read_text(encoding="utf-8")), ""
    except (OSError, EstateError) as error:
        unknown = "What the inventory says of accounts, owners and exceptions is unknown"
        return NOTHING_KNOWN, f"{unknown}: {error}."


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)
