"""What is right in an inventory and yet not meant: exceptions that are over, or about nothing listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.inventory.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from policies.inventory.exceptions import ExceptionSection
    from policies.inventory.model import Inventory


def warnings_about(inventory: Inventory, now: datetime) -> Iterator[str]:
    """Yield a sentence for each exception that silences nothing, or not all that it names.

    Parameters
    ----------
    inventory
        The inventory.
    now
        The time, with a zone.
    """
    for exception in inventory.exceptions:
        subject = f"the exception {exception.id}"
        if exception.expires <= now:
            yield f"{subject} expired on {exception.expires:%Y-%m-%d}: remove it, or let its owner sign again"
        for sentence in _dangling(exception, inventory):
            yield f"{subject} {sentence}"


def _dangling(exception: ExceptionSection, inventory: Inventory) -> Iterator[str]:
    accounts = {account.id for account in inventory.accounts}
    environments = {account.environment for account in inventory.accounts}
    owners = {owner.name for owner in inventory.owners}
    for account in exception.accounts:
        if account not in accounts:
            yield f"names the account {account}, which the inventory does not list"
    for arn in (*exception.principals, *exception.queues):
        if arn.split(":")[4] not in accounts:
            yield f"names {quoted(arn)}, whose account the inventory does not list"
    for environment in exception.environments:
        if environment not in environments:
            yield f"names the environment {environment}, which no account has"
    if owners and exception.owner not in owners:
        yield f"is owned by {quoted(exception.owner)}, which owners does not describe: nobody can be told"
