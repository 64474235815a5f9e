from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from policies.inventory.scalars import Scalar, Unquoted, resolve

# https://yaml.org/spec/1.2.2/#103-core-schema
NOT_TEXT_TO_YAML_1_2 = re.compile(
    r"null|Null|NULL|~||true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN"
)
WORDS = st.one_of(
    st.text("0123456789_.:-+eExXoObabcfTZ ", max_size=14).map(str.strip),
    st.sampled_from(["yes", "No", "ON", "off", "y", "N", "true", "Null", "~", "=", ".inf", ".NaN", "1e3"]),
    st.dates().map(str),
    st.datetimes().map(str),
)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("us-east-1", "us-east-1"),
        ("o-exampleorgid", "o-exampleorgid"),
        ("192.0.2.1", "192.0.2.1"),
        ("90", 90),
        ("-1", -1),
        ("true", True),
        ("False", False),
        ("", None),
        ("null", None),
        ("090", Unquoted("090")),
        ("1_000", Unquoted("1_000")),
        ("1:30", Unquoted("1:30")),
        ("1.5", Unquoted("1.5")),
        ("yes", Unquoted("yes")),
        ("2026-01-01", Unquoted("2026-01-01")),
        ("2026-01-01T10:00:00Z", Unquoted("2026-01-01T10:00:00Z")),
        ("9" * 5000, Unquoted("9" * 5000)),
    ],
)
def test_a_word_without_quotes_is_read_as_every_reader_would(word: str, value: Scalar) -> None:
    resolved = resolve(word)
    assert (resolved, type(resolved)) == (value, type(value))


def _is_text_to_yaml_1_1(word: str) -> bool:
    patterns = yaml.SafeLoader.yaml_implicit_resolvers.get(word[:1], [])
    return not any(pattern.match(word) for _tag, pattern in patterns)


@given(WORDS)
@example("012345671234")
@example("089911223344")
@example("190:20:30")
def test_nothing_is_text_that_either_version_of_yaml_takes_for_something_else(word: str) -> None:
    if resolve(word) == word:
        assert _is_text_to_yaml_1_1(word)
        assert not NOT_TEXT_TO_YAML_1_2.fullmatch(word)


@given(st.from_regex(r"[-+]?[0-9_]{1,14}", fullmatch=True))
def test_a_number_is_the_same_number_to_either_version_of_yaml(word: str) -> None:
    number = resolve(word)
    if isinstance(number, int):
        assert yaml.safe_load(word) == number == int(word)
