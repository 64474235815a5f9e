"""From a file to an inventory, or to everything that is wrong with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import ValidationError

from policies.inventory.composing import compose
from policies.inventory.consistency import contradictions
from policies.inventory.document import UnreadableError
from policies.inventory.model import Inventory
from policies.inventory.overrides import settled
from policies.inventory.problems import InventoryError
from policies.inventory.reading import read_text
from policies.inventory.sentences import structural_problems
from policies.inventory.sizes import oversized

if TYPE_CHECKING:
    from os import PathLike


def load_inventory(name: str | PathLike[str]) -> Inventory:
    """Read and check an inventory.

    Parameters
    ----------
    name
        The file, ``purge-guard.yaml`` as a rule.

    Raises
    ------
    InventoryError
        The file cannot be read, or is wrong somewhere; it lists every mistake with its line and column.

    Examples
    --------
    >>> load_inventory("purge-guard.yaml").hub.region
    'us-east-1'
    """
    source = os.fspath(name)
    try:
        document = settled(compose(read_text(source)))
    except UnreadableError as error:
        raise InventoryError(source, [error.problem]) from None
    problems = [
        *document.problems,
        *(document.problem(path, sentence) for path, sentence in contradictions(document.root.value)),
    ]
    try:
        inventory = Inventory.model_validate(document.root.value)
    except ValidationError as error:
        problems += structural_problems(error, document)
        raise InventoryError(source, list(dict.fromkeys(problems))) from None
    problems += [document.problem(path, sentence) for path, sentence in oversized(inventory)]
    if problems:
        # What an override says is found in each account that it fits.
        raise InventoryError(source, list(dict.fromkeys(problems)))
    return inventory
