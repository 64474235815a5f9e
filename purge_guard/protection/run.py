"""The listed queues of several accounts, each protected on its own: one that fails stops no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.limits import PolicySizeError
from policies.prevention.queue import QueuePolicyError, queue_statements
from policies.prevention.scope import account_scope
from purge_guard.account_sessions import CALLS_AT_ONCE, AccessError, CallError, client_of, reason
from purge_guard.protection.queue import ConfirmationError, QueuePolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs import SQSClient

    from policies.document import Statement
    from policies.inventory import Account, Inventory
    from purge_guard.account_sessions import AccountSessions
    from purge_guard.protection.change import PolicyChange

_FAILURES = (*CallError, ConfirmationError, QueuePolicyError, PolicySizeError)


class PreventionError(Exception):
    """The inventory does not say what would be prevented."""


@dataclass(frozen=True, slots=True)
class ListedQueue:
    """A queue that the inventory lists.

    Parameters
    ----------
    account
        The account that it is listed under.
    arn
        Its ARN.
    statements
        What its policy is to have of ours.
    """

    account: Account
    arn: str
    statements: tuple[Statement, ...]

    @property
    def region(self) -> str:
        """Where it is."""
        return self.arn.split(":")[3]

    @property
    def name(self) -> str:
        """Its name."""
        return self.arn.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a queue was not protected."""

    why: str


def listed_queues(
    inventory: Inventory, accounts: Sequence[Account], regions: frozenset[str], *, remove: bool
) -> tuple[ListedQueue, ...]:
    """Return the queues of some accounts that the inventory lists, with what they are to have.

    Parameters
    ----------
    inventory
        Says who may still purge.
    accounts
        The accounts.
    regions
        Only queues in these; empty for all.
    remove
        Whether they are to have nothing of ours.

    Raises
    ------
    PreventionError
        The inventory does not say who may still purge.
    """
    prevention = inventory.prevention
    if prevention is None:
        raise PreventionError("the inventory has no section prevention, which says who may still purge")
    listed: list[ListedQueue] = []
    for account in accounts:
        scope = account_scope(prevention, inventory, account)
        for arn in account.prevention.queues if account.prevention else ():
            queue = ListedQueue(account, arn, () if remove else queue_statements(scope, arn))
            if not regions or queue.region in regions:
                listed.append(queue)
    return tuple(listed)


def protect_queues(
    sessions: AccountSessions, queues: Sequence[ListedQueue], *, apply: bool
) -> Iterator[tuple[ListedQueue, PolicyChange | Failure]]:
    """Yield, for each queue, what changed or would change, or why it could not be read or changed.

    Parameters
    ----------
    sessions
        How accounts are reached.
    queues
        The queues.
    apply
        Whether anything is written.
    """
    clients = _clients(sessions, queues)

    def protect(queue: ListedQueue) -> PolicyChange | Failure:
        client = clients[queue.account.id, queue.region]
        if isinstance(client, Failure):
            return client
        policy = QueuePolicy(client, queue.name)
        try:
            return policy.change(queue.statements) if apply else policy.planned(queue.statements)
        except _FAILURES as error:
            return Failure(reason(error))

    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        yield from zip(queues, pool.map(protect, queues), strict=True)


def _clients(
    sessions: AccountSessions, queues: Sequence[ListedQueue]
) -> dict[tuple[str, str], SQSClient | Failure]:
    """Return a client for each account and region, or why there is none."""
    clients: dict[tuple[str, str], SQSClient | Failure] = {}
    for account_id in dict.fromkeys(queue.account.id for queue in queues):
        regions = {queue.region for queue in queues if queue.account.id == account_id}
        try:
            session = sessions.session(account_id)
            for region in regions:
                clients[account_id, region] = client_of(session, "sqs", region)
        except AccessError as error:
            clients.update({(account_id, region): Failure(str(error)) for region in regions})
    return clients
