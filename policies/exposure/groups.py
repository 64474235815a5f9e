"""Decisions gathered for people: those who are alike, together.

Ten thousand roles on a thousand queues are ten million decisions, and mostly a few dozen reasons.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies.evaluation.decision import Answer, DecidedBy, Decision
from policies.evaluation.policy import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource

OWN_POLICY = "the queue's own"
"""What the policy of a queue is called in a group, so that queues whose policies say the same are alike."""


@dataclass(frozen=True, slots=True)
class Group:
    """Principals that get one decision, for one reason, on the same queues.

    Parameters
    ----------
    decision
        The decision.
    principals, queues
        Everybody on everything of these.
    """

    decision: Decision
    principals: tuple[Principal, ...]
    queues: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """All decisions.

    Parameters
    ----------
    yes, conditional
        Who can, and who may be able to.
    no
        How many pairs of a principal and a queue are refused, by what refuses them.
    """

    yes: tuple[Group, ...]
    conditional: tuple[Group, ...]
    no: Mapping[DecidedBy, int]


def grouped(rows: Iterable[tuple[Principal, Sequence[Decision]]], queues: Sequence[Resource]) -> Groups:
    """Return decisions gathered.

    Parameters
    ----------
    rows
        Each principal with the decisions on the queues, as ``Exposure.rows`` yields them.
    queues
        The queues.
    """
    alike: dict[bytes, tuple[Sequence[Decision], list[Principal]]] = {}
    for principal, row in rows:
        # The row is kept, so that no other decision can get the identity of one of its own.
        alike.setdefault(array("Q", map(id, row)).tobytes(), (row, []))[1].append(principal)
    generalized = _Generalized()
    members: dict[tuple[Decision, tuple[int, ...]], list[Principal]] = {}
    refused: Counter[DecidedBy] = Counter()
    for row, principals in alike.values():
        for decision, indexes in generalized.parts(row).items():
            if decision.answer is Answer.NO:
                refused[decision.decided_by] += len(indexes) * len(principals)
            else:
                members.setdefault((decision, tuple(indexes)), []).extend(principals)
    groups = [
        Group(decision, tuple(principals), tuple(queues[index] for index in indexes))
        for (decision, indexes), principals in members.items()
    ]
    yes, conditional = (
        tuple(group for group in groups if group.decision.answer is answer)
        for answer in (Answer.YES, Answer.CONDITIONAL)
    )
    return Groups(yes, conditional, dict(refused.most_common()))


class _Generalized:
    """Decisions that do not say which queue's policy it was that decided."""

    def __init__(self) -> None:
        self._by_identity: dict[int, Decision] = {}

    def parts(self, row: Sequence[Decision]) -> dict[Decision, list[int]]:
        """Return the decisions in a row, each with the indexes of its queues."""
        by_identity: dict[int, tuple[Decision, list[int]]] = {}
        for index, decision in enumerate(row):
            by_identity.setdefault(id(decision), (decision, []))[1].append(index)
        parts: dict[Decision, list[int]] = {}
        for decision, indexes in by_identity.values():
            parts.setdefault(self._of(decision), []).extend(indexes)
        return {decision: sorted(indexes) for decision, indexes in parts.items()}

    def _of(self, decision: Decision) -> Decision:
        if id(decision) not in self._by_identity:
            self._by_identity[id(decision)] = Decision(
                decision.answer,
                _generalized(decision.decided_by),
                tuple(
                    replace(each, decided_by=_generalized(each.decided_by)) for each in decision.conditions
                ),
            )
        return self._by_identity[id(decision)]


def _generalized(decided_by: DecidedBy) -> DecidedBy:
    if decided_by.kind != PolicyKind.QUEUE or decided_by.policy is None:
        return decided_by
    return replace(decided_by, policy=OWN_POLICY)
