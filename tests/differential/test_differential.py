"""Our decisions against those of an evaluator that others wrote, in many random worlds.

``PURGE_GUARD_WORLDS_SEED`` chooses other worlds; the seed is in the name of what fails.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from policies.evaluation import Answer, decide
from tests.differential import oracle
from tests.differential.disagreements import DISAGREEMENTS, Disagreement, granted_directly, settle
from tests.differential.worlds import World, Worlds, request_of

pytestmark = pytest.mark.differential

WORLDS = 20_000
FEWEST_OF_A_KIND = 0.15
UNDISPUTED = 2_000
DEFAULT_SEED = 20261125
SEED = int(os.environ.get("PURGE_GUARD_WORLDS_SEED", DEFAULT_SEED))

ALLOWED, IMPLICIT, EXPLICIT = "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"


@pytest.fixture(scope="module", autouse=True)
def installed_oracle() -> None:
    try:
        oracle.install()
    except oracle.OracleUnavailableError as error:
        pytest.skip(f"@cloud-copilot/iam-simulate is not installed: {error}")


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    source = Worlds(SEED)
    return [source.world() for _ in range(WORLDS)]


@pytest.fixture(scope="module")
def opinions(worlds: list[World]) -> list[str]:
    return oracle.ask(worlds).results


@pytest.fixture(scope="module")
def ours(worlds: list[World]) -> list[str]:
    return [our_opinion(world) for world in worlds]


@pytest.fixture(scope="module")
def disputed(worlds: list[World], ours: list[str], opinions: list[str]) -> list[World]:
    return [world for world, our, said in zip(worlds, ours, opinions, strict=True) if our != said]


def our_opinion(world: World) -> str:
    principal, resource, context = request_of(world)
    decision = decide(principal, resource, world.action, context)
    if decision.answer is Answer.NO:
        return IMPLICIT if decision.decided_by.policy is None else EXPLICIT
    return ALLOWED if decision.answer is Answer.YES else decision.answer


def settled_opinions(worlds: list[World], *, but: Disagreement | None = None) -> list[str]:
    """Return what the oracle says once every known disagreement (but one) is said in words that it knows."""
    settled = [settle(world, but=but) for world in worlds]
    direct = [granted_directly(world) for world in settled]
    asked = iter(oracle.ask([world for world in direct if world is not None]).results)
    limited = oracle.ask(settled).results
    granted = [next(asked) if world is not None else IMPLICIT for world in direct]
    return [
        ALLOWED if said == IMPLICIT and otherwise == ALLOWED else said
        for said, otherwise in zip(limited, granted, strict=True)
    ]


def test_every_disagreement_is_settled_by_aws(disputed: list[World]) -> None:
    said = settled_opinions(disputed)

    unsettled = [world for world, it in zip(disputed, said, strict=True) if our_opinion(world) != it]
    assert unsettled == [], f"seed {SEED}: {len(unsettled)} worlds"


def test_worlds_are_decided_in_every_way(opinions: list[str]) -> None:
    counted = Counter(opinions)

    assert set(counted) == {ALLOWED, IMPLICIT, EXPLICIT}
    assert min(counted.values()) > FEWEST_OF_A_KIND * WORLDS, f"seed {SEED}: {counted}"


def test_settling_changes_nothing_where_nothing_is_disputed(
    worlds: list[World], ours: list[str], opinions: list[str]
) -> None:
    undisputed = [index for index in range(UNDISPUTED) if ours[index] == opinions[index]]

    said = settled_opinions([worlds[index] for index in undisputed])

    assert said == [opinions[index] for index in undisputed]


@pytest.mark.skipif(SEED != DEFAULT_SEED, reason="other worlds need not hold every disagreement")
@pytest.mark.parametrize("disagreement", DISAGREEMENTS, ids=lambda each: each.name)
def test_no_disagreement_is_listed_for_nothing(disagreement: Disagreement, disputed: list[World]) -> None:
    concerned = [world for world in disputed if settle(world) != settle(world, but=disagreement)]

    said = settled_opinions(concerned, but=disagreement)

    ours = [our_opinion(world) for world in concerned]
    assert said != ours, f"seed {SEED}: the oracle knows this by now"
