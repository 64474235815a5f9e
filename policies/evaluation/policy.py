"""A policy: a document, where it is attached, and what it is called.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from policies.evaluation.errors import PolicyError

if TYPE_CHECKING:
    from policies.evaluation.document import PolicyDocument


class PolicyKind(StrEnum):
    """Where a policy is attached, which decides what it can do."""

    RCP = "rcp"
    """A resource control policy: limits what anyone can do with the resources of a member account."""
    SCP = "scp"
    """A service control policy: limits what the principals of a member account can do."""
    QUEUE = "queue"
    """The policy of the resource itself."""
    IDENTITY = "identity"
    """Inline or managed, of a user, one of its groups, or a role."""
    BOUNDARY = "boundary"
    """A permissions boundary: limits what the identity policies can grant."""
    SESSION = "session"
    """Given when the session was made: limits it further."""


_NAMING_PRINCIPALS = frozenset({PolicyKind.RCP, PolicyKind.QUEUE})


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that is attached somewhere.

    Parameters
    ----------
    kind
        Where it is attached.
    name
        What decisions call it: an ARN, a name, whatever its owner finds it by.
    document
        What it says.

    Raises
    ------
    PolicyError
        A statement names a principal where it cannot, or none where it has to; or a statement of another
        policy than that of a resource names no resource.
    """

    kind: PolicyKind
    name: str
    document: PolicyDocument

    def __post_init__(self) -> None:
        naming = self.kind in _NAMING_PRINCIPALS
        for statement in self.document.statements:
            place = f"{self.name}: Statement[{statement.index}]"
            if naming is (statement.principals is None and statement.not_principals is None):
                wanted = "names no principal, and has to" if naming else "names a principal, and cannot"
                raise PolicyError(f"{place}: a policy of kind {self.kind} {wanted}")
            if self.kind is PolicyKind.QUEUE:
                continue
            if statement.resources is None and statement.not_resources is None:
                raise PolicyError(f"{place}: write Resource or NotResource")
