"""What whoever synthesizes is told of the size of policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.provider import Annotations

if TYPE_CHECKING:
    from policies.limits import PolicyDocument
    from stacks.provider import Construct


def warn_of_size(scope: Construct, document: PolicyDocument) -> None:
    """Warn of a policy that is longer than AWS's own pages allow its kind to be."""
    if document.warning is not None:
        Annotations.of(scope).add_warning(document.warning)
