from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from policies.inventory import Inventory
from policies.inventory.composing import compose
from policies.inventory.sentences import SENTENCES
from tests.policies.inventory.conftest import edited
from tests.policies.inventory.mistakes import BETWEEN, BY_KNOWLEDGE, STRUCTURAL, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable

    Refusals = Callable[[str | bytes], list[str]]


@pytest.mark.parametrize("mistake", [*STRUCTURAL, *BY_KNOWLEDGE, *BETWEEN], ids=lambda mistake: mistake.name)
def test_a_mistake_is_answered_with_its_place_and_what_to_write(mistake: Mistake, refusals: Refusals) -> None:
    assert refusals(mistake.text) == [mistake.answer]


def test_every_kind_of_error_that_has_a_sentence_is_among_the_mistakes() -> None:
    kinds: set[str] = set()
    for mistake in STRUCTURAL:
        with pytest.raises(ValidationError) as caught:
            Inventory.model_validate(compose(mistake.text).root.value)
        kinds |= {error["type"] for error in caught.value.errors()}
    assert kinds - {"unknown_region", "reserved_tag"} == set(SENTENCES)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("[]", "1:1: an inventory is a mapping: begin with version: 1"),
        ("just text", "1:1: an inventory is a mapping: begin with version: 1"),
        ("---\n", "2:1: an inventory is a mapping: begin with version: 1"),
    ],
    ids=["list", "text", "nothing"],
)
def test_a_file_that_is_no_mapping_is_told_how_to_begin(text: str, answer: str, refusals: Refusals) -> None:
    assert refusals(text) == [answer]


def test_a_misspelt_key_is_not_reported_missing_as_well(refusals: Refusals) -> None:
    answers = refusals(edited("    name: production\n", "    nme: production\n"))
    assert answers == ["17:5: accounts[0].nme: there is no such key: write name"]


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file(refusals: Refusals) -> None:
    mistakes = (
        'version: 2\norganization: {id: o-exampleorgid, management_account: "999988887777"}\n'
        "hub: {account: 222233334444, region: us-east-1}\n"
        "alerts: {subscriptions: []}\n"
        "accounts:\n"
        '  - {id: "111122223333", name: one, regions: [us-east-1, us-east-1], trail: {mode: create}}\n'
        '  - {id: "111122223333", name: o/e, regions: [cn-north-1], home_region: Dublin, trail: create}\n'
        "tags: {a: 1, A: x}\n"
    )
    assert [answer.split(": ")[1] for answer in refusals(mistakes)] == [
        "version",
        "hub.account",
        "alerts.subscriptions",
        "accounts[0].regions[1]",
        "accounts[1].id",
        "accounts[1].name",
        "accounts[1].regions[0]",
        "accounts[1].home_region",
        "accounts[1].trail",
        "tags.a",
        "tags.A",
    ]


def test_what_somebody_wrote_is_shown_short_and_without_control_characters(refusals: Refusals) -> None:
    hostile = "\\e[31m\\u202e" + "x" * 10_000
    answers = refusals(edited("name: production", f'name: "{hostile}"'))
    assert answers[0] == "17:11: accounts[0].name: the character \\x1b is not allowed here: remove it"
    assert len(answers) == 2
    assert all(answer.isprintable() and len(answer) < 300 for answer in answers)


def test_a_long_key_is_shown_short(refusals: Refusals) -> None:
    (answer,) = refusals(edited("tracing: false", f"{'t' * 900}: x"))
    assert answer.startswith(f'14:3: alerts["{"t" * 60}…"]: there is no such key here')
