"""An account: what it takes to see a purge in each of its regions and to tell the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.naming import Place
from stacks.parts.account_prevention import AccountPrevention
from stacks.parts.forwarding import ForwarderRole, Forwarding
from stacks.parts.trail import Trail
from stacks.parts.triage_role import TriageRole
from stacks.stack import GuardStack

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory
    from stacks.provider import Construct


class AccountStack(GuardStack):
    """The rules of every region, the roles that forward and triage, and the trail where the account has none.

    Parameters
    ----------
    inventory
        The organization as its operator describes it.
    account
        Which of its accounts.
    """

    def __init__(self, scope: Construct, stack_id: str, *, inventory: Inventory, account: Account) -> None:
        home = Place(account.id, account.home_region)
        super().__init__(scope, stack_id, place=home, tags=inventory.tags)
        hub = Place(inventory.hub.account, inventory.hub.region)
        hub_bus_arn = naming.hub_bus_arn(hub)
        alarm_topic_arn = hub.arn("sns", naming.ALERT_TOPIC)
        TriageRole(self, "triage", place=home, hub=hub)
        forwarder = ForwarderRole(self, "forwarder", hub_bus_arn=hub_bus_arn)
        for region in account.regions:
            place = Place(account.id, region)
            Forwarding(
                self,
                region,
                place=place,
                hub_bus_arn=hub_bus_arn,
                forwarder=forwarder,
                alarm_topic_arn=alarm_topic_arn if place == hub else None,
                provider=None if region == home.region else self.add_provider(region, alias=region),
            )
        if inventory.prevention is not None:
            AccountPrevention(
                self, "prevention", prevention=inventory.prevention, inventory=inventory, account=account
            )
        if account.trail.mode == "create":
            organization = inventory.organization
            Trail(
                self,
                "trail",
                place=home,
                settings=account.trail,
                organization_id=organization.id if organization else None,
            )
