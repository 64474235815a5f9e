"""Entries of digests, for tests."""

from __future__ import annotations

from dataclasses import replace

from policies.detection.digest_entry import DigestEntry
from policies.detection.severity import Severity
from policies.detection.text import json_size

LOG = "/aws/lambda/purge-guard-alert"

ENTRY = DigestEntry(
    key="purge#3f1b7a52-9d0c-4d8e-8f57-000000000000",
    kind="purge",
    rule="sqs-queue-purged",
    severity=Severity.MEDIUM,
    outcome="purged",
    account="111122223333",
    region="us-east-1",
    target="orders",
    actor="role AppRole, session alice",
    time="2026-01-15T10:00:00Z",
    event_id="e-1",
)


def entry(number: int, **changes: object) -> DigestEntry:
    """Return one of many entries."""
    values = {"key": f"purge#3f1b7a52-9d0c-4d8e-8f57-{number:012}", "event_id": f"e-{number}", **changes}
    return replace(ENTRY, **values)  # type: ignore[arg-type] # a test names the fields that it changes


def longest_entry(number: int, filler: str) -> DigestEntry:
    """Return an entry whose every text is as long as the reader of messages lets it be."""
    text = filler * (120 // json_size(filler))
    texts = ("kind", "rule", "outcome", "account", "region", "target", "actor", "event_id")
    different = {name: f"{number}{text}"[: len(text)] for name in texts}
    return entry(number, **different, key=f"{number:080}", owners=(text,) * 5, severity=Severity.CRITICAL)
