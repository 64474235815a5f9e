"""Example events: each file holds one, why it is there, and what is expected of it.

``expect.rules`` are the rules that find something in it, one for each finding; ``expect.almost`` is the
rule that only just finds nothing. ``expect.deployed`` is there where the patterns of the deployed rules let
more through.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class EventCase:
    """One file of this folder."""

    name: str
    event: Any
    expect: dict[str, Any]


@dataclass(frozen=True)
class PatternRow:
    """An event on a bus, and the ids of the rules whose deployed patterns match it."""

    name: str
    event: dict[str, Any]
    rules: frozenset[str]


def event_cases() -> list[EventCase]:
    """Return every example, sorted by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.json"))]


def event_named(name: str) -> Any:  # noqa: ANN401 - an event is any JSON value
    """Return the event of the example of this name."""
    return _read(FOLDER / f"{name}.json").event


def pattern_table() -> list[PatternRow]:
    """Return every example that can come over a bus, with what EventBridge makes of it."""
    return [
        PatternRow(case.name, case.event, frozenset(case.expect.get("deployed", case.expect["rules"])))
        for case in event_cases()
        if isinstance(case.event, dict) and isinstance(case.event.get("detail"), dict)
    ]


def _read(path: Path) -> EventCase:
    content = json.loads(path.read_text(encoding="utf-8"))
    return EventCase(path.stem, content["event"], content["expect"])
