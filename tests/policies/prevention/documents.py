"""Every document of an inventory, as the stacks are given them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from policies.document import document
from policies.inventory import Inventory, load_inventory
from policies.prevention.break_glass import break_glass_permissions, break_glass_trust
from policies.prevention.identity import deny_policies, permissions_boundary
from policies.prevention.organization import resource_control_policies, service_control_policies
from policies.prevention.queue import queue_statements
from policies.prevention.queue_operator import operator_policy
from policies.prevention.scope import account_scope, organization_scope

INVENTORIES = Path(__file__).parent / "inventories"
SCENARIOS = tuple(sorted(file.stem for file in INVENTORIES.glob("*.yaml")))

Statements = tuple[dict[str, Any], ...]
"""The statements of a document as AWS reads them."""


def inventory_of(scenario: str) -> Inventory:
    return load_inventory(INVENTORIES / f"{scenario}.yaml")


def documents_of(scenario: str) -> dict[str, Statements]:
    """Return the documents of a scenario by kind; what is spread over several policies, together.

    The statements of the queue are those for a queue named ``orders`` in the home region.
    """
    inventory = inventory_of(scenario)
    account, prevention, organization = inventory.accounts[0], inventory.prevention, inventory.organization
    assert prevention is not None
    assert organization is not None
    here = account_scope(prevention, inventory, account)
    everywhere = organization_scope(prevention, inventory)
    queue = f"arn:{here.partition}:sqs:{account.home_region}:{account.id}:orders"
    return {
        "deny": _statements(*(each.text for each in deny_policies(here))),
        "boundary": _statements(permissions_boundary(here).text),
        "queue": _statements(document(*queue_statements(here, queue))),
        "scp": _statements(*(each.text for each in service_control_policies(everywhere))),
        "rcp": _statements(*(each.text for each in resource_control_policies(everywhere, organization.id))),
        "break-glass trust": _statements(break_glass_trust(prevention.break_glass).text),
        "break-glass permissions": _statements(break_glass_permissions(here).text),
        "operator": _statements(operator_policy(here).text),
    }


def _statements(*texts: str) -> Statements:
    return tuple(statement for text in texts for statement in json.loads(text)["Statement"])
