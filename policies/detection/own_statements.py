"""Our statements in the policy of a queue, known by what they say and not by what they are called.

The functions are told a digest of them for each queue that has some. One thing is written in many ways, such
as a list of one for one, so the digest is of what they mean.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

OWN_LABEL = "PurgeGuard"
"""What the Sids of our statements in the policy of a queue begin with, and those of no other should."""


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
    meant = sorted(json.dumps(_meaning(each), sort_keys=True) for each in statements if is_own(each))
    return hashlib.sha256("\n".join(meant).encode()).hexdigest()


def is_own(statement: object) -> bool:
    """Return whether a statement of a queue's policy, as parsed from JSON, is called like ours."""
    return isinstance(statement, dict) and str(statement.get("Sid", "")).startswith(OWN_LABEL)


def normal(value: object) -> object:
    """Return a part of a policy in the one spelling of all that mean the same.

    A list of one is its item, and the order of a list means nothing: AWS may give back another than it got.

    Examples
    --------
    >>> normal({"Action": ["sqs:b", "sqs:a"], "Resource": ["*"]})
    {'Action': ['sqs:a', 'sqs:b'], 'Resource': '*'}
    """
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        items = sorted((normal(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
        return items[0] if len(items) == 1 else items
    return value


def _meaning(statement: Mapping[str, object]) -> object:
    """Return a statement in the one spelling of all that do the same: as `normal`, and in small letters."""
    actions, principal = statement.get("Action"), statement.get("Principal")
    return normal(
        {
            **statement,
            "Action": [str(action).lower() for action in _listed(actions)],
            "Principal": {"AWS": "*"} if principal == "*" else principal,
            "Condition": {
                operator: {str(key).lower(): value for key, value in _items(keys)}
                for operator, keys in _items(statement.get("Condition"))
            },
        }
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else [value]


def _items(value: object) -> Iterable[tuple[object, object]]:
    return value.items() if isinstance(value, dict) else ()
