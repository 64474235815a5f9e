"""Whom the bus of the hub admits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import ANYONE, Statement
from policies.limits import Limit, PolicyDocument

if TYPE_CHECKING:
    from policies.inventory import Inventory

BUS_POLICY = Limit(
    "policy of the event bus", 10_240, remedy="name your `organization` in the inventory instead"
)
"""See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html."""


def bus_policy(inventory: Inventory) -> PolicyDocument:
    """Return the policy that admits the organization, or without one the listed accounts, and nobody else.

    Raises
    ------
    PolicySizeError
        Without an organization, there are more accounts than the policy of a bus can name.
    """
    hub = naming.Place(inventory.hub.account, inventory.hub.region)
    return PolicyDocument(naming.HUB_BUS, BUS_POLICY, (_admission(inventory, naming.hub_bus_arn(hub)),))


def _admission(inventory: Inventory, bus_arn: str) -> Statement:
    put = ("events:PutEvents",)
    if inventory.organization is None:
        roots = tuple(
            naming.Place(account.id, inventory.hub.region).global_arn("iam", "root")
            for account in inventory.accounts
        )
        return Statement("AdmitTheAccounts", put, (bus_arn,), principals={"AWS": roots})
    of_organization = {"StringEquals": {"aws:PrincipalOrgID": inventory.organization.id}}
    return Statement("AdmitTheOrganization", put, (bus_arn,), principals=ANYONE, conditions=of_organization)
