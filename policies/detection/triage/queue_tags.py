"""Whose queue it is: what its tags say.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html and, for the
usual keys, https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.detection.fields import object_in, text_in
from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "queue-tags"
LABEL = "Queue tags"

OWNER_KEYS = ("owner", "team", "ownerteam", "teamname", "contact")
SERVICE_KEYS = ("service", "application", "app", "system", "component", "project")
ENVIRONMENT_KEYS = ("environment", "env", "stage")
"""The keys of tags that say these things, the most telling first; small, and nothing between the words."""

# Written by AWS itself, such as the name of a CloudFormation stack.
_AWS_PREFIX = "aws:"

_MOST_SHOWN = 10


def read_tags(answer: Mapping[str, object]) -> Reading:
    """Return what the answer of ListQueueTags says.

    Keys are compared without regard to case, to ``-``, ``_`` and blanks, and to a prefix such as ``acme:``.

    Parameters
    ----------
    answer
        The answer; a queue without tags has none in it.

    Examples
    --------
    >>> read_tags({"Tags": {"Owner": "payments", "acme:env": "production"}}).findings[0].text
    'owner payments, environment production (Owner=payments, acme:env=production)'
    """
    given = object_in(dict(answer), "Tags")
    tags = {key: value for key, value in given.items() if isinstance(value, str)}
    meanings = {
        "owner": _first(tags, OWNER_KEYS),
        "service": _first(tags, SERVICE_KEYS),
        "environment": _first(tags, ENVIRONMENT_KEYS),
    }
    known = {name: value for name, value in meanings.items() if value}
    said = (
        ", ".join(f"{name} {value}" for name, value in known.items()) or "say neither owner nor environment"
    )
    text = f"{said} ({_listed(tags)})" if tags else "none"
    return Reading(
        (Finding(NAME, LABEL, text, data={"tags": tags, **known}),),
        {
            "queue_tags": tags,
            "queue_owner": meanings["owner"],
            "queue_environment": meanings["environment"],
        },
    )


def _first(tags: dict[str, str], keys: tuple[str, ...]) -> str | None:
    """Return the value of the first of some keys that is among the tags."""
    plain = {_plain(key): value for key, value in tags.items() if not key.startswith(_AWS_PREFIX)}
    return next((value for value in (text_in(dict(plain), key) for key in keys) if value), None)


def _plain(key: str) -> str:
    return re.sub(r"[-_ ]", "", re.split(r"[:/]", key)[-1]).casefold()


def _listed(tags: dict[str, str]) -> str:
    shown = [f"{key}={value}" for key, value in sorted(tags.items())]
    more = len(shown) - _MOST_SHOWN
    return ", ".join([*shown[:_MOST_SHOWN], *([f"{more} more"] if more > 0 else [])])
