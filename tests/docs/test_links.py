"""Every link within the repository leads to something that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, Page, pages

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)
CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def links(each: Page) -> list[str]:
    prose = CODE.sub("", each.text)
    targets = ("".join(match) for match in LINK.findall(prose))
    return [target for target in targets if not target.startswith(("https://", "mailto:"))]


def anchors(path: Path) -> set[str]:
    """The headings of a page as GitHub names them."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", path.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(each: Page, link: str) -> bool:
    target, _, anchor = link.partition("#")
    path = each.path.parent / target if target else each.path
    return not path.exists() or (bool(anchor) and anchor not in anchors(path))


@pytest.mark.parametrize("each", pages(), ids=lambda each: each.name)
def test_a_page_has_no_broken_link(each: Page) -> None:
    assert [link for link in links(each) if is_broken(each, link)] == []


@pytest.mark.parametrize("link", ["docs/absent.md", "docs/deploy.md#absent", "#absent"])
def test_a_broken_link_is_found(link: str) -> None:
    assert is_broken(Page(ROOT / "README.md"), link)


def test_every_page_below_docs_is_linked_from_somewhere() -> None:
    linked = {
        (each.path.parent / link.partition("#")[0]).resolve() for each in pages() for link in links(each)
    }
    below = {each.path for each in pages() if each.path.is_relative_to(ROOT / "docs")}
    assert {path for path in below if path not in linked and path.parent not in linked} == set()
