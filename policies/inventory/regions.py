"""Which regions there are, from the data that comes with botocore. Nothing is called."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def known_regions() -> Mapping[str, str]:
    """Return every region that the installed botocore knows, with the name of its partition.

    Examples
    --------
    >>> known_regions()["us-gov-west-1"]
    'aws-us-gov'
    """
    from botocore.loaders import create_loader  # noqa: PLC0415  a fifth of a second that few commands need

    partitions = create_loader().load_data("partitions")["partitions"]
    return MappingProxyType(
        {
            region: partition["id"]
            for partition in partitions
            for region in partition["regions"]
            if not region.endswith("-global")  # endpoints of services that have no region
        }
    )
