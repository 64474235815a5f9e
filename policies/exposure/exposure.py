"""Who could do something to which queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.evaluate_all import decide_all
from policies.evaluation.patterns import matcher, tokens_of
from policies.exposure.insiders import insiders_of, queues_of
from policies.exposure.outsiders import outsiders_of
from policies.exposure.question import QuestionError, informed, known_context, queue_action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policies.evaluation.context import ContextValue
    from policies.evaluation.decision import Decision
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource
    from policies.snapshot.snapshot import Snapshot

ALL = "*"
"""The pattern that everything matches."""

NOTHING_TOLD: Mapping[str, ContextValue] = {}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A question about a snapshot, with everybody and everything that it is about.

    Parameters
    ----------
    action
        What is to be done, as AWS writes it.
    outsiders
        Whoever a queue's policy lets in and the snapshot does not list.
    insiders
        Users, roles and root users.
    queues
        The queues.
    """

    action: str
    outsiders: tuple[Principal, ...]
    insiders: tuple[Principal, ...]
    queues: tuple[Resource, ...]

    @property
    def principals(self) -> tuple[Principal, ...]:
        """Everybody, outsiders first."""
        return self.outsiders + self.insiders

    def rows(self) -> Iterator[tuple[Principal, list[Decision]]]:
        """Yield each principal with the decisions on the queues, in their order.

        Decisions that are equal for one reason are mostly the very same object.
        """
        principals = self.principals
        return zip(principals, decide_all(principals, self.queues, self.action), strict=True)


def exposure_of(
    snapshot: Snapshot,
    action: str,
    *,
    principal: str = ALL,
    queue: str = ALL,
    context: Mapping[str, ContextValue] = NOTHING_TOLD,
) -> Exposure:
    """Return who could do something to which queues of a snapshot.

    Parameters
    ----------
    snapshot
        The snapshot.
    action
        What is to be done, such as ``sqs:PurgeQueue``, in any case.
    principal, queue
        Patterns of ARNs or names, in which ``*`` and ``?`` alone are special: whom and what to ask about.
    context
        What is known of every request: values by context key, None for a key that it does not have. What
        follows from a principal or a queue counts for more.

    Raises
    ------
    QuestionError
        The action is none on a queue; a pattern matches nothing; a context key is not free to choose.
    SnapshotError
        A user or role of the snapshot has the ARN of something else.
    """
    action = queue_action(action)
    known = known_context(context)
    is_meant, is_asking = _matcher(queue, ":"), _matcher(principal, "/")
    queues = tuple(each for each in queues_of(snapshot) if is_meant(each.arn))
    listed = tuple(insiders_of(snapshot))
    outsiders, insiders = (
        tuple(informed(each, known) for each in principals if is_asking(each.name))
        for principals in (outsiders_of(snapshot, listed, queues, action), listed)
    )
    if queue != ALL and not queues:
        raise QuestionError(f"no queue of the snapshot matches {queue!r}")
    if not insiders and not outsiders:
        raise QuestionError(f"no principal of the snapshot matches {principal!r}")
    return Exposure(action, outsiders, insiders, queues)


def _matcher(pattern: str, separator: str) -> Callable[[str], bool]:
    """Return whether an ARN, or the name that follows its last separator, matches a pattern."""
    matches = matcher([tokens_of(pattern, variables=False)])
    return lambda arn: matches(arn) or matches(arn.rpartition(separator)[2])
