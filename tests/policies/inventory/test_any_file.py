"""Whatever stands in the file, the answer is an inventory or an error that says what is wrong."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.inventory import Inventory, InventoryError, Problem, load_inventory
from tests.policies.inventory.conftest import BASE, PREVENTION

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

# Words of pydantic's own messages, which are about Python and not about the file.
PYDANTIC = re.compile(r"\b(Input|String|Tuple|Dictionary|Field|Value error|Extra inputs)\b")

WHOLE = (
    BASE.replace(
        "  management_account:", "  policies: {scp_targets: [ou-abcd-11112222]}\n  management_account:"
    ).replace("    trail:", "    prevention: {attach_to: {roles: [admin]}, queue_keys: []}\n    trail:")
    + PREVENTION
)
"""The base inventory with every section that there is."""

FRAGMENTS = st.one_of(
    st.sampled_from(
        ["\t", "\n", ": ", "- ", "&a ", "*a", "<<: ", "!!str ", "!x ", "{", "}", "[", "]", '"', "'", "|\n"]
    ),
    st.sampled_from(["012345671234", "yes", "2026-01-01", "null", "1e3", "true", "-1", "0", "us-gov-west-1"]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates()),
    lambda values: st.one_of(
        st.lists(values, max_size=3), st.dictionaries(st.text(max_size=8), values, max_size=3)
    ),
    max_leaves=6,
)


def answer(content: bytes) -> Inventory | tuple[Problem, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "purge-guard.yaml"
        path.write_bytes(content)
        try:
            return load_inventory(path)
        except InventoryError as error:
            return error.problems


def check(content: bytes) -> None:
    answered = answer(content)
    if isinstance(answered, Inventory):
        assert all(account.home_region in account.regions for account in answered.accounts)
        return
    assert answered
    lines = content.count(b"\n") + content.count(b"\r") + content.count("\x85".encode()) + 2
    for problem in answered:
        assert problem.line is None or problem.line <= lines
        assert str(problem).isprintable()
        assert not PYDANTIC.search(problem.message)


@st.composite
def spliced(draw: DrawFn) -> str:
    """An inventory with passages replaced by fragments."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(FRAGMENTS) + text[start + draw(st.integers(0, 12)) :]
    return text


@st.composite
def rebuilt(draw: DrawFn) -> str:
    """An inventory with some of its values replaced by values of any kind."""
    inventory: dict[str, Any] = yaml.safe_load(WHOLE)
    for _ in range(draw(st.integers(1, 3))):
        container: Any = inventory
        while True:
            step = draw(
                st.sampled_from(sorted(container) if isinstance(container, dict) else range(len(container)))
            )
            child = container[step]
            if not isinstance(child, dict | list) or not child or draw(st.booleans()):
                break
            container = child
        container[step] = draw(VALUES)
    return yaml.safe_dump(inventory, allow_unicode=draw(st.booleans()), sort_keys=draw(st.booleans()))


def test_the_whole_inventory_is_right_before_it_is_changed() -> None:
    assert isinstance(answer(WHOLE.encode()), Inventory)


@given(spliced())
def test_a_spliced_inventory_is_answered(text: str) -> None:
    check(text.encode("utf-8", errors="surrogatepass"))


@given(rebuilt())
def test_a_rebuilt_inventory_is_answered(text: str) -> None:
    check(text.encode())


@given(st.binary(max_size=200))
def test_bytes_are_answered(content: bytes) -> None:
    check(content)
