from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.stacks.synthesis import SCENARIOS, Stack, Synthesis, synthesize_into

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Synthesis]:
    """Synthesize a scenario, once in a test run."""

    @cache
    def once(scenario: str) -> Synthesis:
        return synthesize_into(tmp_path_factory.mktemp(scenario), SCENARIOS[scenario])

    return once


@pytest.fixture(params=SCENARIOS)
def synthesis(request: pytest.FixtureRequest, synthesized: Callable[[str], Synthesis]) -> Synthesis:
    """Each scenario in turn."""
    scenario: str = request.param
    return synthesized(scenario)


@pytest.fixture
def organization(synthesized: Callable[[str], Synthesis]) -> Synthesis:
    """The scenario with everything in it."""
    return synthesized("organization")


@pytest.fixture
def hub(organization: Synthesis) -> Stack:
    return organization.hub


@pytest.fixture
def production(organization: Synthesis) -> Stack:
    """An account with two regions, covered by the organization's trail."""
    return organization.account("production")


@pytest.fixture
def management(organization: Synthesis) -> Stack:
    """The account that creates the organization's trail."""
    return organization.account("management")
