"""What is wrong between the exceptions of an inventory, and between them and the rest of it.

Like `policies.inventory.consistency`, the checks take the values as they stand in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.inventory.exceptions import CRITERIA
from policies.inventory.values import as_list, as_mapping, as_text, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.inventory.document import Value
    from policies.inventory.problems import Path
    from policies.inventory.values import Contradiction

_ARNS = ("principals", "queues")


def exception_contradictions(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Yield the path and the sentence of each exception, or item of one, that is there twice."""
    exceptions = list(_exceptions(inventory))
    yield from repeated(((*path, "id"), as_text(exception.get("id"))) for path, exception in exceptions)
    for path, exception in exceptions:
        for key in CRITERIA:
            yield from repeated(_texts(exception, path, key))


def exception_arns(inventory: Mapping[str, Value]) -> Iterator[tuple[Path, Value]]:
    """Yield each ARN that exceptions name, or what stands in its place."""
    for path, exception in _exceptions(inventory):
        for key in _ARNS:
            yield from _texts(exception, path, key)


def _exceptions(inventory: Mapping[str, Value]) -> Iterator[tuple[Path, Mapping[str, Value]]]:
    for index, exception in enumerate(as_list(inventory.get("exceptions"))):
        yield ("exceptions", index), as_mapping(exception)


def _texts(exception: Mapping[str, Value], path: Path, key: str) -> Iterator[tuple[Path, str | None]]:
    for index, item in enumerate(as_list(exception.get(key))):
        yield (*path, key, index), as_text(item)
