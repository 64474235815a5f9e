"""A resource whose address changes is destroyed and created anew: the trail, the ledger, a deny policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stacks.approval import assert_approved

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis


@pytest.mark.parametrize("scenario", ["example", "organization", "prevention"])
def test_every_resource_keeps_its_address(scenario: str, synthesized: Callable[[str], Synthesis]) -> None:
    lines = []
    for stack in synthesized(scenario).stacks:
        lines.append(f"{stack.name}")
        lines += sorted(f"  {resource.address}" for resource in stack.resources)
    assert_approved(f"addresses/{scenario}.txt", "\n".join(lines) + "\n")
