"""What holds in every world, whatever is in its policies."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.evaluation import Answer, Decision, Unknown, decide
from tests.differential.worlds import CONTEXT, MANAGEMENT, Json, World, Worlds, request_of

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = st.integers(min_value=0, max_value=2**32)
LAYERS = ("identity", "boundary", "session", "queue", "scp", "rcp")

EVERYTHING: Json = {"Action": "*", "Resource": "*"}


def world_of(seed: int) -> World:
    return Worlds(seed).world()


def decision_in(world: World, *, without: str | None = None) -> Decision:
    principal, resource, context = request_of(world)
    unknown = {} if without is None else {without: Unknown.ENTIRELY}
    return decide(principal, resource, world.action, {**context, **unknown})


def with_statement(world: World, layer: str, statement: Json) -> World | None:
    """Return the world with one more statement in a layer, or None if it has no policy there."""
    more = [{**statement, "Principal": "*"} if layer in {"queue", "rcp"} else statement]
    changes: dict[str, Callable[[], World | None]] = {
        "queue": lambda: replace(world, queue_policy=world.queue_policy + more),
        "identity": lambda: replace(world, identity=world.identity + more) if world.identity else None,
        "boundary": lambda: replace(world, boundary=world.boundary + more) if world.boundary else None,
        "session": lambda: replace(world, session=world.session + more) if world.session else None,
        "scp": lambda: replace(world, scps=[world.scps[0] + more, *world.scps[1:]]) if world.scps else None,
        "rcp": lambda: replace(world, rcps=[world.rcps[0] + more, *world.rcps[1:]]) if world.rcps else None,
    }
    return changes[layer]()


@given(seed=SEEDS, layer=st.sampled_from(LAYERS))
def test_one_more_deny_never_lets_anybody_in(seed: int, layer: str) -> None:
    before = world_of(seed)
    after = with_statement(before, layer, {"Effect": "Deny", **EVERYTHING})
    if after is not None and decision_in(before).answer is Answer.NO:
        assert decision_in(after).answer is Answer.NO


@given(seed=SEEDS, layer=st.sampled_from(LAYERS))
def test_one_more_deny_of_everything_denies_it(seed: int, layer: str) -> None:
    before = world_of(seed)
    after = with_statement(before, layer, {"Effect": "Deny", **EVERYTHING})
    exempt = {"scp": before.account, "rcp": before.queue_account}.get(layer) == MANAGEMENT
    linked = layer in {"scp", "rcp"} and before.kind == "service-linked role"
    if after is not None and not exempt and not linked:
        assert decision_in(after).answer is Answer.NO


@given(seed=SEEDS, layer=st.sampled_from(LAYERS))
def test_one_more_allow_never_locks_anybody_out(seed: int, layer: str) -> None:
    before = world_of(seed)
    after = with_statement(before, layer, {"Effect": "Allow", **EVERYTHING})
    if after is not None:
        was, became = decision_in(before).answer, decision_in(after).answer
        assert became is Answer.YES or was is not Answer.YES
        assert became is not Answer.NO or was is Answer.NO


@settings(max_examples=300)
@given(seed=SEEDS, key=st.sampled_from(sorted(CONTEXT)))
def test_an_unknown_value_lies_between_all_values_that_it_may_have(seed: int, key: str) -> None:
    world = world_of(seed)
    unknown = decision_in(world, without=key)
    answers = {
        decision_in(replace(world, context={**world.context, key: each})).answer for each in CONTEXT[key]
    }

    assert unknown.answer is Answer.CONDITIONAL or answers == {unknown.answer}
    if unknown.answer is Answer.CONDITIONAL:
        assert key.lower() in {condition.key.lower() for condition in unknown.conditions}


@given(seed=SEEDS)
def test_a_world_whose_every_key_is_known_is_never_conditional(seed: int) -> None:
    assert decision_in(world_of(seed)).answer is not Answer.CONDITIONAL


@given(seed=SEEDS)
def test_the_order_of_statements_does_not_matter(seed: int) -> None:
    world = world_of(seed)
    random = Random(seed)  # noqa: S311 - an order, not a secret

    def shuffled(statements: list[Json]) -> list[Json]:
        return random.sample(statements, len(statements))

    other = replace(
        world,
        identity=shuffled(world.identity),
        boundary=None if world.boundary is None else shuffled(world.boundary),
        session=None if world.session is None else shuffled(world.session),
        queue_policy=shuffled(world.queue_policy),
        scps=[shuffled(level) for level in random.sample(world.scps, len(world.scps))],
    )

    assert decision_in(other).answer is decision_in(world).answer


@given(seed=SEEDS)
def test_the_case_of_an_action_does_not_matter(seed: int) -> None:
    world = world_of(seed)

    assert decision_in(replace(world, action=world.action.swapcase())) == decision_in(world)


@given(seed=SEEDS)
def test_a_no_says_which_kind_of_policy_and_a_yes_which_statement(seed: int) -> None:
    decision = decision_in(world_of(seed))

    if decision.answer is Answer.YES and decision.decided_by.kind != "root":
        assert decision.decided_by.statement is not None
    assert decision.decided_by.kind in {
        *("rcp", "scp", "queue", "identity", "boundary", "session", "root", "service"),
    }
