"""A rollout: which stacks a pipeline deploys, in which order, and in how many blocks.

The hub comes first, since every account reports to it; then the waves of accounts; and last the policies of
the organization, which bind whoever deploys as well.

See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrix
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from policies.naming import HUB_STACK, ORGANIZATION_STACK, account_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.inventory import Account, Inventory
    from policies.selection import Selection

T = TypeVar("T")

MOST_JOBS = 256
"""How many jobs GitHub Actions makes of one matrix."""


@dataclass(frozen=True, slots=True)
class Job:
    """The deployment of one stack.

    Parameters
    ----------
    stack
        The stack's name, by which ``PURGE_GUARD_STACKS`` and ``cdktf`` know it.
    wave
        ``hub``, ``organization``, or the number of the account's wave in digits.
    account
        Where it is deployed: twelve digits.
    name
        What the inventory calls the account; for the other two stacks, their own name.
    environment, ou
        Of the account; empty where the inventory says nothing.
    regions
        The regions of the stack, its own first.
    """

    stack: str
    wave: str
    account: str
    name: str
    environment: str
    ou: str
    regions: tuple[str, ...]


class NoSuchBlockError(ValueError):
    """A block was asked for that there is not."""


def jobs_of(inventory: Inventory, selection: Selection) -> tuple[Job, ...]:
    """Return the jobs of the selected stacks in the order of a rollout: by wave, and then as listed.

    Parameters
    ----------
    inventory
        The organization.
    selection
        Which of its stacks.
    """
    accounts = sorted(selection.accounts, key=lambda account: account.wave)
    return (
        *([_hub(inventory)] if selection.hub else []),
        *map(_account, accounts),
        *(_organization(inventory) if selection.organization else []),
    )


def waves_of(jobs: Sequence[Job]) -> tuple[str, ...]:
    """Return the waves of some jobs, each once, in the order of a rollout."""
    return tuple(dict.fromkeys(job.wave for job in jobs))


def blocks_of(jobs: Sequence[object], size: int = MOST_JOBS) -> tuple[int, ...]:
    """Return the numbers of the blocks that some jobs make, beginning with 1.

    Examples
    --------
    >>> blocks_of([None] * 500), blocks_of([])
    ((1, 2), ())
    """
    return tuple(range(1, -(-len(jobs) // size) + 1))


def block(jobs: Sequence[T], number: int, size: int = MOST_JOBS) -> Sequence[T]:
    """Return the jobs of one block.

    Raises
    ------
    NoSuchBlockError
        There is no block of this number.
    """
    if number not in blocks_of(jobs, size):
        last = len(blocks_of(jobs, size))
        there_is = f"there are blocks 1 to {last}" if last else "there is nothing to deploy"
        raise NoSuchBlockError(f"there is no block {number}: {there_is}")
    return jobs[(number - 1) * size : number * size]


def _hub(inventory: Inventory) -> Job:
    hub = inventory.hub
    return Job(HUB_STACK, HUB_STACK, hub.account, HUB_STACK, "", "", (hub.region,))


def _account(account: Account) -> Job:
    regions = tuple(dict.fromkeys((account.home_region, *account.regions)))
    return Job(
        account_stack(account.id),
        str(account.wave),
        account.id,
        account.name,
        account.environment,
        account.ou,
        regions,
    )


def _organization(inventory: Inventory) -> Iterator[Job]:
    if inventory.organization is not None:
        management, region = inventory.organization.management_account, inventory.hub.region
        yield Job(ORGANIZATION_STACK, ORGANIZATION_STACK, management, ORGANIZATION_STACK, "", "", (region,))
