import re

import pytest

from policies.evaluation.patterns import (
    Tokens,
    Wildcard,
    arn_glob,
    glob,
    literal,
    matcher,
    resource_glob,
    substitute,
    tokens_of,
    variables_of,
)

QUEUE = "arn:aws:sqs:eu-west-1:111122223333:orders"


def pattern(text: str) -> Tokens:
    return tokens_of(text, variables=True)


@pytest.mark.parametrize(
    ("text", "value", "matches"),
    [
        ("orders", "orders", True),
        ("orders", "orders-2", False),
        ("orders", "my-orders", False),
        ("or*", "orders", True),
        ("*ers", "orders", True),
        ("o*d*s", "orders", True),
        ("o*x*s", "orders", False),
        ("order?", "orders", True),
        ("orders?", "orders", False),
        ("?*", "", False),
        ("*", "", True),
        ("**", "orders", True),
        ("*?*", "o", True),
        ("a*b*a", "aba", True),
        ("a*b*a", "ab", False),
        ("a*", "a\nb", True),
        ("app.prod", "appXprod", False),
        ("[ab]dmin", "admin", False),
        ("[ab]dmin", "[ab]dmin", True),
        ("app+ops", "appps", False),
        ("a|b", "a", False),
        ("orders$", "orders", False),
        ("Orders", "orders", False),
    ],
)
def test_only_asterisk_and_question_mark_are_special(text: str, value: str, matches: bool) -> None:
    assert matcher([pattern(text)])(value) is matches


@pytest.mark.parametrize("expression", [glob, resource_glob, arn_glob])
def test_many_asterisks_cost_no_more_than_few(expression: object) -> None:
    text = "arn:aws:sqs:::" + "*a" * 2000 + "b"
    assert callable(expression)

    assert matcher([pattern(text)], expression)("arn:aws:sqs:::" + "a" * 20_000) is False


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("*", True),
        (QUEUE, True),
        ("arn:aws:sqs:*:*:*", True),
        ("arn:aws:sqs:eu-west-?:111122223333:ord*", True),
        ("arn:aws:sqs:eu-*-1:*:orders", True),
        ("arn:aws:sqs:*:orders", True),
        ("arn:aws:sqs:*", True),
        ("arn:aws:sqs", True),
        ("arn:*", True),
        ("arn:aws:sqs:eu-west-1", True),
        ("arn:aws:sqs:*orders", False),
        ("arn:aws:sqs:eu?west-1:111122223333:orders", True),
        ("arn:aws:sqs:eu-west-1?111122223333:orders", False),
        ("arn:aws:sqs:eu-west-1:111122223333:Orders", False),
        ("ARN:aws:sqs:eu-west-1:111122223333:orders", False),
        ("arn:aws:sqs:us-*:*:*", False),
        ("arn:aws:s3:::orders", False),
        ("orders", False),
        ("", False),
    ],
)
def test_a_resource_covers_an_arn_field_by_field(text: str, covers: bool) -> None:
    assert matcher([pattern(text)], resource_glob)(QUEUE) is covers


def test_a_resource_spans_any_character_after_the_fifth_colon() -> None:
    covers = matcher([pattern("arn:aws:logs:*:*:log-group:/a*/b:*")], resource_glob)

    assert covers("arn:aws:logs:eu-west-1:111122223333:log-group:/a:x/b:stream:s")


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("arn:aws:iam::111122223333:role/ops/App", True),
        ("arn:aws:iam::*:role/*", True),
        ("arn:*:iam::*:role/ops/*", True),
        ("arn:aws:iam::*:role/App", False),
        ("arn:aws:iam:*:role/ops/App", False),
        ("arn:aws:*", False),
        ("*", False),
        ("arn:aws:iam::111122223333:role/OPS/App", False),
    ],
)
def test_arn_like_compares_six_fields(text: str, matches: bool) -> None:
    assert matcher([pattern(text)], arn_glob)("arn:aws:iam::111122223333:role/ops/App") is matches


def test_arn_like_keeps_an_asterisk_within_its_field() -> None:
    text = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"

    assert not matcher([pattern("arn:aws:someservice:*:111122223333:finance/*")], arn_glob)(text)


def test_variables_are_found_with_their_defaults() -> None:
    tokens = pattern("${aws:UserName}-${aws:PrincipalTag/Team, 'no team'}*${?}${$}")

    assert [(each.key, each.default) for each in variables_of(tokens)] == [
        ("aws:username", None),
        ("aws:principaltag/team", "no team"),
    ]
    assert tokens[-3:] == (Wildcard.MANY, "?", "$")


@pytest.mark.parametrize("text", ["${}", "${aws:username", "$aws:username", "${{x}}", "$${"])
def test_what_is_no_variable_is_text(text: str) -> None:
    assert literal(pattern(text)) == text


def test_a_wildcard_in_a_value_is_an_ordinary_character() -> None:
    tokens = pattern("home/${aws:username}/*")
    (variable,) = variables_of(tokens)
    matches = matcher([substitute(tokens, {variable: "*"})])

    assert matches("home/*/x")
    assert not matches("home/bob/x")


def test_without_variables_in_the_language_they_are_text() -> None:
    assert literal(tokens_of("${aws:username}", variables=False)) == "${aws:username}"


def test_a_variable_cannot_stand_for_the_first_fields_of_a_resource() -> None:
    assert resource_glob(pattern("arn:aws:sqs:*:${aws:PrincipalAccount}:orders")) is None


@pytest.mark.parametrize("text", ["a*b?c", "*", "x", "arn:aws:sqs:*:*:o.r*"])
def test_an_expression_is_a_regular_expression(text: str) -> None:
    assert re.compile(glob(pattern(text)))
