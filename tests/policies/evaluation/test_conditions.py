from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.evaluation import PolicyError, Unknown
from policies.evaluation.conditions import Condition, read_condition
from policies.evaluation.context import Like

if TYPE_CHECKING:
    from policies.evaluation.context import ContextValue

KEY = "aws:Key"
ROLE = "arn:aws:iam::111122223333:role/ops/App"
LONG_AGO, NOON = "2020-01-01T00:00:00Z", "2026-11-25T12:00:00Z"


def condition(operator: str, *values: str, variables: bool = True) -> Condition:
    return read_condition(operator, KEY, values, "here", variables=variables)


def holds(operator: str, values: tuple[str, ...], value: ContextValue, **others: ContextValue) -> bool | None:
    known = {"aws:key": value, **{f"aws:{key}": other for key, other in others.items()}}
    return condition(operator, *values).holds(known.get)


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("StringEquals", ("a", "b"), "b", True),
        ("StringEquals", ("a",), "A", False),
        ("StringEquals", ("a*",), "ab", False),
        ("StringEquals", ("a*",), "a*", True),
        ("StringNotEquals", ("a", "b"), "b", False),
        ("StringNotEquals", ("a", "b"), "c", True),
        ("StringEqualsIgnoreCase", ("Admin",), "aDMIN", True),
        ("StringNotEqualsIgnoreCase", ("Admin",), "aDMIN", False),
        ("StringLike", ("al*", "b?b"), "bob", True),
        ("StringLike", ("AL*",), "alice", False),
        ("StringNotLike", ("al*", "b?b"), "bob", False),
        ("StringNotLike", ("al*",), "bob", True),
        ("NumericEquals", ("3600",), "3600.0", True),
        ("NumericNotEquals", ("3600",), "3600.0", False),
        ("NumericLessThan", ("10",), "9", True),
        ("NumericLessThan", ("10", "100"), "50", True),
        ("NumericLessThan", ("9",), "10", False),
        ("NumericLessThanEquals", ("10",), "10", True),
        ("NumericGreaterThan", ("10",), "10", False),
        ("NumericGreaterThanEquals", ("-10.5",), "-10.5", True),
        ("DateEquals", ("2026-11-25T12:00:00Z",), "2026-11-25T13:00:00+01:00", True),
        ("DateNotEquals", ("2026-11-25T12:00:00Z",), NOON, False),
        ("DateLessThan", (NOON,), LONG_AGO, True),
        ("DateLessThan", ("2026-11-25",), NOON, False),
        ("DateLessThanEquals", (NOON,), NOON, True),
        ("DateGreaterThan", ("2026",), NOON, True),
        ("DateGreaterThan", ("2026-12",), NOON, False),
        ("DateGreaterThanEquals", ("1700000000",), NOON, True),
        ("DateGreaterThan", ("2026-01-01T00:00:00Z",), "1795564800", True),
        ("Bool", ("true",), "true", True),
        ("Bool", ("TRUE",), "true", True),
        ("Bool", ("false",), "true", False),
        ("BinaryEquals", ("QmluYXJ5",), "QmluYXJ5", True),
        ("BinaryEquals", ("QmluYXJ5",), "QmluYXJ6", False),
        ("IpAddress", ("203.0.113.0/24",), "203.0.113.7", True),
        ("IpAddress", ("203.0.113.9/24",), "203.0.113.7", True),
        ("IpAddress", ("203.0.113.7",), "203.0.113.7", True),
        ("IpAddress", ("203.0.113.7",), "203.0.113.8", False),
        ("IpAddress", ("203.0.113.0/24", "2001:DB8::/32"), "2001:db8::1", True),
        ("IpAddress", ("0.0.0.0/0",), "2001:db8::1", False),
        ("NotIpAddress", ("203.0.113.0/24",), "203.0.113.7", False),
        ("NotIpAddress", ("203.0.113.7",), "2001:db8::1", True),
        ("ArnEquals", ("arn:aws:iam::*:role/*",), ROLE, True),
        ("ArnLike", ("arn:aws:iam::*:role/App",), ROLE, False),
        ("ArnNotEquals", ("arn:aws:iam::*:role/*",), ROLE, False),
        ("ArnNotLike", ("arn:aws:iam::*:user/*",), ROLE, True),
        ("Null", ("true",), "x", False),
        ("Null", ("false",), "x", True),
        ("Null", ("true", "false"), "x", True),
    ],
)
def test_an_operator_compares(operator: str, values: tuple[str, ...], value: str, expected: bool) -> None:
    assert holds(operator, values, value) is expected


