"""How fast one decision is made, against the oracle of the tests."""

from __future__ import annotations

import time

from benchmarks.result import Result
from policies.evaluation import decide
from tests.differential import oracle
from tests.differential.worlds import Worlds, request_of

WORLDS = 4_000
LEAST_TIMES_THE_ORACLE = 10


def measure() -> list[Result]:
    """Measure ten decisions, pair by pair, against one of the oracle's, in the same worlds and the same run.

    Returns
    -------
    list of Result
        Empty where the oracle cannot be installed.
    """
    try:
        oracle.install()
    except oracle.OracleUnavailableError as error:
        print(f"left out: pair by pair against the oracle, as {error}")
        return []
    return [_pair_by_pair()]


def _pair_by_pair() -> Result:
    source = Worlds(seed=1)
    worlds = [source.world() for _ in range(WORLDS)]
    theirs = oracle.ask(worlds).seconds / WORLDS
    requests = [(*request_of(world), world.action) for world in worlds]
    begun = time.perf_counter()
    for principal, resource, context, action in requests:
        decide(principal, resource, action, context)
    ours = (time.perf_counter() - begun) / WORLDS
    return Result(
        f"{LEAST_TIMES_THE_ORACLE} decisions, over one of the oracle's "
        f"({1 / ours:,.0f} a second, and {1 / theirs:,.0f})",
        LEAST_TIMES_THE_ORACLE * ours,
        theirs,
    )
