"""A digest as an SNS message, with the attributes of alerts: a list where the alerts of the digest differ.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from policies.detection.digest import digest_document, digest_text
from policies.detection.owner import OWNER
from policies.detection.text import elided, visible_ascii

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.detection.digest import Digest

_LONGEST_ATTRIBUTE = 256
_LONGEST_LIST = 2_000
# Each owner filters on its own name, so all have to be named: as many as a topic takes subscriptions with a
# filter, with the longest names.
_LONGEST_OWNERS = 21_000
SEVERAL = "several"
"""What an attribute of a digest says where there are too many values to name them."""


def digest_message(digest: Digest, document: str | None = None) -> dict[str, Any]:
    """Return the arguments of ``sns.publish``, all but the topic: text for mail, JSON for everybody else.

    Unlike an alert, a digest is too large to be there once for each protocol that programs use.

    Parameters
    ----------
    digest
        The digest.
    document
        What programs get instead of purge-guard's own JSON.
    """
    bodies = {
        "default": document or digest_document(digest),
        "email": digest_text(digest),
        "sms": digest.title,
    }
    values: dict[str, list[str]] = {
        "severity": [digest.severity],
        "outcome": [entry.outcome for entry in digest.entries],
        "account": [entry.account for entry in digest.entries],
        "region": [entry.region for entry in digest.entries],
        "queue": [entry.target for entry in digest.entries],
        "rule": [entry.rule for entry in digest.entries],
    }
    attributes = {name: _attribute(_different(each)) for name, each in values.items()}
    owners = _different(owner for entry in digest.entries for owner in entry.owners)
    filtered = {OWNER: _list_attribute(owners, _LONGEST_OWNERS)} if owners else {}
    return {
        "Subject": digest.title,
        "Message": json.dumps(bodies, ensure_ascii=False),
        "MessageStructure": "json",
        "MessageAttributes": attributes | filtered,
    }


def _different(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(elided(visible_ascii(value), _LONGEST_ATTRIBUTE) for value in values))


def _attribute(values: list[str]) -> dict[str, str]:
    """Return an attribute for a filter on any of some values; a single one is as an alert has it."""
    return {"DataType": "String", "StringValue": values[0]} if len(values) == 1 else _list_attribute(values)


def _list_attribute(values: list[str], most: int = _LONGEST_LIST) -> dict[str, str]:
    text = json.dumps(values)
    if len(text) > most:
        return {"DataType": "String", "StringValue": SEVERAL}
    return {"DataType": "String.Array", "StringValue": text}
