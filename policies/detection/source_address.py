"""Where a call came from: ``sourceIPAddress``, which is not always an IP address.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum


class AddressKind(StrEnum):
    """What kind of place a call came from."""

    PUBLIC = "public"
    PRIVATE = "private"
    AWS_SERVICE = "aws-service"
    AWS_INTERNAL = "aws-internal"
    UNKNOWN = "unknown"


# What a VPC, a machine's own interface or a carrier's network can have. `ipaddress` counts the networks of
# examples in documents as private too, and they stand for public ones.
_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)

_SERVICE_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com")
_AWS_INTERNAL = "aws internal"


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """Where a call came from.

    Parameters
    ----------
    text
        As the record gives it; None where it gives nothing readable.
    kind
        What kind of place that is.
    """

    text: str | None
    kind: AddressKind


def source_address_of(value: object) -> SourceAddress:
    """Return the place that a record's ``sourceIPAddress`` names.

    Parameters
    ----------
    value
        Any JSON value.

    Examples
    --------
    >>> source_address_of("AWS Internal").kind, source_address_of("10.0.0.7").kind
    (<AddressKind.AWS_INTERNAL: 'aws-internal'>, <AddressKind.PRIVATE: 'private'>)
    """
    if not isinstance(value, str) or not value:
        return SourceAddress(None, AddressKind.UNKNOWN)
    return SourceAddress(value, _kind_of(value.strip().lower()))


def ip_address_of(source: SourceAddress) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that a call came from, in its one spelling, or None where it came from none.

    Examples
    --------
    >>> str(ip_address_of(source_address_of("::FFFF:192.0.2.7")))
    '192.0.2.7'
    """
    is_address = source.kind in (AddressKind.PUBLIC, AddressKind.PRIVATE)
    return _parsed(source.text.strip()) if is_address and source.text else None


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return address
    # What follows a % names an interface of the caller's own, and anybody's.
    return address.ipv4_mapped or ipaddress.IPv6Address(int(address))


def _kind_of(text: str) -> AddressKind:
    if text == _AWS_INTERNAL:
        return AddressKind.AWS_INTERNAL
    if text.endswith(_SERVICE_DOMAINS):
        return AddressKind.AWS_SERVICE
    address = _parsed(text)
    if address is None or address.is_unspecified or address.is_multicast:
        return AddressKind.UNKNOWN
    private = any(address in network for network in _PRIVATE_NETWORKS)
    return AddressKind.PRIVATE if private else AddressKind.PUBLIC
