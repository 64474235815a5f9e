"""The answers of ``purge-guard who-can``: grouped for people, one by one for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies.detection.text import visible
from policies.evaluation.decision import Answer
from policies.evaluation.principal import PrincipalKind
from policies.exposure.groups import grouped
from policies.exposure.outsiders import EVERYBODY_ELSE
from purge_guard.decision_words import if_clauses, reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.evaluation.decision import DecidedBy, Decision
    from policies.evaluation.principal import Principal
    from policies.exposure.exposure import Exposure
    from policies.exposure.groups import Group

    Rows = Iterable[tuple[Principal, list[Decision]]]

_MOST_NAMES = 20
"""How many principals or queues of a group are named; JSON has them all."""


def json_report(exposure: Exposure, rows: Rows) -> Iterator[str]:
    """Yield the text of a JSON document piece by piece: ten million decisions fit no memory.

    Parameters
    ----------
    exposure
        What was asked.
    rows
        Each of its principals with the decisions on its queues.
    """
    queues = [json.dumps(queue.arn) for queue in exposure.queues]
    # Decisions are kept with their text, so that no other decision can get the identity of one of them.
    texts: dict[int, tuple[Decision, str]] = {}
    yield '{"schema":1,"decisions":['
    separator = "\n"
    for principal, row in rows:
        head = f'{{"principal":{json.dumps(principal.name)},"queue":'
        for decision in row:
            if id(decision) not in texts:
                texts[id(decision)] = decision, _json_rest(exposure.action, decision)
        lines = [
            f"{head}{queue}{texts[id(decision)][1]}" for queue, decision in zip(queues, row, strict=True)
        ]
        if lines:
            yield separator + ",\n".join(lines)
            separator = ",\n"
    yield "\n]}\n"


def _json_rest(action: str, decision: Decision) -> str:
    """Return what follows the queue of a decision in JSON."""
    rest = {
        "action": action,
        "answer": decision.answer,
        "decided_by": _json_source(decision.decided_by),
        "conditions": [
            {
                "effect": condition.effect,
                "decided_by": _json_source(condition.decided_by),
                "operator": condition.operator,
                "key": condition.key,
                "values": condition.values,
            }
            for condition in decision.conditions
        ],
    }
    return "," + json.dumps(rest, separators=(",", ":"))[1:]


def _json_source(decided_by: DecidedBy) -> dict[str, str | None]:
    return {"kind": decided_by.kind, "policy": decided_by.policy, "sid": decided_by.sid}


def table_report(exposure: Exposure, rows: Rows) -> Iterator[str]:
    """Yield the lines of a table in which those who are alike stand together.

    Parameters
    ----------
    exposure
        What was asked.
    rows
        Each of its principals with the decisions on its queues.
    """
    groups = grouped(rows, exposure.queues)
    asked = len(exposure.principals) * len(exposure.queues)
    counts = [(len(exposure.principals), "principal"), (len(exposure.queues), "queue")]
    yield f"{exposure.action}: {', '.join(_count(number, noun) for number, noun in counts)}"
    for title, of in (("Yes", groups.yes), ("Conditional", groups.conditional)):
        yield f"\n{title}: {_pairs(of)} of {asked}"
        for group in of:
            yield from _group_lines(exposure, group)
    yield f"\nNo: {sum(groups.no.values())} of {asked}"
    width = len(str(max(groups.no.values(), default=0)))
    for decided_by, number in groups.no.items():
        denied = "denied by " if decided_by.policy is not None else ""
        yield f"  {number:{width}}  {denied}{reason(decided_by)}"
    notes = list(_notes(exposure))
    yield from ["", *notes] if notes else []


def _group_lines(exposure: Exposure, group: Group) -> Iterator[str]:
    outsiders = frozenset(outsider.name for outsider in exposure.outsiders)
    yield ""
    yield from _named([_described(each, outsiders) for each in group.principals], "  ", "principals")
    if len(group.queues) == len(exposure.queues) > 1:
        yield f"    on all {len(group.queues)} queues"
    else:
        yield from _named([f"on {visible(queue.arn)}" for queue in group.queues], "    ", "queues")
    if group.decision.answer is Answer.YES:
        decided_by = group.decision.decided_by
        yield f"    {'allowed by ' if decided_by.policy is not None else ''}{reason(decided_by)}"
    for clause in if_clauses(group.decision.conditions):
        yield f"    {clause}"


def _named(names: list[str], indent: str, plural: str) -> Iterator[str]:
    for name in names[:_MOST_NAMES]:
        yield indent + name
    if len(names) > _MOST_NAMES:
        yield f"{indent}and {len(names) - _MOST_NAMES} more {plural}"


def _described(principal: Principal, outsiders: frozenset[str]) -> str:
    """Return the name of a principal and what is peculiar about it."""
    peculiar: list[str] = []
    if principal.name == EVERYBODY_ELSE:
        peculiar.append("anyone: not listed here, or not even known to AWS")
    elif principal.name in outsiders:
        peculiar.append("not in the snapshot")
    if principal.is_root:
        peculiar.append("root user")
    if principal.kind is PrincipalKind.SERVICE_LINKED_ROLE:
        peculiar.append("service-linked role: not bound by SCPs and RCPs")
    elif _is_of_management_account(principal):
        peculiar.append("management account: not bound by SCPs")
    return visible(principal.name) + (f"  ({'; '.join(peculiar)})" if peculiar else "")


def _notes(exposure: Exposure) -> Iterator[str]:
    """Yield what no policy of the organization can change."""
    managers = sum(map(_is_of_management_account, exposure.principals))
    if managers:
        yield f"Not bound by SCPs: {_count(managers, 'principal')} of the management account."
    linked = sum(each.kind is PrincipalKind.SERVICE_LINKED_ROLE for each in exposure.principals)
    if linked:
        yield f"Not bound by SCPs and RCPs: {_count(linked, 'service-linked role')}."
    unprotected = sum(queue.account.is_management for queue in exposure.queues)
    if unprotected:
        yield f"Not protected by RCPs: {_count(unprotected, 'queue')} of the management account."


def _is_of_management_account(principal: Principal) -> bool:
    return principal.account is not None and principal.account.is_management


def _pairs(groups: Iterable[Group]) -> int:
    return sum(len(group.principals) * len(group.queues) for group in groups)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
