"""The pages as the tests read them: blocks of code, tables, and the files that a reader is told to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = "…\n"
"""A line of a shown output that stands for any number of lines."""

LINES = re.DOTALL | re.MULTILINE


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown page."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def languages(self) -> set[str]:
        """The languages of all its blocks of code; empty text for a block that names none."""
        return set(re.findall(r"^ *```(\S*).*?^ *```$", self.text, LINES))

    def blocks(self, language: str) -> list[str]:
        return _blocks(self.text, language)

    def files(self) -> dict[str, str]:
        """What the page shows after "in `FILE`:"."""
        return dict(re.findall(r"\bin\s+`([\w.-]+)`:\n+```\w+\n(.*?)^```$", self.text, LINES))

    def section(self, title: str) -> str:
        """The shell commands below a heading."""
        (text,) = re.findall(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", self.text, LINES)
        return "".join(_blocks(text, "sh"))

    def shell_commands(self) -> list[str]:
        """The commands of its shell blocks, each on one line."""
        return "".join(self.blocks("sh")).replace("\\\n", "").splitlines()

    def console_commands(self) -> list[str]:
        """The commands of its console blocks, which show what is printed."""
        return re.findall(r"^\$ (.*)$", "".join(self.blocks("console")), re.MULTILINE)

    def rows(self) -> dict[str, list[str]]:
        """The rows of its tables, by their first cell."""
        lines = (line.strip("|").split(" | ") for line in self.text.splitlines() if line.startswith("| "))
        return {first.strip(): [cell.strip() for cell in rest] for first, *rest in lines}


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, LINES)


def page(name: str) -> Page:
    return Page(ROOT / name)


def pages() -> list[Page]:
    """Every page of the project, those at its top first."""
    return [Page(path) for path in (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")))]


def is_shown(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed, but for what it says that it leaves out."""
    pattern = ".*".join(re.escape(part) for part in shown.split(LEFT_OUT))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None
