"""Where a call came from: the kind of address, its country and network, and the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.fields import object_in, text_in
from policies.detection.source_address import AddressKind
from policies.detection.text import elided, visible
from policies.detection.triage.finding import Finding, Reading
from policies.detection.triage.tool import Tool, tool_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policies.detection.record import ApiCall

SOURCE, SOURCE_LABEL = "source", "Source"
NETWORK, NETWORK_LABEL = "source-network", "Network"

_KINDS = {
    AddressKind.PUBLIC: "a public address",
    AddressKind.PRIVATE: "a private address, such as of a VPC endpoint",
    AddressKind.AWS_SERVICE: "an AWS service in somebody's name",
    AddressKind.AWS_INTERNAL: "AWS's own network, as the console's calls show",
    AddressKind.UNKNOWN: "no address that can be read",
}

_TOOLS = {
    Tool.CONSOLE: "the console",
    Tool.CLOUD_SHELL: "the CLI in CloudShell",
    Tool.CLI: "the AWS CLI",
    Tool.TERRAFORM: "Terraform",
    Tool.SDK: "an AWS SDK",
    Tool.AWS_SERVICE: "an AWS service",
    Tool.UNKNOWN: "an unknown tool",
}

_LONGEST_NAME = 60


def read_source(call: ApiCall) -> Reading:
    """Return what kind of address and tool a call names; a caller can let its tool say anything."""
    tool = tool_of(call.user_agent)
    text = f"{_KINDS[call.source.kind]}; by what it says of itself {_TOOLS[tool]}"
    data = {"address_kind": call.source.kind, "tool": tool}
    return Reading((Finding(SOURCE, SOURCE_LABEL, text, data=data),))


def read_network(places: list[object]) -> Reading:
    """Return the country and the network of an address.

    Parameters
    ----------
    places
        What each of the databases says of the address, in the shape of MaxMind's: objects with ``country``,
        ``city`` or ``autonomous_system_organization``; None where it knows nothing.
    """
    known = [place for place in places if isinstance(place, dict)]
    parts = {
        "country": _first(text_in(object_in(place, "country"), "iso_code") for place in known),
        "city": _first(text_in(object_in(object_in(place, "city"), "names"), "en") for place in known),
        "network": _first(text_in(place, "autonomous_system_organization") for place in known),
        "number": _first(_as_number(place) for place in known),
    }
    shown = [elided(visible(part), _LONGEST_NAME) for part in parts.values() if part]
    text = ", ".join(shown) or "the supplied databases do not know this address"
    return Reading(
        (Finding(NETWORK, NETWORK_LABEL, text, data={key: part for key, part in parts.items() if part}),)
    )


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _as_number(place: dict[str, object]) -> str | None:
    number = place.get("autonomous_system_number")
    return f"AS{number}" if isinstance(number, int) else None