OPERATORS = [
    ("StringEquals", "a"),
    ("StringEqualsIgnoreCase", "a"),
    ("StringLike", "*"),
    ("NumericLessThan", "1"),
    ("DateGreaterThan", "2020"),
    ("Bool", "false"),
    ("BinaryEquals", "QQ=="),
    ("IpAddress", "0.0.0.0/0"),
    ("ArnLike", "arn:*:*:*:*:*"),
]
NEGATED = [
    ("StringNotEquals", "a"),
    ("StringNotEqualsIgnoreCase", "a"),
    ("StringNotLike", "*"),
    ("NumericNotEquals", "1"),
    ("DateNotEquals", "2020"),
    ("NotIpAddress", "0.0.0.0/0"),
    ("ArnNotEquals", "arn:*:*:*:*:*"),
    ("ArnNotLike", "arn:*:*:*:*:*"),
]


@pytest.mark.parametrize(("operator", "value"), OPERATORS)
def test_an_absent_key_does_not_match(operator: str, value: str) -> None:
    assert holds(operator, (value,), None) is False
    assert holds(f"{operator}IfExists", (value,), None) is True
    assert holds(f"ForAllValues:{operator}", (value,), None) is True
    assert holds(f"ForAnyValue:{operator}", (value,), None) is False
    assert holds(f"ForAnyValue:{operator}IfExists", (value,), None) is False


@pytest.mark.parametrize(("operator", "value"), NEGATED)
def test_an_absent_key_meets_a_negated_operator(operator: str, value: str) -> None:
    assert holds(operator, (value,), None) is True
    assert holds(f"{operator}IfExists", (value,), None) is True
    assert holds(f"ForAllValues:{operator}", (value,), None) is True
    assert holds(f"ForAnyValue:{operator}", (value,), None) is False


@pytest.mark.parametrize(("operator", "value"), OPERATORS + NEGATED)
@pytest.mark.parametrize("unknown", list(Unknown))
def test_what_is_unknown_is_never_guessed(operator: str, value: str, unknown: Unknown) -> None:
    for form in (operator, f"{operator}IfExists", f"ForAllValues:{operator}", f"ForAnyValue:{operator}"):
        assert holds(form, (value,), unknown) is None


@pytest.mark.parametrize(
    ("value", "null", "not_null"),
    [
        ("x", False, True),
        ("", False, True),
        (("x",), False, True),
        ((), True, False),
        (None, True, False),
        (Unknown.VALUE, False, True),
        (Unknown.ENTIRELY, None, None),
    ],
)
def test_null_asks_for_the_key_alone(value: ContextValue, null: bool | None, not_null: bool | None) -> None:
    assert holds("Null", ("true",), value) is null
    assert holds("Null", ("false",), value) is not_null


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringLike", ("AROAAPP:*",), True),
        ("StringLike", ("AIDA*", "AROA*"), True),
        ("StringLike", ("AROAOTHER:*",), False),
        ("StringLike", ("*:alice",), None),
        ("StringNotLike", ("AROAAPP:*",), False),
        ("StringNotLike", ("AROAOTHER:*",), True),
        ("StringEquals", ("AROAAPP:alice",), None),
        ("StringEquals", ("AROAAPP:*",), None),
        ("StringNotEquals", ("AROAOTHER:alice",), True),
        ("StringEqualsIgnoreCase", ("aroaapp:alice",), None),
        ("StringEqualsIgnoreCase", ("aroaother:alice",), False),
        ("StringLikeIfExists", ("AROAOTHER:*",), False),
        ("ForAnyValue:StringLike", ("AROAAPP:*",), True),
        ("ForAllValues:StringNotLike", ("AROAAPP:*",), False),
        ("StringLike", ("${aws:role}:*",), True),
        ("StringNotLike", ("${aws:absent}:*",), False),
        ("StringLike", ("${aws:unknown}:*", "AROAOTHER:*"), None),
        ("ArnLike", ("arn:aws:iam::111122223333:role/*",), None),
        ("NumericEquals", ("1",), None),
        ("Null", ("true",), False),
    ],
)
def test_what_is_known_in_part_decides_what_it_can(
    operator: str, values: tuple[str, ...], expected: bool | None
) -> None:
    known = Like("AROAAPP:*")
    assert holds(operator, values, known, role="AROAAPP", unknown=Unknown.VALUE) is expected


def test_a_variable_known_in_part_is_not_resolved() -> None:
    assert holds("StringEquals", ("${aws:session}",), "AROAAPP:alice", session=Like("AROAAPP:*")) is None


