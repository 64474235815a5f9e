"""What the documents decide, by AWS's own logic, and that no part of any of them could be left out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.policies.prevention.cases import CASES, LAYERS, Case
from tests.policies.prevention.documents import documents_of
from tests.policies.prevention.mutations import mutations

if TYPE_CHECKING:
    from tests.policies.prevention.documents import Statements

documents = cache(documents_of)

EVERY_CASE = [
    pytest.param(scenario, case, id=f"{scenario}: {case}")
    for scenario, cases in CASES.items()
    for case in cases
]

EVERY_MUTATION = [
    pytest.param(scenario, kind, statement, left, id=f"{scenario}: {kind} {taken}")
    for scenario in CASES
    for kind, statements in documents(scenario).items()
    for taken, statement, left in mutations(statements)
]


@pytest.mark.parametrize(("scenario", "case"), EVERY_CASE)
def test_a_case_is_decided_as_the_table_says(scenario: str, case: Case) -> None:
    assert case.holds(documents(scenario)), case.decide(documents(scenario))


@pytest.mark.parametrize(("scenario", "kind", "statement", "left"), EVERY_MUTATION)
def test_whatever_is_taken_from_a_document_some_case_is_decided_otherwise(
    scenario: str, kind: str, statement: dict[str, Any], left: Statements
) -> None:
    mutated = {**documents(scenario), kind: left}
    assert any(not case.holds(mutated) for case in CASES[scenario] if concerns(case, kind, statement))


def concerns(case: Case, kind: str, statement: dict[str, Any]) -> bool:
    """Whether a statement of a document can have anything to do with a case."""
    is_there = kind in case.layers or kind not in LAYERS
    return is_there and (case.action in statement["Action"] or statement["Action"] == ["*"])


def test_every_case_is_asked_once() -> None:
    for cases in CASES.values():
        questions = [str(case) for case in cases]
        assert sorted(questions) == sorted(set(questions))
