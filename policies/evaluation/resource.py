"""What a request is about: a queue, its account and its policy.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policies.evaluation.context import ContextValue, Unknown
from policies.evaluation.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.evaluation.account import Account
    from policies.evaluation.policy import Policy

_ARN_FIELDS = 6


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource, such as a queue.

    Parameters
    ----------
    arn
        ``arn:aws:sqs:eu-west-1:111122223333:orders``.
    account
        The account it belongs to.
    policy
        Its own policy; None where it has none.
    tags
        Its tags, all of them; None where they are not known.

    Raises
    ------
    RequestError
        It is no ARN, or of another account.
    """

    arn: str
    account: Account
    policy: Policy | None = None
    tags: Mapping[str, str] | None = None
    facts: Mapping[str, ContextValue] = field(init=False, compare=False, repr=False)
    """The values of context keys, which are in lower case, that follow from what it is."""

    def __post_init__(self) -> None:
        fields = self.arn.split(":", _ARN_FIELDS - 1)
        if len(fields) < _ARN_FIELDS or fields[0] != "arn":
            raise RequestError(f"{self.arn!r} is no ARN: write arn:aws:sqs:REGION:ACCOUNT:NAME")
        if fields[4] not in {"", self.account.id}:
            raise RequestError(f"{self.arn} belongs to another account than {self.account.id}")
        organization = self.account.organization
        path: ContextValue = (self.account.path,) if self.account.path else Unknown.VALUE
        facts: dict[str, ContextValue] = {
            "aws:resourceaccount": self.account.id,
            "aws:resourceorgid": organization.id if organization else None,
            "aws:resourceorgpaths": path if organization else None,
            "aws:requestedregion": fields[3] or Unknown.VALUE,
        }
        object.__setattr__(self, "facts", facts)
        if self.tags is not None:
            object.__setattr__(self, "tags", {name.lower(): value for name, value in self.tags.items()})
