from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.stacks.synthesis import SCENARIOS, Stack, Synthesis, synthesize_into
from tests.stacks.terraform import PLANNED, PROCESSES, copied, plan
from toolchain.terraform import why_provider_is_missing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
def prevention(synthesized: Callable[[str], Synthesis]) -> Synthesis:
    """The scenario with everything that prevents a purge."""
    return synthesized("prevention")


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


@pytest.fixture(scope="session")
def provider() -> None:
    """The AWS provider is at hand; without it there is nothing to run Terraform with."""
    if reason := why_provider_is_missing():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def plans(
    provider: None,  # noqa: ARG001 - a fixture that skips
    synthesized: Callable[[str], Synthesis],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, ...]:
    """The plans, as JSON, of the scenarios that are planned."""
    folder = tmp_path_factory.mktemp("plans")
    copies = [
        copied(stack, folder / scenario) for scenario in PLANNED for stack in synthesized(scenario).stacks
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        return tuple(pool.map(plan, copies))
