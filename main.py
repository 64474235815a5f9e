"""Synthesize what purge-guard.yaml describes: `cdktf synth`, `cdktf diff` and `cdktf deploy` run this."""

from __future__ import annotations

import os
import sys

from policies.inventory import InventoryError, load_inventory
from policies.selection import INVENTORY_VARIABLE, STACKS_VARIABLE, SelectionError, select
from stacks.errors import SynthesisError

INVALID = 2
INTERRUPTED = 130


def main() -> int:
    """Synthesize, or say in a sentence what is wrong: 0 written, 2 invalid, 130 interrupted."""
    try:
        inventory = load_inventory(os.environ.get(INVENTORY_VARIABLE, "purge-guard.yaml"))
        selection = select(inventory, os.environ.get(STACKS_VARIABLE))
        # Imported late: it starts Node.js, which a mistake in the inventory should not have to wait for.
        from stacks.app import synthesize  # noqa: PLC0415

        synthesize(inventory, selection)
    except (InventoryError, SelectionError, SynthesisError) as error:
        print(error, file=sys.stderr)
        return INVALID
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
