"""What is right in an inventory and yet not meant: an exception that is over, a region that is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from policies.inventory.breadth import unbounded
from policies.inventory.overrides import fits
from policies.inventory.problems import quoted
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policies.inventory.exceptions import ExceptionSection
    from policies.inventory.model import Inventory


LONGEST = timedelta(days=366)
"""For how long an exception can be signed before somebody should look at it again."""

MOST_FILTERS = 200
"""How many subscriptions with a filter SNS allows on a topic, unless AWS has raised that.

See https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html.
"""


def warnings_about(inventory: Inventory, now: datetime) -> Iterator[str]:
    """Yield a sentence for each account that does not see IAM, too many owners, and each odd exception.

    Parameters
    ----------
    inventory
        The inventory.
    now
        The time, with a zone.
    """
    yield from _blind(inventory)
    yield from _too_many_filters(inventory)
    yield from _idle_overrides(inventory)
    for exception in inventory.exceptions:
        subject = f"the exception {exception.id}"
        end = f"{exception.expires:%Y-%m-%d %H:%M} UTC"
        if exception.expires <= now:
            yield f"{subject} has held no more since {end}: remove it, or let its owner sign again"
        if exception.expires - now > LONGEST:
            yield f"{subject} holds until {end}, more than a year: let its owner sign again every year"
        for sentence in (*_dangling(exception, inventory), *unbounded(exception, inventory)):
            yield f"{subject} {sentence}"


def _blind(inventory: Inventory) -> Iterator[str]:
    for account in inventory.accounts:
        region = partition_of(account.home_region).global_region
        if region not in account.regions:
            yield (
                f"the account {account.name} is not watched in {region}, where the calls to IAM are recorded:"
                f" nobody hears of changes to purge-guard's roles and policies; add {region} to its regions"
            )


def _too_many_filters(inventory: Inventory) -> Iterator[str]:
    filters = sum(len(owner.subscriptions) for owner in inventory.owners)
    if filters > MOST_FILTERS:
        yield (
            f"the owners have {filters} subscriptions together, and a topic takes {MOST_FILTERS} with a"
            " filter until AWS raises that for the hub's account: ask its support first"
        )


def _idle_overrides(inventory: Inventory) -> Iterator[str]:
    accounts = [account.model_dump(include={"ou", "environment"}) for account in inventory.accounts]
    for override in inventory.overrides:
        criteria = override.model_dump(include={"ou", "environment"}, exclude_none=True)
        if not any(fits(criteria, account) for account in accounts):
            shown = " and ".join(f"{key} {quoted(value)}" for key, value in criteria.items())
            yield f"the override for {shown} fits no account: is it spelled as in the accounts?"


def _dangling(exception: ExceptionSection, inventory: Inventory) -> Iterator[str]:
    accounts = {account.id for account in inventory.accounts}
    actors = {*accounts, inventory.hub.account}
    if inventory.organization is not None:
        actors.add(inventory.organization.management_account)
    environments = {account.environment for account in inventory.accounts}
    owners = {owner.name for owner in inventory.owners}
    for account in exception.accounts:
        if account not in accounts:
            yield f"names the account {account}, which the inventory does not list"
    for arns, known in ((exception.principals, actors), (exception.queues, accounts)):
        for arn in arns:
            if arn.split(":")[4] not in known:
                yield f"names {quoted(arn)}, whose account the inventory does not list"
    for environment in exception.environments:
        if environment not in environments:
            yield f"names the environment {environment}, which no account has"
    if owners and exception.owner not in owners:
        yield f"is owned by {quoted(exception.owner)}, which owners does not describe: nobody can be told"
