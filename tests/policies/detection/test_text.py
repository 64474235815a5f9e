from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.text import clipped, elided, quoted, visible, visible_ascii
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
        ("a\u0301\u0323\u0302b", "a\u0301\u0323\\u0302b"),
        ("\u0301a", "\\u0301a"),
        ("a \u0301", "a \\u0301"),
        ("a\u200b\u0301", "a\\u200b\\u0301"),
        ("n\u0336o\u0338", "n\\u0336o\\u0338"),
        ("n\u20e0", "n\\u20e0"),
        ("ok\ufe0f\U000e0101", "ok\\ufe0f\\U000e0101"),
    ],
)
def test_spells_out_what_cannot_be_seen(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "char",
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\ufe00\ufe0f\uffa0"
    "\U0001d159\U000e0020\U000e007f\U000e0100\U000e01ef",
    ids=ascii,
)
def test_spells_out_what_leaves_no_trace(char: str) -> None:
    assert visible(f"a{char}b") == f"a{char.encode('unicode_escape').decode()}b"


@pytest.mark.parametrize(
    "text",
    [
        "Привет",
        "हिन्दी में",
        "ภาษาไทยที่นี้",
        "שָׁלוֹם",
        "مُحَمَّد",
        "한국어",
        "བསྟན་འཛིན",
        "Tiê\u0301ng Viê\u0323t",
        "東京が",
    ],
)
def test_other_scripts_stay_readable(text: str) -> None:
    assert visible(text) == text


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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders", "orders"),
        ("orders_2.fifo", "orders_2.fifo"),
        ("orders (111122223333 us-east-1) planned", '"orders (111122223333 us-east-1) planned"'),
        ('orders" planned', '"orders\\" planned"'),
        ("orders\n", '"orders\\n"'),
        ("", '""'),
    ],
)
def test_quotes_a_name_that_could_pass_for_more(name: str, shown: str) -> None:
    assert quoted(name) == shown


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
