"""``python3 -m toolchain setup`` and ``python3 -m toolchain locks``."""

import sys

# This file must also parse on Pythons that are too old, so that they say so in a sentence.
if sys.version_info < (3, 11):  # noqa: UP036 - the one place where an older Python may arrive
    this = "Python " + ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        "setup: purge-guard needs Python 3.11 or newer, and this is " + this + "; "
        "install a newer one and name it, as in make setup PYTHON=python3.12."
    )

from toolchain.command import main

sys.exit(main(sys.argv[1:]))
