"""What of the inventory the functions are told: see `policies.detection.estate`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from policies.detection.estate import Estate, KnownAccount
from policies.detection.exceptions import PurgeException, Schedule
from policies.detection.own_statements import own_statements_digest
from policies.inventory.exceptions import DAYS
from policies.prevention.queue import queue_statements
from policies.prevention.scope import account_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory import Inventory
    from policies.inventory.exceptions import ExceptionSection, ScheduleSection


def estate_of(inventory: Inventory) -> Estate:
    """Return what the functions know of an organization.

    Parameters
    ----------
    inventory
        The organization as its operator describes it.
    """
    organization, prevention = inventory.organization, inventory.prevention
    accounts = {
        account.id: KnownAccount(account.name, account.environment, account.owner)
        for account in inventory.accounts
    }
    # The hub's account may be in the organization without being watched.
    accounts.setdefault(inventory.hub.account, KnownAccount("hub"))
    return Estate(
        accounts=MappingProxyType(accounts),
        organization_id=organization.id if organization else "",
        management_account=organization.management_account if organization else "",
        exempt_roles=tuple(sorted(prevention.exempt_roles)) if prevention else (),
        deployer_roles=tuple(sorted(prevention.deployer_roles)) if prevention else (),
        queue_keys=tuple(sorted(_queue_keys(inventory))),
        protected_queues=MappingProxyType(dict(sorted(_protected_queues(inventory)))),
        has_organization_policies=inventory.has_organization_policies,
        trails=tuple(sorted(set(_trails(inventory)))),
        owners=tuple(sorted(owner.name for owner in inventory.owners)),
        exceptions=tuple(sorted(map(_exception, inventory.exceptions), key=lambda exception: exception.id)),
        trusts_any_trail=any(
            account.trail.mode == "organization" and account.trail.name is None
            for account in inventory.accounts
        ),
    )


def _queue_keys(inventory: Inventory) -> Iterator[str]:
    for account in inventory.accounts:
        if account.prevention is not None:
            yield from account.prevention.queue_keys


def _protected_queues(inventory: Inventory) -> Iterator[tuple[str, str]]:
    if inventory.prevention is None:
        return
    for account in inventory.accounts:
        for queue in account.prevention.queues if account.prevention else ():
            scope = account_scope(inventory.prevention, inventory, account)
            statements = queue_statements(scope, queue)
            yield queue, own_statements_digest(statement.to_dict() for statement in statements)


def _trails(inventory: Inventory) -> Iterator[str]:
    for account in inventory.accounts:
        if account.trail.mode != "create" and account.trail.name is not None:
            yield account.trail.name


def _exception(section: ExceptionSection) -> PurgeException:
    return PurgeException(
        id=section.id,
        reason=section.reason,
        owner=section.owner,
        ticket=section.ticket,
        expires=section.expires,
        principals=section.principals,
        queues=section.queues,
        tags=section.tags,
        accounts=section.accounts,
        environments=section.environments,
        schedule=_schedule(section.schedule) if section.schedule else None,
        user_agents=section.user_agents,
        calls=section.calls,
        is_trial=section.trial,
    )


def _schedule(section: ScheduleSection) -> Schedule:
    days = frozenset(DAYS.index(day) for day in section.days)
    return Schedule(days, section.start, section.end, section.time_zone)
