"""Our statements in the policy of a queue, known by what they say and not by what they are called.

The functions are told a digest of them for each queue that has some. One thing is written in many ways, such
as a list of one for one, so the digest is of what they mean.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_LABEL = "PurgeGuard"
"""What the Sids of our statements in the policy of a queue begin with."""


def own_statements_digest(statements: Iterable[Mapping[str, object]]) -> str:
    """Return what those of some statements say together that are called like ours: 64 hexadecimal digits.

    Parameters
    ----------
    statements
        Statements of a policy, as JSON objects.

    Examples
    --------
    >>> one = {"Sid": "PurgeGuardX", "Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue"}
    >>> other = {**one, "Principal": {"AWS": ["*"]}, "Action": ["SQS:PurgeQueue"]}
    >>> own_statements_digest([one]) == own_statements_digest([other, {"Sid": "Theirs"}])
    True
    """
    own = [each for each in statements if str(each.get("Sid")).startswith(OWN_LABEL)]
    meant = sorted(json.dumps(_meaning(each), sort_keys=True) for each in own)
    return hashlib.sha256("\n".join(meant).encode()).hexdigest()


def _meaning(statement: Mapping[str, object]) -> dict[str, object]:
    """Return a statement in the one way in which all its spellings are written."""
    principal = statement.get("Principal")
    conditions = statement.get("Condition")
    return {
        **{key: _listed(value) for key, value in statement.items() if key not in ("Condition", "Principal")},
        "Action": [action.lower() for action in _listed(statement.get("Action"))],
        "Principal": {"AWS": ["*"]} if principal == "*" else _each_listed(principal),
        "Condition": {
            operator: {key.lower(): values for key, values in _each_listed(keys).items()}
            for operator, keys in (conditions.items() if isinstance(conditions, dict) else ())
        },
    }


def _each_listed(value: object) -> dict[str, list[str]]:
    return {key: _listed(item) for key, item in value.items()} if isinstance(value, dict) else {}


def _listed(value: object) -> list[str]:
    return sorted(str(item) for item in (value if isinstance(value, list | tuple) else [value]))
