"""What the pages under ``docs/`` say about the commands and the inventory is true."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policies.inventory import load_inventory
from policies.inventory.schema import inventory_schema
from purge_guard.cli import app
from tests.docs.pages import Page, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INVENTORY_PAGE = page("docs/inventory.md")
COMMANDS_PAGE = page("docs/commands.md")


def rows(of: Page) -> dict[str, list[str]]:
    """The rows of a page's tables, by what stands in backquotes in their first cell."""
    return {first.strip("`"): rest for first, rest in of.rows().items() if first.startswith("`")}


def test_the_whole_inventory_on_the_page_is_right(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(INVENTORY_PAGE.blocks("yaml")[0], encoding="utf-8")
    assert [account.home_region for account in load_inventory(path).accounts] == ["eu-west-1", "us-east-1"]


def keys(
    schema: dict[str, Any], section: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every key that can be written, with what the schema says about it."""
    for key, about in section["properties"].items():
        items = about.get("items", {})
        here = f"{path}.{key}".strip(".") + ("[]" if items else "")
        yield here, about
        choices = (about, *about.get("anyOf", []), *about.get("oneOf", []), items, *items.get("oneOf", []))
        for choice in choices:
            if "$ref" in choice:
                yield from keys(schema, schema["$defs"][choice["$ref"].rpartition("/")[2]], here)


def test_the_page_explains_every_key_and_no_other() -> None:
    schema = inventory_schema()
    assert set(rows(INVENTORY_PAGE)) == {key for key, _about in keys(schema, schema)}


def test_the_page_states_every_default() -> None:
    schema = inventory_schema()
    stated = {key: cells[-1] for key, cells in rows(INVENTORY_PAGE).items()}
    for key, about in keys(schema, schema):
        if about.get("default") is not None:
            assert stated[key] == f"`{json.dumps(about['default'])}`", key


def test_the_commands_page_lists_every_command() -> None:
    listed = {row.split()[1] for row in rows(COMMANDS_PAGE) if row.startswith("purge-guard ")}
    names = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    assert listed == names