@pytest.mark.parametrize(
    ("operator", "values", "value", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "b"), ("a", "c"), False),
        ("ForAllValues:StringEquals", ("a",), (), True),
        ("ForAllValues:StringEquals", ("a",), ("",), True),
        ("ForAllValues:StringLike", ("t*",), ("team", "tier"), True),
        ("ForAllValues:StringNotEquals", ("a",), ("b", "c"), True),
        ("ForAllValues:StringNotEquals", ("a",), ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("a", "b"), ("c", "b"), True),
        ("ForAnyValue:StringEquals", ("a", "b"), ("c",), False),
        ("ForAnyValue:StringEquals", ("a",), (), False),
        ("ForAnyValue:StringEquals", ("",), ("",), False),
        ("ForAnyValue:StringNotEquals", ("a",), ("a", "b"), True),
        ("ForAnyValue:StringNotEquals", ("a", "b"), ("a", "b"), False),
        ("ForAllValues:StringEquals", ("a",), "a", True),
        ("ForAnyValue:StringEquals", ("a",), "a", True),
        ("StringEquals", ("a",), ("a",), False),
        ("StringNotEquals", ("a",), ("b",), False),
    ],
)
def test_set_operators_ask_each_value(
    operator: str, values: tuple[str, ...], value: ContextValue, expected: bool
) -> None:
    assert holds(operator, values, value) is expected


@pytest.mark.parametrize(
    ("operator", "policy", "value"),
    [
        ("NumericEquals", "1", "one"),
        ("NumericNotEquals", "1", "one"),
        ("DateNotEquals", "2020", "yesterday"),
        ("Bool", "true", "yes"),
        ("IpAddress", "0.0.0.0/0", "AWS Internal"),
        ("NotIpAddress", "0.0.0.0/0", "AWS Internal"),
        ("BinaryEquals", "QQ==", "ä"),
    ],
)
def test_a_value_of_another_type_meets_nothing(operator: str, policy: str, value: str) -> None:
    assert holds(operator, (policy,), value) is False


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("StringEquals", ("${aws:other}",), True),
        ("StringNotEquals", ("${aws:other}",), False),
        ("StringLike", ("${aws:other}*",), True),
        ("StringEqualsIgnoreCase", ("${aws:OTHER}",), True),
        ("ArnLike", ("arn:aws:iam::*:role/${aws:other}",), False),
        ("StringEquals", ("${aws:absent, 'value'}",), True),
        ("StringEquals", ("${aws:absent}",), False),
        ("StringNotEquals", ("${aws:absent}",), False),
        ("StringEquals", ("value", "${aws:absent}"), True),
        ("StringEquals", ("${aws:many}",), False),
        ("StringEquals", ("${aws:unknown}",), None),
        ("StringNotEquals", ("${aws:unknown}",), None),
        ("StringEquals", ("${aws:unknown, 'value'}",), None),
        ("StringEquals", ("value", "${aws:unknown}"), True),
        ("StringNotEquals", ("value", "${aws:unknown}"), False),
    ],
)
def test_policy_variables_take_the_requests_values(
    operator: str, values: tuple[str, ...], expected: bool | None
) -> None:
    known: dict[str, ContextValue] = {"other": "value", "many": ("value",), "unknown": Unknown.ENTIRELY}

    assert holds(operator, values, "value", **known) is expected


def test_the_old_version_has_no_variables() -> None:
    old = condition("StringEquals", "${aws:other}", variables=False)

    assert old.holds({"aws:key": "${aws:other}"}.get) is True


@pytest.mark.parametrize(
    "operator",
    ["StringEqual", "StringContains", "NullIfExists", "ForSomeValues:StringEquals", "", "IfExists"],
)
def test_an_operator_that_aws_does_not_have_is_refused(operator: str) -> None:
    with pytest.raises(PolicyError, match=f"^here: AWS has no condition operator {operator}$"):
        condition(operator, "a")


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "1h"),
        ("NumericEquals", "1e3"),
        ("NumericEquals", "${aws:other}"),
        ("DateLessThan", "tomorrow"),
        ("DateLessThan", "2026-13-45"),
        ("Bool", "yes"),
        ("IpAddress", "203.0.113.0/33"),
        ("BinaryEquals", "not base64!"),
        ("Null", "maybe"),
    ],
)
def test_a_value_that_the_operator_cannot_compare_with_is_refused(operator: str, value: str) -> None:
    with pytest.raises(PolicyError, match=r"^here: "):
        condition(operator, value)


@pytest.mark.parametrize("operator", ["stringequals", "STRINGEQUALS", "forallvalues:stringequalsifexists"])
def test_the_case_of_an_operator_does_not_matter(operator: str) -> None:
    assert holds(operator, ("a",), "a") is True
