"""What merging our statements changes in the policy of a queue."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policies.detection.own_statements import is_own, normal
from policies.prevention.queue import merge_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.document import Statement

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The policy of a queue before and after. Make it with `planned_change`.

    Parameters
    ----------
    before, after
        The whole policies; empty where there is none.
    ours_before, ours_after
        Our statements in them, by their Sids.
    """

    before: str
    after: str
    ours_before: dict[str, Json]
    ours_after: dict[str, Json]

    @property
    def is_needed(self) -> bool:
        """Whether our statements say something else afterwards."""
        return normal(self.ours_before) != normal(self.ours_after)

    def lines(self) -> Iterator[str]:
        """Yield what is added, replaced and removed, as a diff of each statement."""
        for sid in sorted({*self.ours_before, *self.ours_after}):
            before, after = self.ours_before.get(sid), self.ours_after.get(sid)
            if normal(before) == normal(after):
                continue
            word = "replace" if before and after else "remove" if before else "add"
            yield f"{word} {json.dumps(sid)}"
            _, _, _, *changed = difflib.unified_diff(_shown(before), _shown(after), lineterm="")
            yield from changed


def planned_change(existing: str, statements: Sequence[Statement]) -> PolicyChange:
    """Return what merging statements changes; none take ours out.

    Parameters
    ----------
    existing
        The policy of the queue; empty where it has none.
    statements
        What `policies.prevention.queue.queue_statements` returns for it, or nothing.

    Raises
    ------
    QueuePolicyError, PolicySizeError
        See `policies.prevention.queue.merge_statements`.
    """
    after = merge_statements(existing, statements)
    ours = [
        {each["Sid"]: each for each in _statements(policy) if is_own(each)} for policy in (existing, after)
    ]
    return PolicyChange(existing, after, *ours)


def theirs(policy: str) -> object:
    """Return what others wrote in a policy, so that two can be compared."""
    return normal([statement for statement in _statements(policy) if not is_own(statement)])


def _statements(policy: str) -> list[Json]:
    statements = json.loads(policy).get("Statement", []) if policy else []
    return statements if isinstance(statements, list) else [statements]


def _shown(statement: Json | None) -> list[str]:
    return json.dumps(statement, indent=2).splitlines() if statement else []
