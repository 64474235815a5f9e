"""What the functions know of the organization: the inventory, as far as alerts need it.

The stack writes it as JSON into the archive of a function, and the function reads it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.detection.exceptions import PurgeException


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account of the inventory.

    Parameters
    ----------
    name
        What its operators call it.
    environment
        Such as ``production``; empty where the inventory says nothing.
    owner
        The team that owns what is in it; empty where the inventory says nothing.
    """

    name: str
    environment: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Estate:
    """What the functions know of the organization.

    Parameters
    ----------
    accounts
        The accounts of the inventory, by their ids.
    organization_id, management_account
        Of the organization; empty where the inventory names none.
    exempt_roles, deployer_roles
        Whom prevention exempts, and who deploys purge-guard: ARNs of roles, paths included.
    queue_keys
        The ARNs of the keys that queues are encrypted with.
    protected_queues
        The queues whose own policies have statements of ours: a digest of these, by the queue's ARN.
    own_keys
        The ARNs of the keys of the hub, which the function is told as it starts.
    has_organization_policies
        Whether the organization has policies of ours, which some calls name by ids that nobody knows.
    trails
        Names or ARNs of the trails that the inventory names and purge-guard did not create.
    trusts_any_trail
        Whether an account relies on a trail that the inventory does not name.
    owners
        The owners that have subscriptions of their own.
    exceptions
        The purges that somebody signed for.
    """

    accounts: Mapping[str, KnownAccount] = field(default_factory=lambda: MappingProxyType({}))
    organization_id: str = ""
    management_account: str = ""
    exempt_roles: tuple[str, ...] = ()
    deployer_roles: tuple[str, ...] = ()
    queue_keys: tuple[str, ...] = ()
    protected_queues: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    own_keys: tuple[str, ...] = ()
    has_organization_policies: bool = False
    trails: tuple[str, ...] = ()
    trusts_any_trail: bool = False
    owners: tuple[str, ...] = ()
    exceptions: tuple[PurgeException, ...] = ()

    def knows(self, account: str | None) -> bool:
        """Return whether an account belongs to the organization, as far as the inventory says."""
        return account is not None and (account in self.accounts or account == self.management_account)
