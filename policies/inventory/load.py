"""From a file to an inventory, or to everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from policies.inventory.composing import compose
from policies.inventory.consistency import contradictions
from policies.inventory.document import UnreadableError
from policies.inventory.model import Inventory
from policies.inventory.problems import InventoryError
from policies.inventory.reading import read_text
from policies.inventory.sentences import structural_problems

if TYPE_CHECKING:
    import pathlib


def load_inventory(path: pathlib.Path) -> Inventory:
    """Read and check an inventory.

    Parameters
    ----------
    path
        The file, ``purge-guard.yaml`` as a rule.

    Raises
    ------
    InventoryError
        The file cannot be read, or is wrong somewhere; it lists every mistake with its line and column.

    Examples
    --------
    >>> from pathlib import Path
    >>> load_inventory(Path("purge-guard.yaml")).hub.region
    'us-east-1'
    """
    source = str(path)
    try:
        document = compose(read_text(path))
    except UnreadableError as error:
        raise InventoryError(source, [error.problem]) from None
    problems = [
        *document.problems,
        *(document.problem(path, sentence) for path, sentence in contradictions(document.root.value)),
    ]
    try:
        inventory = Inventory.model_validate(document.root.value)
    except ValidationError as error:
        raise InventoryError(source, [*problems, *structural_problems(error, document)]) from None
    if problems:
        raise InventoryError(source, problems)
    return inventory
