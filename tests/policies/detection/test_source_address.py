from __future__ import annotations

import pytest

from policies.detection.source_address import AddressKind, ip_address_of, source_address_of


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("203.0.113.10", AddressKind.PUBLIC),
        ("2001:db8::1", AddressKind.PUBLIC),
        ("::ffff:203.0.113.10", AddressKind.PUBLIC),
        ("10.1.2.3", AddressKind.PRIVATE),
        ("100.64.0.1", AddressKind.PRIVATE),
        ("127.0.0.1", AddressKind.PRIVATE),
        ("fd00::1", AddressKind.PRIVATE),
        ("fe80::1%eth0", AddressKind.PRIVATE),
        ("::ffff:10.0.0.1", AddressKind.PRIVATE),
        ("AWS Internal", AddressKind.AWS_INTERNAL),
        ("sqs.amazonaws.com", AddressKind.AWS_SERVICE),
        ("support.amazonaws.com", AddressKind.AWS_SERVICE),
        ("amazonaws.com.example.org", AddressKind.UNKNOWN),
        ("0.0.0.0", AddressKind.UNKNOWN),  # noqa: S104 - an address in a record, nothing is bound to it
        ("203.0.113.10, 198.51.100.7", AddressKind.UNKNOWN),
    ],
)
def test_shows_an_address_as_it_is_and_says_its_kind(value: str, kind: AddressKind) -> None:
    address = source_address_of(value)

    assert (address.text, address.kind) == (value, kind)


@pytest.mark.parametrize("value", [None, "", 167772161, {}, ["203.0.113.10"]])
def test_what_is_no_text_is_unknown(value: object) -> None:
    address = source_address_of(value)

    assert (address.text, address.kind) == (None, AddressKind.UNKNOWN)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (" 203.0.113.10", "203.0.113.10"),
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("::ffff:203.0.113.10", "203.0.113.10"),
        ("fe80::1%<b>", "fe80::1"),
    ],
)
def test_an_address_has_one_spelling(value: str, address: str) -> None:
    assert str(ip_address_of(source_address_of(value))) == address


@pytest.mark.parametrize(
    "value",
    ["AWS Internal", "sqs.amazonaws.com", "", "0.0.0.0", "203.0.113", None],  # noqa: S104 - nothing is bound to it
)
def test_what_is_no_address_has_none(value: str | None) -> None:
    # C06
    assert ip_address_of(source_address_of(value)) is None
