from pathlib import Path

import pytest

from tests.differential.disagreements import DISAGREEMENTS, SESSION_SENTENCE, Disagreement

PAGE = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("disagreement", DISAGREEMENTS, ids=lambda each: each.name)
def test_every_disagreement_is_listed_with_its_source(disagreement: Disagreement) -> None:
    assert disagreement.name in PAGE
    assert disagreement.source in PAGE


def test_what_is_granted_beside_a_session_policy_is_listed() -> None:
    assert SESSION_SENTENCE in PAGE
