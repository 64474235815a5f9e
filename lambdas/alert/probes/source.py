"""Probes of the source: what kind of address and tool, whose network, and links for whoever looks further.

Which country and network an address belongs to is known where the operator supplies databases in MaxMind's
format, in a layer of the function together with the package that reads them: see ``docs/triage.md``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas.alert.triage import NotApplicableError, Probe
from policies.detection.source_address import AddressKind
from policies.detection.triage import console_links, source

if TYPE_CHECKING:
    from lambdas.alert.clients import Clients
    from lambdas.alert.triage import Case
    from policies.detection.triage.finding import Reading

LAYERS = Path("/opt")
"""Where Lambda unpacks layers: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html"""

_SECONDS = 3.0


def _describe(case: Case, _clients: Clients) -> Reading:
    return source.read_source(case.call)


def _link(case: Case, _clients: Clients) -> Reading:
    return console_links.read_links(case.call)


@cache
def _databases(layers: Path) -> list[Path]:
    """Return the databases in the layers, which do not change while the process lives."""
    return sorted(layers.glob("*.mmdb"))


def _look_up_network(case: Case, _clients: Clients) -> Reading:
    address = (case.call.source.text or "").strip()
    if case.call.source.kind is not AddressKind.PUBLIC:
        raise NotApplicableError("only public addresses have a country and a network")
    databases = _databases(LAYERS)
    if not databases:
        raise NotApplicableError("no GeoIP database is supplied")
    try:
        import maxminddb  # noqa: PLC0415 - it comes with the database, in a layer, or not at all
    except ImportError:
        raise NotApplicableError("a GeoIP database is supplied without the package maxminddb") from None
    places: list[object] = []
    for database in databases:
        try:
            with maxminddb.open_database(database, maxminddb.MODE_FILE) as reader:
                places.append(reader.get(address))
        except maxminddb.InvalidDatabaseError as error:
            raise ValueError(f"{database.name} is no GeoIP database: {error}") from error
    return source.read_network(places)


SOURCE_PROBES = (
    Probe(source.SOURCE, source.SOURCE_LABEL, _SECONDS, _describe, asks=False),
    Probe(source.NETWORK, source.NETWORK_LABEL, _SECONDS, _look_up_network),
    Probe(console_links.LINKS, console_links.LABEL, _SECONDS, _link, asks=False),
)
"""All of them, in the order in which they are shown."""
