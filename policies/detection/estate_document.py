"""The estate as JSON, on its way from the stack that deploys a function to the function."""

from __future__ import annotations

import json
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from policies.detection.estate import Estate, KnownAccount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.detection.exceptions import PurgeException, Schedule

FILE = "estate.json"
"""The member of a function's archive that holds it."""

_LISTS = ("exempt_roles", "deployer_roles", "queue_keys", "trails", "owners")
_PLAIN = ("organization_id", "management_account", "has_organization_policies", "trusts_any_trail")
_CRITERIA = ("principals", "queues", "accounts", "environments", "user_agents", "calls")
_SIGNATURE = ("id", "reason", "owner", "ticket", "is_trial")


class EstateError(Exception):
    """What a function finds in its archive is no estate: another version of the stack wrote it."""


def estate_json(estate: Estate) -> str:
    """Return an estate as JSON, the same text for the same estate."""
    accounts = {
        account: {"name": known.name, "environment": known.environment, "owner": known.owner}
        for account, known in estate.accounts.items()
    }
    fields = {
        "accounts": accounts,
        **{name: getattr(estate, name) for name in (*_PLAIN, *_LISTS)},
        "protected_queues": dict(estate.protected_queues),
        "exceptions": [_exception_fields(exception) for exception in estate.exceptions],
    }
    return json.dumps(fields, sort_keys=True, indent=1) + "\n"


def read_estate(text: str) -> Estate:
    """Return the estate that JSON from :func:`estate_json` describes.

    Raises
    ------
    EstateError
        The text is something else.

    Examples
    --------
    >>> read_estate(estate_json(Estate(owners=("payments",)))).owners
    ('payments',)
    """
    try:
        return _estate(json.loads(text))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EstateError(f"{FILE} cannot be read ({error!r}): deploy the hub stack again") from error


def _estate(fields: dict[str, Any]) -> Estate:
    accounts = {account: KnownAccount(**known) for account, known in fields["accounts"].items()}
    return Estate(
        accounts=MappingProxyType(accounts),
        exceptions=tuple(_exception(exception) for exception in fields["exceptions"]),
        protected_queues=MappingProxyType(fields["protected_queues"]),
        **_values(fields, _PLAIN, _LISTS),
    )


def _exception_fields(exception: PurgeException) -> dict[str, object]:
    schedule = exception.schedule
    return {
        **{name: getattr(exception, name) for name in (*_SIGNATURE, *_CRITERIA)},
        "expires": exception.expires.isoformat(),
        "tags": dict(exception.tags),
        "schedule": schedule and {**_schedule_fields(schedule), "days": sorted(schedule.days)},
    }


def _schedule_fields(schedule: Schedule) -> Mapping[str, object]:
    return {name: getattr(schedule, name) for name in ("start_minute", "end_minute", "time_zone")}


def _exception(fields: dict[str, Any]) -> PurgeException:
    # Where there are no exceptions, a cold start need not wait for what matches them.
    from policies.detection.exceptions import PurgeException, Schedule  # noqa: PLC0415

    schedule = fields["schedule"]
    return PurgeException(
        **_values(fields, _SIGNATURE, _CRITERIA),
        expires=datetime.fromisoformat(fields["expires"]),
        tags=MappingProxyType(fields["tags"]),
        schedule=schedule and Schedule(**{**schedule, "days": frozenset(schedule["days"])}),
    )


def _values(fields: dict[str, Any], plain: tuple[str, ...], lists: tuple[str, ...]) -> dict[str, Any]:
    return {name: fields[name] for name in plain} | {name: tuple(fields[name]) for name in lists}
