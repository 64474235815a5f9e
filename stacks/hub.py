"""The hub: one stack, in the security account, that every account reports to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.estate_document import estate_json
from policies.estate import estate_of
from policies.hub import bus_policy
from policies.naming import Place
from policies.triage_role import assume_permission
from stacks.parts.alert_function import AlertFunction
from stacks.parts.alert_topic import AlertTopic
from stacks.parts.daily_schedule import DailySchedule
from stacks.parts.hub_bus import HubBus
from stacks.parts.ledger import Ledger
from stacks.stack import GuardStack

if TYPE_CHECKING:
    from policies.inventory import Inventory
    from stacks.provider import Construct


class HubStack(GuardStack):
    """The bus, the alert function, its ledger and the topic.

    Parameters
    ----------
    inventory
        The organization as its operator describes it.
    """

    def __init__(self, scope: Construct, stack_id: str, *, inventory: Inventory) -> None:
        place = Place(inventory.hub.account, inventory.hub.region)
        super().__init__(scope, stack_id, place=place, tags=inventory.tags)
        topic = AlertTopic(
            self,
            "alerts",
            place=place,
            subscriptions=inventory.alerts.subscriptions,
            owners=inventory.owners,
            has_chat=inventory.alerts.chat,
        )
        ledger = Ledger(self, "ledger", place=place)
        function = AlertFunction(
            self,
            "alert",
            place=place,
            alerts=inventory.alerts,
            topic=topic,
            ledger=ledger,
            triage=assume_permission(inventory),
            estate=estate_json(estate_of(inventory)),
        )
        if inventory.exceptions:
            DailySchedule(self, "daily", place=place, function_arn=function.arn, topic_arn=topic.arn)
        policy = bus_policy(inventory).text
        HubBus(self, "hub", place=place, policy=policy, function_arn=function.arn, topic_arn=topic.arn)
