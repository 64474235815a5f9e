"""Decisions of policy evaluation in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.detection.text import visible
from policies.evaluation.decision import ROOT, SERVICE
from policies.evaluation.policy import PolicyKind
from policies.evaluation.statement import RESOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.evaluation.decision import DecidedBy, OpenCondition

_MOST_VALUES = 4

_POLICIES = {
    PolicyKind.RCP: "resource control policy",
    PolicyKind.SCP: "service control policy",
    PolicyKind.IDENTITY: "identity policy",
    PolicyKind.BOUNDARY: "permissions boundary",
    PolicyKind.SESSION: "session policy",
}

_WITHOUT_STATEMENT = {
    ROOT: "a root user may do everything in its own account",
    SERVICE: "SQS shares this action with no other account",
    PolicyKind.SCP: "the service control policies of a level above it do not allow it",
    PolicyKind.QUEUE: "the queue's policy lets no such principal in",
    PolicyKind.IDENTITY: "no identity policy allows it",
    PolicyKind.BOUNDARY: "its permissions boundary does not allow it",
    PolicyKind.SESSION: "no session policy allows it",
}

_OPERATOR = re.compile(r"(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?")
_SUBJECTS = {"forallvalues": "every value of ", "foranyvalue": "a value of "}
_VERBS = {
    "stringlike": "is like",
    "arnequals": "is like",
    "arnlike": "is like",
    "ipaddress": "is in",
    "stringequalsignorecase": "is, in any case,",
    "numericlessthan": "is less than",
    "numericlessthanequals": "is at most",
    "numericgreaterthan": "is more than",
    "numericgreaterthanequals": "is at least",
    "datelessthan": "is before",
    "datelessthanequals": "is not after",
    "dategreaterthan": "is after",
    "dategreaterthanequals": "is not before",
}


def reason(decided_by: DecidedBy) -> str:
    """Return what decided, in words.

    Examples
    --------
    >>> from policies.evaluation import DecidedBy
    >>> reason(DecidedBy("identity", "operators", "Purge", 0))
    'identity policy operators, statement Purge'
    >>> reason(DecidedBy("identity"))
    'no identity policy allows it'
    """
    if decided_by.policy is None:
        return _WITHOUT_STATEMENT[decided_by.kind]
    statement = f"statement {decided_by.sid}" if decided_by.sid else f"Statement[{decided_by.statement}]"
    if decided_by.kind == PolicyKind.QUEUE:
        return visible(f"the queue's policy, {statement}")
    return visible(f"{_POLICIES[PolicyKind(decided_by.kind)]} {decided_by.policy}, {statement}")


def if_clauses(conditions: Iterable[OpenCondition]) -> list[str]:
    """Return what a conditional answer depends on, a clause for each statement."""
    by_statement: dict[tuple[str, DecidedBy], list[str]] = {}
    for each in conditions:
        by_statement.setdefault((each.effect, each.decided_by), []).append(condition_words(each))
    verbs = {"Allow": "allowed", "Deny": "denied"}
    return [
        f"{verbs[effect]} if {' and '.join(words)}, by {reason(decided_by)}"
        for (effect, decided_by), words in by_statement.items()
    ]


def condition_words(condition: OpenCondition) -> str:
    """Return a condition in words.

    Examples
    --------
    >>> from policies.evaluation import DecidedBy, OpenCondition
    >>> statement = DecidedBy("identity", "office", None, 0)
    >>> values = ("192.0.2.0/24", "198.51.100.0/24")
    >>> condition_words(OpenCondition("Deny", statement, "NotIpAddress", "aws:SourceIp", values))
    'aws:SourceIp is not in 192.0.2.0/24 nor 198.51.100.0/24'
    """
    if condition.operator == RESOURCE:
        return visible(f"the queue is {condition.values[0]}")
    parts = _OPERATOR.fullmatch(condition.operator.lower())
    quantifier, name, if_exists = parts.groups(default="") if parts else ("", condition.operator, "")
    if name == "null":
        return visible(
            f"{condition.key} is {'absent' if condition.values[0].lower() == 'true' else 'present'}"
        )
    base = name.replace("not", "", 1)
    verb = _VERBS.get(base, "is")
    if base != name:
        verb = verb.replace("is", "is not", 1)
    subject = f"{_SUBJECTS.get(quantifier, '')}{condition.key}"
    values = _listed(condition.values, " or " if base == name else " nor ")
    return visible(f"{subject} {verb} {values}{', or is absent' if if_exists else ''}")


def _listed(values: tuple[str, ...], conjunction: str) -> str:
    shown = [value or '""' for value in values[:_MOST_VALUES]]
    if len(values) > _MOST_VALUES:
        shown.append(f"{len(values) - _MOST_VALUES} more")
    return conjunction.join(shown)
