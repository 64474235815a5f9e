from __future__ import annotations

import pytest

from policies.evaluation import DecidedBy, OpenCondition
from purge_guard.decision_words import condition_words, if_clauses, reason

STATEMENT = DecidedBy("identity", "operators", "Purge", 0)


@pytest.mark.parametrize(
    ("decided_by", "words"),
    [
        (DecidedBy("identity", "operators", "Purge", 0), "identity policy operators, statement Purge"),
        (DecidedBy("rcp", "no-outsiders", None, 2), "resource control policy no-outsiders, Statement[2]"),
        (DecidedBy("scp", "no-purge", "No", 0), "service control policy no-purge, statement No"),
        (DecidedBy("boundary", "limits", "No", 0), "permissions boundary limits, statement No"),
        (DecidedBy("queue", "arn:aws:sqs:…", "Partner", 0), "the queue's policy, statement Partner"),
        (DecidedBy("queue"), "the queue's policy lets no such principal in"),
        (DecidedBy("scp"), "the service control policies of a level above it do not allow it"),
        (DecidedBy("identity"), "no identity policy allows it"),
        (DecidedBy("boundary"), "its permissions boundary does not allow it"),
        (DecidedBy("root"), "a root user may do everything in its own account"),
        (DecidedBy("service"), "SQS shares this action with no other account"),
    ],
    ids=lambda value: f"{value.kind}-{value.sid}" if isinstance(value, DecidedBy) else "",
)
def test_what_decided_is_said(decided_by: DecidedBy, words: str) -> None:
    assert reason(decided_by) == words


@pytest.mark.parametrize(
    ("operator", "values", "words"),
    [
        ("StringEquals", ("a",), "k is a"),
        ("stringnotequals", ("a", "b"), "k is not a nor b"),
        ("StringEqualsIgnoreCase", ("a",), "k is, in any case, a"),
        ("StringNotLike", ("a*",), "k is not like a*"),
        ("ArnLike", ("a*", "b*"), "k is like a* or b*"),
        ("Bool", ("true",), "k is true"),
        ("BoolIfExists", ("false",), "k is false, or is absent"),
        ("NotIpAddress", ("192.0.2.0/24",), "k is not in 192.0.2.0/24"),
        ("NumericLessThan", ("3600",), "k is less than 3600"),
        ("NumericNotEquals", ("1",), "k is not 1"),
        ("DateGreaterThanEquals", ("2026-11-25",), "k is not before 2026-11-25"),
        ("Null", ("true",), "k is absent"),
        ("Null", ("false",), "k is present"),
        ("ForAllValues:StringEquals", ("a",), "every value of k is a"),
        ("ForAnyValue:StringNotLike", ("a",), "a value of k is not like a"),
        ("Resource", ("arn:aws:sqs:*:*:${k}-*",), "the queue is arn:aws:sqs:*:*:${k}-*"),
        ("StringEquals", ("a", "b", "c", "d", "e", "f"), "k is a or b or c or d or 2 more"),
        ("StringEquals", ("",), 'k is ""'),
        ("StringEquals", ("\x1b[2J",), "k is \\x1b[2J"),
    ],
    ids=str,
)
def test_a_condition_is_said(operator: str, values: tuple[str, ...], words: str) -> None:
    assert condition_words(OpenCondition("Allow", STATEMENT, operator, "k", values)) == words


def test_the_conditions_of_a_statement_belong_together() -> None:
    denying = DecidedBy("scp", "no-purge", None, 1)
    conditions = [
        OpenCondition("Deny", denying, "Bool", "a", ("false",)),
        OpenCondition("Allow", STATEMENT, "Bool", "b", ("true",)),
        OpenCondition("Allow", STATEMENT, "Bool", "c", ("true",)),
    ]
    assert if_clauses(conditions) == [
        "denied if a is false, by service control policy no-purge, Statement[1]",
        "allowed if b is true and c is true, by identity policy operators, statement Purge",
    ]
