from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from policies.inventory import composing
from policies.inventory.composing import compose
from policies.inventory.document import Position, UnreadableError
from tests.policies.inventory.conftest import BASE, edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory

    Load = Callable[[str | bytes], Inventory]
    Refusals = Callable[[str | bytes], list[str]]

TWO_COLONS = "a second colon on a line, or a wrong indent; put text with a colon in quotes"


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "LOADER", getattr(yaml, request.param))


def test_keys_and_values_have_their_places() -> None:
    document = compose("hub:\n  region: us-east-1\naccounts:\n  - id: x\n  - [a, b]\n")
    assert document.root.value == {"hub": {"region": "us-east-1"}, "accounts": ({"id": "x"}, ("a", "b"))}
    assert document.node(("hub", "region")).position == Position(2, 11)
    assert document.node(("hub",)).keys["region"] == Position(2, 3)
    assert document.node(("accounts", 1, 1)).position == Position(5, 9)


def test_the_place_of_what_is_not_there_is_the_nearest_above_it() -> None:
    assert compose("hub:\n  region: x\n").node(("hub", "account")).position == Position(2, 3)


def test_quotes_and_the_tag_of_text_make_text_of_anything() -> None:
    document = compose("['012', \"yes\", !!str 2026-01-01, ! 5]")
    assert document.root.value == ("012", "yes", "2026-01-01", "5")
    assert document.problems == ()


def test_an_alias_stands_for_the_value_that_it_names(load: Load) -> None:
    text = edited("tags:\n  owner: security\n", "").replace("trail:", "trail: &trail")
    more = '  - {id: "444455556666", name: staging, regions: [us-east-1], trail: *trail}\n'
    inventory = load(text + more)
    assert inventory.accounts[1].trail == inventory.accounts[0].trail


def test_a_mistake_in_an_aliased_value_is_reported_where_the_alias_stands(refusals: Refusals) -> None:
    text = BASE.replace("account: ", "account: &hub ").replace('id: "111122223333"', "id: *hub")
    assert refusals(text.replace('"222233334444"', '"2222"'))[1].startswith("16:9: accounts[0].id: ")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "the file is empty: write an inventory into it"),
        ("# nothing but a remark\n", "the file is empty: write an inventory into it"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins here: an inventory is one document"),
        ("a: *b", "1:4: a: no finished value above is named &b: write the value itself"),
        ("a: &a [*a]", "1:8: a[0]: no finished value above is named &a: write the value itself"),
        ("a:\n\t- b", "2:1: a tab cannot indent YAML: use spaces"),
        ("a: b: c", f"1:5: this is not YAML: {TWO_COLONS}"),
    ],
    ids=["empty", "remark", "two documents", "no anchor", "own anchor", "tab", "two colons"],
)
def test_what_is_not_one_document_is_refused_as_a_whole(text: str, answer: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        compose(text)
    assert str(caught.value.problem) == answer


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1", 1),
        ("a: 'x", 1),
        ('a: "\\q"', 1),
        ("- a\nb: c", 2),
        ("{a: 1}}", 1),
        ("a: @x", 1),
        ("%YAML 3.0\n---\n1", 1),
    ],
    ids=["open list", "open quote", "unknown escape", "mixed", "closed twice", "reserved", "YAML 3"],
)
def test_broken_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(UnreadableError, match="this is not YAML: ") as caught:
        compose(text)
    assert caught.value.problem.line == line


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a: 1\nb: 2\na: 3", "3:1: a: this key stands on line 1 already: keep one of the two"),
        ("a: 1\n1: x", '2:1: a key is text: write "1"'),
        ("on: x", '1:1: a key is text: write "on"'),
        ("? [a]\n: x", "1:3: a key is a word, not a list, a mapping or an alias"),
        ("a: &a x\n*a : y", "2:1: a key is a word, not a list, a mapping or an alias"),
        ("a: &a {}\nb:\n  <<: *a", "3:3: b: merge keys (<<) are not read: write the keys out"),
        ("a: !Ref x", "1:4: a: the YAML tag !Ref means nothing here: remove it"),
        (
            "a: !!python/name:os.system x",
            "1:4: a: the YAML tag tag:yaml.org,2002:python/name:os.system means nothing here: remove it",
        ),
        ("a: !!set {}", "1:4: a: the YAML tag tag:yaml.org,2002:set means nothing here: remove it"),
        ("a: [!!int '1']", "1:5: a[0]: the YAML tag tag:yaml.org,2002:int means nothing here: remove it"),
        ('a: "\\a"', "1:4: a: the character \\x07 is not allowed here: remove it"),
        ('a: "\\u202e"', "1:4: a: the character \\u202e is not allowed here: remove it"),
        ("a: |\n  x\n", "1:4: a: the character \\n is not allowed here: remove it"),
    ],
    ids=[
        "duplicate key",
        "number as key",
        "truth as key",
        "list as key",
        "alias as key",
        "merge key",
        "tag",
        "Python tag",
        "set",
        "number by tag",
        "bell",
        "right-to-left",
        "two lines",
    ],
)
def test_what_does_not_keep_the_rest_from_being_read_is_a_problem(text: str, answer: str) -> None:
    assert [str(problem) for problem in compose(text).problems] == [answer]


def test_the_first_of_two_equal_keys_is_read() -> None:
    assert compose("a: 1\na: 2").root.value == {"a": 1}


def test_aliases_that_multiply_are_refused_before_anything_is_copied() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(UnreadableError) as caught:
        compose("\n".join(lines))
    assert str(caught.value.problem) == "6:5: l5: this holds more than 500,000 values"


def test_endless_nesting_is_refused() -> None:
    with pytest.raises(UnreadableError, match="nested too deep"):
        compose("[" * 900)
