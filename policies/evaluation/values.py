"""The values of conditions that are more than text: numbers, dates, addresses and bytes.

Each function returns None for what is not such a value.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?")
_EPOCH_SECONDS = re.compile(r"-?\d{5,}(?:\.\d+)?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def number(text: str) -> Decimal | None:
    """Return an integer or decimal number.

    Examples
    --------
    >>> number("3600"), number("1h")
    (Decimal('3600'), None)
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def instant(text: str) -> float | None:
    """Return a moment as seconds since 1970: from ISO 8601 as W3C has it, or from such seconds.

    Without an offset a time is UTC. Four digits are a year, more of them are seconds.

    Examples
    --------
    >>> instant("2026-11-25T00:00:00Z") == instant("2026-11-25") == instant("1795564800")
    True
    """
    if _EPOCH_SECONDS.fullmatch(text):
        return float(text)
    short = _YEAR_OR_MONTH.fullmatch(text)
    try:
        if short:
            return datetime(int(short[1]), int(short[2] or 1), 1, tzinfo=UTC).timestamp()
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def network(text: str) -> Network | None:
    """Return a range of addresses in CIDR notation; an address alone is a range of one.

    Examples
    --------
    >>> network("203.0.113.7/24")
    IPv4Network('203.0.113.0/24')
    """
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address(text: str) -> Address | None:
    """Return an IPv4 or IPv6 address.

    Examples
    --------
    >>> address("AWS Internal") is None
    True
    """
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def octets(text: str) -> bytes | None:
    """Return the bytes of a base64 text.

    Examples
    --------
    >>> octets("QmluYXJ5")
    b'Binary'
    """
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def boolean(text: str) -> bool | None:
    """Return what ``true`` or ``false`` says, in any case.

    Examples
    --------
    >>> boolean("True"), boolean("yes")
    (True, None)
    """
    return {"true": True, "false": False}.get(text.lower())
