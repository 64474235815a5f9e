"""Links into AWS's console, for whoever investigates: the queue, the event, the actor.

See https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/multisession.html for the console's domains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from policies.detection.actor import ActorKind
from policies.detection.triage.finding import Finding, Reading
from policies.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.record import ApiCall

LINKS, LABEL = "console-links", "Links"

_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def read_links(call: ApiCall) -> Reading:
    """Return the links that a call has enough details for. Whatever its maker chose is encoded in them."""
    links = dict(links_of(call))
    return Reading(
        tuple(Finding(LINKS, f"Open {name}", url, data={"url": url}) for name, url in links.items())
    )


def links_of(call: ApiCall) -> Iterator[tuple[str, str]]:
    """Yield what can be opened, such as ``event``, and its address."""
    region = (call.queue.region if call.queue else None) or call.region
    if region is None:
        return
    domain = _DOMAINS[partition_of(region).name]
    regional = f"https://{region}.{domain}"
    queue = call.queue
    if queue and queue.account:
        url = f"https://sqs.{region}.{partition_of(region).dns_suffix}/{queue.account}/{queue.name}"
        yield "queue", f"{regional}/sqs/v3/home?region={region}#/queues/{_encoded(url)}"
    if call.ids.event and call.region:
        place = f"https://{call.region}.{domain}/cloudtrailv2/home?region={call.region}"
        yield "event", f"{place}#/events/{_encoded(call.ids.event)}"
    if call.actor.kind is ActorKind.ROLE_SESSION and call.actor.name:
        yield "role", f"https://{domain}/iam/home#/roles/details/{_encoded(call.actor.name)}"
    if call.actor.kind is ActorKind.IAM_USER and call.actor.name:
        yield "user", f"https://{domain}/iam/home#/users/details/{_encoded(call.actor.name)}"


def _encoded(text: str) -> str:
    """Return a text as a part of a link; what UTF-8 cannot spell is spelled out."""
    return quote(text, safe="", errors="backslashreplace")
