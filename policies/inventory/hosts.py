"""Which hosts there are on the internet, by their looks. No name is resolved."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address


def may_be_public(host: str) -> bool:
    """Return whether a host may be reached from the internet.

    Parameters
    ----------
    host
        A name, or an IPv4 address in any spelling that resolvers take: ``127.1`` is ``127.0.0.1``.

    Examples
    --------
    >>> may_be_public("hooks.example.com")
    True
    >>> may_be_public("10.0.0.1")
    False
    """
    try:
        address = IPv4Address(socket.inet_aton(host))
    except OSError:
        # A name without a dot is one of somebody's own network.
        return "." in host and not host.casefold().endswith(".localhost")
    return address.is_global and not address.is_multicast
