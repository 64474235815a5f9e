"""Accounts, and what their organization limits.

See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policies.evaluation.errors import RequestError

if TYPE_CHECKING:
    from policies.evaluation.policy import Policy

_ACCOUNT_ID = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization.

    Parameters
    ----------
    id
        Such as ``o-exampleorgid``.
    management_account
        Twelve digits. No SCP binds its principals and no RCP protects its resources: "SCPs don't affect
        users or roles in the management account"; "RCPs don't affect resources in the management account".
    """

    id: str
    management_account: str


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account and what its organization attached above it.

    Parameters
    ----------
    id
        Twelve digits.
    organization
        The organization it is a member of; None for an account that is in none.
    path
        Its place in the organization as ``aws:PrincipalOrgPaths`` has it, such as
        ``o-exampleorgid/r-ab12/ou-ab12-11111111/``; None where it is not known.
    scps
        The service control policies at each level, from the root of the organization through its units to
        the account itself; empty where the organization does not use them. "For a permission to be allowed
        for a specific account, there must be an explicit Allow statement at every level."
    rcps
        The resource control policies, likewise. ``RCPFullAWSAccess``, which cannot be detached and allows
        everything, may be left out.
    """

    id: str
    organization: Organization | None = None
    path: str | None = None
    scps: tuple[tuple[Policy, ...], ...] = ()
    rcps: tuple[tuple[Policy, ...], ...] = ()
    is_management: bool = field(init=False)
    """Whether it is the management account of its organization."""

    def __post_init__(self) -> None:
        if not _ACCOUNT_ID.fullmatch(self.id):
            raise RequestError(f"{self.id!r} is no account: write its twelve digits as text")
        management = self.organization is not None and self.organization.management_account == self.id
        object.__setattr__(self, "is_management", management)
