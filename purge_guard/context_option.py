"""What ``purge-guard who-can --context`` tells of the requests.

A value that no request has would meet no condition, and the answer would be a no that nobody gave.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.evaluation.values import address, boolean, instant, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    ContextValues = dict[str, str | tuple[str, ...] | None]

# Keys of identity providers, such as oidc.example.com/id/1:sub, may have slashes before the colon.
_KEY = re.compile(r"aws:[a-z0-9]+(/.+)?|(?!aws:)[^:]+:.+")

_TYPES: Mapping[str, tuple[Callable[[str], object], str]] = {
    "aws:currenttime": (instant, "a time, such as 2026-11-25T09:00:00Z"),
    "aws:epochtime": (instant, "seconds since 1970, such as 1795597200"),
    "aws:multifactorauthage": (number, "seconds, such as 300"),
    "aws:multifactorauthpresent": (boolean, "true or false"),
    "aws:securetransport": (boolean, "true or false"),
    "aws:sourceip": (address, "one address, such as 192.0.2.7"),
    "aws:tokenissuetime": (instant, "a time, such as 2026-11-25T09:00:00Z"),
    "aws:viaawsservice": (boolean, "true or false"),
    "aws:vpcsourceip": (address, "one address, such as 192.0.2.7"),
}
"""The keys whose value is more than text, in lower case: each has one value.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""


class ContextError(Exception):
    """A ``--context`` that contradicts itself or is none; the sentence says how to write it."""


def context_of(options: Iterable[str]) -> ContextValues:
    """Return the context that options tell.

    Parameters
    ----------
    options
        ``KEY=VALUE`` is a value, ``KEY=`` the empty value, several for one key are the values of a
        multivalued key, and ``KEY`` says that requests do not have the key.

    Raises
    ------
    ContextError
        An option is none of these, or contradicts another; or its value is none that the key can have.

    Examples
    --------
    >>> context_of(["aws:SourceIp=192.0.2.7", "aws:CalledVia=a", "aws:CalledVia=b", "aws:UserAgent"])
    {'aws:sourceip': '192.0.2.7', 'aws:calledvia': ('a', 'b'), 'aws:useragent': None}
    """
    known: ContextValues = {}
    for option in options:
        key, has_value, value = option.partition("=")
        key = key.strip().lower()
        if not _KEY.fullmatch(key):
            raise ContextError(
                f"--context {option}: write KEY=VALUE, such as aws:SourceIp=192.0.2.7,"
                " or KEY for a key that requests do not have"
            )
        if key in known and (not has_value or known[key] is None):
            raise ContextError(f"--context {option}: {key} is said to be absent and to have a value")
        if has_value:
            _refuse_wrong_type(option, key, value, is_first=key not in known)
        before = known.get(key)
        if before is None:
            known[key] = value if has_value else None
        else:
            known[key] = (*((before,) if isinstance(before, str) else before), value)
    return known


def _refuse_wrong_type(option: str, key: str, value: str, *, is_first: bool) -> None:
    read, expected = _TYPES.get(key, (str, ""))
    if read(value) is None:
        raise ContextError(f"--context {option}: no request has such a value: write {expected}")
    if expected and not is_first:
        raise ContextError(f"--context {option}: a request has one such value: ask for each in turn")
