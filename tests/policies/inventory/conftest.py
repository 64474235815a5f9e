from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.inventory import Inventory, InventoryError, load_inventory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BASE = """\
version: 1
organization:
  id: o-exampleorgid
  management_account: "999988887777"
hub:
  account: "222233334444"
  region: us-east-1
alerts:
  subscriptions:
    - protocol: email
      endpoint: security@example.com
  remember_days: 90
  log_retention_days: 365
  tracing: false
accounts:
  - id: "111122223333"
    name: production
    regions: [us-east-1, eu-west-1]
    trail:
      mode: create
      expire_days: 365
tags:
  owner: security
"""

PREVENTION = """\
prevention:
  deny: [purge, guard-tampering]
  break_glass:
    principals: [arn:aws:iam::111122223333:user/alice]
    mfa_max_age_minutes: 30
  exempt_roles: [arn:aws:iam::111122223333:role/ops/queue-drainer]
  deployer_roles: [arn:aws:iam::111122223333:role/deployer, arn:aws:iam::222233334444:role/deployer]
"""


def edited(old: str, new: str) -> str:
    """The base inventory with one passage replaced."""
    assert BASE.count(old) == 1, f"{old!r} is not one passage of the base inventory"
    return BASE.replace(old, new)


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], Inventory]:
    """Load an inventory from its text."""

    def load_text(content: str | bytes) -> Inventory:
        path = tmp_path / "purge-guard.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_inventory(path)

    return load_text


@pytest.fixture
def refusals(load: Callable[[str | bytes], Inventory]) -> Callable[[str | bytes], list[str]]:
    """The problems of an inventory, as an operator sees them but for the name of the file."""

    def refuse(content: str | bytes) -> list[str]:
        with pytest.raises(InventoryError) as caught:
            load(content)
        return [str(problem) for problem in caught.value.problems]

    return refuse
