from __future__ import annotations

import pytest

from policies.detection.triage.queue_sources import read_sources

URL = "https://sqs.us-east-1.amazonaws.com/111122223333/"


@pytest.mark.parametrize(
    ("urls", "is_complete", "text", "is_dead_letter_queue"),
    [
        ([], True, "of no queue", False),
        ([f"{URL}orders"], True, "of orders", True),
        ([f"{URL}orders"], False, "of orders", True),
        ([f"{URL}q{number}" for number in range(9)], True, "of q0, q1, q2, q3, q4, 4 more", True),
        ([7, None], True, "of no queue", False),
    ],
    ids=["none", "one", "one of more", "many", "garbage"],
)
def test_it_is_a_dead_letter_queue_if_another_sends_to_it(
    urls: list[object], is_complete: bool, text: str, is_dead_letter_queue: bool
) -> None:
    reading = read_sources(urls, is_complete=is_complete)

    assert reading.findings[0].text == text
    assert reading.evidence == {"is_dead_letter_queue": is_dead_letter_queue}


def test_a_list_that_did_not_end_decides_nothing() -> None:
    assert read_sources([], is_complete=False).evidence == {}
