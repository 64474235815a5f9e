"""``purge-guard.yaml``: the one file an operator edits, as typed, validated objects."""

from policies.inventory.alerts import (
    Alerts,
    EmailSubscription,
    FunctionSubscription,
    HttpsSubscription,
    Owner,
    QueueSubscription,
    Subscription,
)
from policies.inventory.load import load_inventory
from policies.inventory.model import (
    Account,
    Hub,
    Inventory,
    Organization,
    UnknownAccountError,
)
from policies.inventory.problems import InventoryError, Problem, shown_name
from policies.inventory.trail import CreatedTrail, ExistingTrail, OrganizationTrail, Trail

__all__ = [
    "Account",
    "Alerts",
    "CreatedTrail",
    "EmailSubscription",
    "ExistingTrail",
    "FunctionSubscription",
    "HttpsSubscription",
    "Hub",
    "Inventory",
    "InventoryError",
    "Organization",
    "OrganizationTrail",
    "Owner",
    "Problem",
    "QueueSubscription",
    "Subscription",
    "Trail",
    "UnknownAccountError",
    "load_inventory",
    "shown_name",
]
