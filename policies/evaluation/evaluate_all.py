"""Who can do what, for everybody and everything at once.

Most principals are alike, and so are most resources. What one policy says of a pair is therefore asked once
for all pairs that the policy cannot tell apart, and what follows from several policies once for every
combination of what they say. What a policy can tell apart is read from its statements, as traits: how they
name a principal, which resources they cover, whether their conditions hold. The decisions are those of
:func:`policies.evaluation.evaluate.decide`, one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.evaluate import binding_rcps, binding_scps, conclude
from policies.evaluation.request_context import NOTHING_KNOWN, Context, read_context
from policies.evaluation.sayings import AttachedPolicy, OwnPolicies, Sayings
from policies.evaluation.traits import Keys

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from policies.evaluation.context import ContextValue
    from policies.evaluation.decision import Decision
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal import Principal
    from policies.evaluation.resource import Resource
    from policies.evaluation.ruling import Grants, Ruling
    from policies.evaluation.sayings import Said


def decide_all(
    principals: Sequence[Principal],
    resources: Sequence[Resource],
    action: str,
    context: Context = NOTHING_KNOWN,
) -> Iterator[list[Decision]]:
    """Yield, for each principal, whether it can do something with each of some resources.

    Parameters
    ----------
    principals, resources
        Who asks, and for what. Those that share an account or a policy should share the very object: it is
        how they are seen to be alike.
    action
        What is to be done, such as ``sqs:PurgeQueue``, in any case.
    context
        What is known of every request, as for :func:`~policies.evaluation.evaluate.decide`.

    Yields
    ------
    list of Decision
        The decisions on the resources, in their order: a list for each principal, in theirs. Equal decisions
        on the resources of one account are one object.
    """
    accounts: dict[int, list[int]] = {}
    for index, resource in enumerate(resources):
        accounts.setdefault(id(resource.account), []).append(index)
    known = read_context(context)
    keys = Keys(principals, resources, known)
    groups = [
        (indices, _Table([resources[index] for index in indices], action.lower(), known, keys))
        for indices in accounts.values()
    ]
    for principal in principals:
        row: dict[int, Decision] = {}
        for indices, table in groups:
            row.update(zip(indices, table.decisions(principal), strict=True))
        yield [row[index] for index in range(len(resources))]


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What the policies of one request say, by the identity of each."""

    said: Mapping[int, Said]

    def denial(self, policy: Policy) -> Ruling:
        """Return whether a policy denies it explicitly."""
        return self.said[id(policy)][0]

    def grants(self, policy: Policy) -> Grants:
        """Return whether a policy allows it."""
        return self.said[id(policy)][1]


class _Table:
    """The decisions on the resources of one account.

    Parameters
    ----------
    resources
        The resources, one at least.
    action
        In lower case.
    known
        What is known of every request, by key in lower case.
    keys
        Where the values of context keys come from.
    """

    def __init__(
        self, resources: Sequence[Resource], action: str, known: Mapping[str, ContextValue], keys: Keys
    ) -> None:
        self._resources = resources
        self._keys = keys
        self._sayings = Sayings(action, known)
        self._own = OwnPolicies(resources, self._sayings, keys)
        self._attached: dict[int, AttachedPolicy] = {}
        self._decisions: dict[Hashable, dict[tuple[int, ...], Decision]] = {}
        self._equal: dict[Decision, Decision] = {}

    def decisions(self, principal: Principal) -> list[Decision]:
        """Return the decisions on all resources for one principal."""
        columns = self._relevant_columns(principal)
        known = self._decisions.setdefault(self._shape(principal), {})
        row: list[Decision] = []
        for index, numbers in enumerate(zip(*columns, strict=True)):
            decision = known.get(numbers)
            if decision is None:
                decision = known[numbers] = self._decide(principal, index, numbers)
            row.append(decision)
        return row

    def _relevant_columns(self, principal: Principal) -> list[Sequence[int]]:
        """Return what each policy says of each resource, up to the first that denies all of them."""
        lookup = self._sayings.lookup(principal, self._resources[0])
        columns: list[Sequence[int]] = []
        for policy in self._policies(principal):
            source = self._own if policy is None else self._attached_policy(policy)
            column = source.column(principal, lookup)
            columns.append(column.numbers)
            if column.denies_all:
                break
        return columns

    def _attached_policy(self, policy: Policy) -> AttachedPolicy:
        found = self._attached.get(id(policy))
        if found is None:
            found = AttachedPolicy(policy, self._resources, self._sayings, self._keys)
            self._attached[id(policy)] = found
        return found

    def _policies(self, principal: Principal, own: Policy | None = None) -> list[Policy | None]:
        """Return all policies in the order in which a deny is looked for, with a place for a resource's."""
        levels = (*binding_rcps(principal, self._resources[0]), *binding_scps(principal))
        return [*(policy for level in levels for policy in level), own, *principal.policies]

    def _shape(self, principal: Principal) -> Hashable:
        """Return what else a decision depends on than what policies say: how they are put together."""
        account = None if principal.account is None else principal.account.id
        session = None if principal.session is None else len(principal.session)
        boundary = principal.boundary is not None
        scps = tuple(len(level) for level in binding_scps(principal))
        rcps = sum(len(level) for level in binding_rcps(principal, self._resources[0]))
        return principal.kind, account, rcps, scps, len(principal.identity), boundary, session

    def _decide(self, principal: Principal, index: int, numbers: Sequence[int]) -> Decision:
        resource = self._resources[index]
        asked = self._policies(principal, resource.policy)[: len(numbers)]
        sayings = (self._sayings.by_number[number] for number in numbers)
        said = {id(policy): saying for policy, saying in zip(asked, sayings, strict=True)}
        decision = conclude(principal, resource, self._sayings.action, _Remembered(said))
        return self._equal.setdefault(decision, decision)
