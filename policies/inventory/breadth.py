"""Exceptions that are right and yet except everybody: every purge of an account, by whomever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.cards.purge import EVENT_NAME
from policies.detection.exceptions import matches_pattern
from policies.inventory.problems import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory.exceptions import ExceptionSection
    from policies.inventory.model import Account, Inventory

_MOST_NAMED = 3
_FEWEST_LETTERS = 3


def unbounded(exception: ExceptionSection, inventory: Inventory) -> Iterator[str]:
    """Yield a sentence, after its name, for an exception that is for everybody, or nearly so.

    A user agent bounds nothing, for a caller can let its tool call itself anything.
    """
    for principal in exception.principals:
        if _is_nearly_everybody(principal):
            yield f"names {quoted(principal)}, which nearly everybody matches: name a path or a name"
    if exception.principals or exception.tags or exception.schedule:
        return
    silenced = [account for account in inventory.accounts if _is_silenced(exception, account)]
    if silenced:
        calls = " and ".join("purge" if call == EVENT_NAME else call for call in exception.calls)
        verb = "would silence" if exception.trial else "silences"
        yield f"{verb} every {calls} of {_named(silenced, inventory)}: name principals or queues"


def _is_nearly_everybody(principal: str) -> bool:
    """Return whether a pattern, such as ``role/*e*``, asks for no more than a letter or two somewhere."""
    name = principal.partition("/")[2]
    return (
        name[0] in "*?" and name[-1] in "*?" and len(name.replace("*", "").replace("?", "")) < _FEWEST_LETTERS
    )


def _is_silenced(exception: ExceptionSection, account: Account) -> bool:
    """Return whether an exception covers every queue of an account, in each region that is watched."""
    if exception.accounts and account.id not in exception.accounts:
        return False
    if exception.environments and account.environment not in exception.environments:
        return False
    return not exception.queues or all(
        any(_is_every_queue(queue, account.id, region) for queue in exception.queues)
        for region in account.regions
    )


def _is_every_queue(queue: str, account: str, region: str) -> bool:
    _, _, _, regions, owner, name = queue.split(":")
    return owner == account and matches_pattern(regions, region) and "*" in name and not name.strip("*?")


def _named(accounts: list[Account], inventory: Inventory) -> str:
    if len(accounts) == 1:
        return f"the account {accounts[0].name}"
    if len(accounts) == len(inventory.accounts):
        return "every account"
    if len(accounts) > _MOST_NAMED:
        return f"{len(accounts)} accounts"
    *first, last = (account.name for account in accounts)
    return f"the accounts {', '.join(first)} and {last}"
