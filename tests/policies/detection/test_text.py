from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.text import clipped, elided, visible, visible_ascii
from tests.events.arbitrary import HOSTILE_TEXT, TEXT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢", "plain é 漢"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x00\x1b[31m", "\\x00\\x1b[31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u2028b\u0085c", "a\\u2028b\\x85c"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
    ],
)
def test_spells_out_what_cannot_be_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(text=TEXT | HOSTILE_TEXT)
def test_visible_text_is_one_line_that_utf8_can_write(text: str) -> None:
    shown = visible(text)

    assert len(shown.splitlines()) <= 1
    assert shown.isprintable()
    assert shown.encode().decode() == shown


@given(text=TEXT | HOSTILE_TEXT)
def test_ascii_text_is_printable_ascii(text: str) -> None:
    assert visible_ascii(text).isascii()
    assert visible_ascii(text).isprintable()


@given(text=TEXT | HOSTILE_TEXT, most=st.integers(30, 500))
def test_clips_by_the_bytes_that_the_text_takes_in_json(text: str, most: int) -> None:
    short = clipped(text, most)

    assert len(json.dumps(short)) - 2 <= most
    assert short == text or short.endswith(" ...[truncated]")


@pytest.mark.parametrize(
    ("most", "short"), [(30, "orders-of-the-north-production"), (20, "orders-of-th...ction"), (4, "o...")]
)
def test_elides_the_middle_because_names_differ_at_their_ends(most: int, short: str) -> None:
    assert elided("orders-of-the-north-production", most) == short
