"""What a pattern says of a value that is known in part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.evaluation.overlap import arn_overlap, overlap
from policies.evaluation.patterns import Tokens, matcher, tokens_of

SESSION = "AROAAPP:*"


def pattern(text: str) -> Tokens:
    return tokens_of(text, variables=False)


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        ("AROAAPP:*", SESSION, True),
        ("AROA*", SESSION, True),
        ("*", SESSION, True),
        ("*:*", SESSION, True),
        ("A?OAAPP:**", SESSION, True),
        ("AROAAPP:alice", SESSION, None),
        ("*:alice", SESSION, None),
        ("AROAAPP:?*", SESSION, None),
        ("*alice*", SESSION, None),
        ("AROAAPP", SESSION, False),
        ("AROAOTHER:*", SESSION, False),
        ("aroaapp:*", SESSION, False),
        ("", SESSION, False),
        ("", "*", None),
        ("?", "?", True),
        ("a", "?", None),
        ("a*", "?", None),
        ("ab", "?", False),
        ("a*b", "a*b", True),
        ("a*c", "a*b", False),
    ],
)
def test_it_matches_all_some_or_none(wanted: str, known: str, expected: bool | None) -> None:
    assert overlap(pattern(wanted), pattern(known)) is expected


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        ("arn:aws:iam::111122223333:*", "arn:aws:*::111122223333:*", None),
        ("arn:aws:*::111122223333:*", "arn:aws:*::111122223333:*", True),
        ("arn:aws:iam::444455556666:role/*", "arn:aws:*::111122223333:*", False),
        ("arn:aws:*", "arn:aws:*::111122223333:*", False),
        ("arn:aws:iam::111122223333:role/*", "AROAAPP", False),
        ("arn:aws:iam::111122223333:role/*", "arn:*", None),
    ],
)
def test_an_arn_is_compared_field_by_field(wanted: str, known: str, expected: bool | None) -> None:
    assert arn_overlap(pattern(wanted), pattern(known)) is expected


@given(st.text("ab*?", max_size=8), st.text("ab*?", max_size=6), st.lists(st.text("ab", max_size=3)))
def test_it_says_nothing_that_a_text_belies(wanted: str, known: str, stars: list[str]) -> None:
    text = known.replace("?", "a")
    for each in stars:
        text = text.replace("*", each, 1)
    text = text.replace("*", "")

    said = overlap(pattern(wanted), pattern(known))

    assert said is None or said is matcher([pattern(wanted)])(text)


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_a_text_that_is_known_is_matched_or_not(wanted: str, known: str) -> None:
    assert overlap(pattern(wanted), pattern(known)) is matcher([pattern(wanted)])(known)
