"""Where a document holds, what it denies there, and who is exempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies import naming

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory
    from policies.inventory.prevention import DeniedSet, Prevention

ANY_ACCOUNT = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """An account, or all accounts of the organization, and what the inventory says of purges there.

    Parameters
    ----------
    partition
        The name of the partition, such as ``aws``.
    account
        Twelve digits, or ``*`` in the policies of the organization.
    denied
        The sets that the inventory denies.
    exempt_roles, deployer_roles
        ARNs of roles, of whatever account.
    queue_keys
        ARNs of the keys that the queues there are encrypted with.
    hub_account
        The account that the hub is in.
    """

    partition: str
    account: str
    denied: frozenset[DeniedSet]
    exempt_roles: tuple[str, ...]
    deployer_roles: tuple[str, ...]
    queue_keys: tuple[str, ...]
    hub_account: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of any region here.

        Examples
        --------
        >>> Scope("aws", "111122223333", frozenset(), (), (), (), "222233334444").arn("sqs", "orders")
        'arn:aws:sqs:*:111122223333:orders'
        """
        return f"arn:{self.partition}:{service}:*:{self.account}:{resource}"

    def iam_arn(self, resource: str) -> str:
        """Return the ARN of a role or policy here: IAM has no regions."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    @property
    def break_glass_role(self) -> str:
        """The ARN of the break-glass role; in the policies of the organization, of every account's."""
        return self.iam_arn(f"role/{naming.BREAK_GLASS_ROLE}")

    @property
    def may_purge(self) -> tuple[str, ...]:
        """Whom the denial of the purge spares: the break-glass role and the exempt roles."""
        return (self.break_glass_role, *self.exempt_roles)

    @property
    def may_purge_by_another_name(self) -> tuple[str, ...]:
        """Whom the denial of equivalents spares: the exempt roles, and the deployers, who manage queues."""
        return (*self.exempt_roles, *self.deployer_roles)

    def bearers(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return those roles that can bear an identity policy of this account, which are its own."""
        if self.account == ANY_ACCOUNT:
            return roles
        return roles_of(self.account, roles)


def roles_of(account: str, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some roles, named by their ARNs, that are of an account.

    Examples
    --------
    >>> roles_of("111122223333", ("arn:aws:iam::111122223333:role/a", "arn:aws:iam::222233334444:role/b"))
    ('arn:aws:iam::111122223333:role/a',)
    """
    return tuple(role for role in roles if role.split(":")[4] == account)


def account_scope(prevention: Prevention, inventory: Inventory, account: Account) -> Scope:
    """Return the scope of an account's own documents."""
    return Scope(
        partition=inventory.partition.name,
        account=account.id,
        denied=frozenset(prevention.deny),
        exempt_roles=prevention.exempt_roles,
        deployer_roles=prevention.deployer_roles,
        queue_keys=_queue_keys(account),
        hub_account=inventory.hub.account,
    )


def organization_scope(prevention: Prevention, inventory: Inventory) -> Scope:
    """Return the scope of the organization's documents: also of accounts that the inventory does not list."""
    return Scope(
        partition=inventory.partition.name,
        account=ANY_ACCOUNT,
        denied=frozenset(prevention.deny),
        exempt_roles=prevention.exempt_roles,
        deployer_roles=prevention.deployer_roles,
        queue_keys=_queue_keys(*inventory.accounts),
        hub_account=inventory.hub.account,
    )


def _queue_keys(*accounts: Account) -> tuple[str, ...]:
    listed = [account.prevention.queue_keys for account in accounts if account.prevention]
    return tuple(sorted(key for keys in listed for key in keys))
