"""How large AWS lets a policy be, and documents that are held to it before anything is deployed.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html and
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.document import document

if TYPE_CHECKING:
    from policies.document import Statement


class PolicySizeError(Exception):
    """AWS would refuse a policy for its size, or there would be more policies than it takes in one place."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What AWS allows of one kind of policy.

    Parameters
    ----------
    kind
        What the kind is called in a sentence.
    size
        The most bytes of the minified document. Ours are ASCII, so bytes are characters; IAM does not count
        white space, and a minified document of ours has none.
    published
        What AWS's own pages still state where that is less: beyond it there is a warning.
    statements
        The most statements, where they are limited.
    policies
        How many of the kind AWS attaches in one place, where that is limited.
    remedy
        What to do about one that is too large.
    """

    kind: str
    size: int
    published: Limit | None = None
    statements: int | None = None
    policies: int | None = None
    remedy: str = "name fewer roles under prevention, or write an inventory for each organizational unit"


MANAGED_POLICY = Limit("managed policy", 6_144, policies=10)
PERMISSIONS_BOUNDARY = Limit("permissions boundary", 6_144, policies=1)
INLINE_ROLE_POLICY = Limit("inline policy of a role", 10_240, policies=1)
TRUST_POLICY = Limit(
    "trust policy",
    2_048,
    policies=1,
    remedy="name fewer principals under prevention.break_glass, such as one role that several people enter",
)
# Both numbers were doubled on 15 May 2026, as several users report, and AWS's pages still state the former.
# AWS's own policy that allows everything is one of those that are attached in a place: we may add one less.
SERVICE_CONTROL_POLICY = Limit(
    "service control policy",
    10_240,
    policies=9,
    published=Limit("service control policy", 5_120, policies=4),
)
RESOURCE_CONTROL_POLICY = Limit("resource control policy", 5_120, policies=4)
QUEUE_POLICY = Limit(
    "queue policy",
    8_192,
    statements=20,
    policies=1,
    remedy="name fewer roles under prevention, or let the queue's owner shorten its own statements",
)


def check_size(name: str, text: str, limit: Limit) -> None:
    """Refuse a policy that is too large.

    Parameters
    ----------
    name
        What the policy is called.
    text
        The minified document.

    Raises
    ------
    PolicySizeError
        AWS takes no policy of this kind that is so large; the sentence says by how much.
    """
    excess = len(text.encode()) - limit.size
    if excess > 0:
        raise PolicySizeError(
            f"the {limit.kind} {name} would be {excess:,} characters longer than the {limit.size:,} that AWS"
            f" allows: {limit.remedy}"
        )


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy that AWS accepts for its size.

    Parameters
    ----------
    name
        What it is called in AWS.
    limit
        What AWS allows of its kind.
    statements
        What it says.

    Raises
    ------
    PolicySizeError
        It is too large.

    Examples
    --------
    >>> from policies.document import Statement
    >>> PolicyDocument("reader", TRUST_POLICY, (Statement("Read", ("sqs:ListQueues",), ("*",)),)).size
    115
    """

    name: str
    limit: Limit
    statements: tuple[Statement, ...]

    def __post_init__(self) -> None:
        check_size(self.name, self.text, self.limit)

    @property
    def text(self) -> str:
        """The document as AWS is given it, minified."""
        return document(*self.statements)

    @property
    def size(self) -> int:
        """How many bytes AWS counts."""
        return len(self.text.encode())

    @property
    def warning(self) -> str | None:
        """What an operator should know although AWS may take the policy, or None."""
        published = self.limit.published
        if published is None or self.size <= published.size:
            return None
        return (
            f"the {self.limit.kind} {self.name} has {self.size:,} characters: AWS raised the limit from"
            f" {published.size:,} to {self.limit.size:,}, and an older organization may still have the former"
        )
