"""Texts that a person has approved: what is synthesized must not change unseen.

After a change that is meant, write them anew and read the difference before you commit it::

    APPROVE=1 .venv/bin/python -m pytest tests/stacks
"""

from __future__ import annotations

import os
from pathlib import Path

APPROVED = Path(__file__).parent / "approved"


def assert_approved(name: str, text: str) -> None:
    """Compare a text with the approved one, or approve it where APPROVE is set."""
    file = APPROVED / name
    if os.environ.get("APPROVE"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    approved = file.read_text(encoding="utf-8") if file.exists() else ""
    assert text.splitlines() == approved.splitlines(), (
        f"{name} is not what was approved; tests/stacks/approval.py says how to approve it"
    )
