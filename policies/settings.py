"""What the functions are told by the stacks that deploy them.

The stack writes these values into a function's environment and the function reads them back, so the
names of the variables are here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_PREFIX = "PURGE_GUARD_"

DAILY_EVENT: dict[str, object] = {"purge-guard": "daily"}
"""What the daily schedule invokes the alert function with."""


class SettingError(Exception):
    """A setting that a function needs is missing, or makes no sense: its stack did not write it."""


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What the alert function needs to know.

    Parameters
    ----------
    topic_arn
        The SNS topic that alerts are published to.
    ledger_table
        The DynamoDB table that remembers which purges were alerted.
    ledger_days
        How long the ledger remembers, in days.
    runbook_url
        Where the runbook of the alerts is; empty for the one that the rule names.
    json_format
        What programs get: ``own`` or ``ocsf``.
    chat_topic_arn
        The SNS topic for chat applications; empty where there is none.
    bus_name
        The bus that alerts go to as events; empty where they do not.
    security_hub
        Whether alerts become findings of Security Hub.
    digest_queue_url
        The queue in which the alerts of a burst wait for their digest; empty where all are told at once.
    own_keys
        The ARNs of the hub's own KMS keys.

    Examples
    --------
    >>> topic_arn = "arn:aws:sns:us-east-1:111122223333:purge-guard-alerts"
    >>> settings = AlertSettings(topic_arn, ledger_table="purge-guard-ledger", ledger_days=90)
    >>> AlertSettings.from_environment(settings.to_environment()) == settings
    True
    """

    topic_arn: str
    ledger_table: str
    ledger_days: int
    runbook_url: str = ""
    json_format: str = "own"
    chat_topic_arn: str = ""
    bus_name: str = ""
    security_hub: bool = False
    digest_queue_url: str = ""
    own_keys: tuple[str, ...] = ()

    def to_environment(self) -> dict[str, str]:
        """Return the environment variables that carry these settings."""
        return {
            f"{ENVIRONMENT_PREFIX}TOPIC_ARN": self.topic_arn,
            f"{ENVIRONMENT_PREFIX}LEDGER_TABLE": self.ledger_table,
            f"{ENVIRONMENT_PREFIX}LEDGER_DAYS": str(self.ledger_days),
            f"{ENVIRONMENT_PREFIX}RUNBOOK_URL": self.runbook_url,
            f"{ENVIRONMENT_PREFIX}JSON_FORMAT": self.json_format,
            f"{ENVIRONMENT_PREFIX}CHAT_TOPIC_ARN": self.chat_topic_arn,
            f"{ENVIRONMENT_PREFIX}BUS_NAME": self.bus_name,
            f"{ENVIRONMENT_PREFIX}SECURITY_HUB": "yes" if self.security_hub else "",
            f"{ENVIRONMENT_PREFIX}DIGEST_QUEUE_URL": self.digest_queue_url,
            f"{ENVIRONMENT_PREFIX}OWN_KEYS": ",".join(self.own_keys),
        }

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> AlertSettings:
        """Read the settings back from environment variables.

        Raises
        ------
        SettingError
            A variable is absent, or no number where one has to be; the sentence names it.
        """

        def read(name: str) -> str:
            try:
                return environment[ENVIRONMENT_PREFIX + name]
            except KeyError:
                raise SettingError(
                    f"the environment variable {ENVIRONMENT_PREFIX}{name} is not set: deploy the hub stack"
                ) from None

        def read_number(name: str) -> int:
            try:
                return int(read(name))
            except ValueError:
                raise SettingError(
                    f"the environment variable {ENVIRONMENT_PREFIX}{name} is {read(name)!r} and no number: "
                    "deploy the hub stack"
                ) from None

        return cls(
            topic_arn=read("TOPIC_ARN"),
            ledger_table=read("LEDGER_TABLE"),
            ledger_days=read_number("LEDGER_DAYS"),
            runbook_url=read("RUNBOOK_URL"),
            json_format=read("JSON_FORMAT"),
            chat_topic_arn=read("CHAT_TOPIC_ARN"),
            bus_name=read("BUS_NAME"),
            security_hub=bool(read("SECURITY_HUB")),
            digest_queue_url=read("DIGEST_QUEUE_URL"),
            own_keys=tuple(filter(None, read("OWN_KEYS").split(","))),
        )
