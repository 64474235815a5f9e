"""The sections of the inventory that say who may still purge, and where the policies against it are attached.

What the words under ``deny`` mean is in `policies.prevention.actions`.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field
from pydantic.config import JsonDict

from policies.inventory.fields import (
    AnyQueueArn,
    GroupName,
    KeyArn,
    PrincipalArn,
    RoleArn,
    RoleName,
    Target,
    UserName,
)
from policies.inventory.section import Section

DeniedSet = Literal["purge", "purge-equivalents", "guard-tampering"]
"""A set of actions that is denied to everybody but those whom the inventory names."""

RootWords = Literal["bind every account at once"]
"""What an operator writes to attach a policy to the root of the organization."""

(ROOT_WORDS,) = get_args(RootWords)

_UNIQUE: JsonDict = {"uniqueItems": True}
_EXAMPLE_USER = "arn:aws:iam::111122223333:user/alice"
_EXAMPLE_DEPLOYER = "arn:aws:iam::111122223333:role/purge-guard-deployer"


class BreakGlass(Section):
    """The role by which people purge in an emergency: named principals, with MFA, for an hour."""

    principals: tuple[PrincipalArn, ...] = Field(
        min_length=1, examples=[[_EXAMPLE_USER]], json_schema_extra=_UNIQUE
    )
    """Who may assume the role: IAM users, who then need MFA, or roles, whose sessions never carry any."""

    mfa_max_age_minutes: int = Field(default=15, ge=1, le=720)
    """How many minutes ago a user's MFA may have been."""


class Prevention(Section):
    """Who may still purge, and what else is denied."""

    deny: tuple[DeniedSet, ...] = Field(
        default=("purge",), min_length=1, examples=[["purge"]], json_schema_extra=_UNIQUE
    )
    """What is denied to everybody else: purge, and beyond it purge-equivalents and guard-tampering."""

    break_glass: BreakGlass = Field(examples=[{"principals": [_EXAMPLE_USER]}])
    """The role by which people purge in an emergency."""

    exempt_roles: tuple[RoleArn, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """The roles that may purge besides the break-glass role, by their ARNs with their paths."""

    deployer_roles: tuple[RoleArn, ...] = Field(
        min_length=1, examples=[[_EXAMPLE_DEPLOYER]], json_schema_extra=_UNIQUE
    )
    """The roles that deploy purge-guard, at least one in each account. They may change it, and not purge."""


class Attachments(Section):
    """Whom the account's deny policy is attached to."""

    roles: tuple[RoleName, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """Names of roles."""

    groups: tuple[GroupName, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """Names of groups of users."""

    users: tuple[UserName, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """Names of users."""


class AccountPrevention(Section):
    """What of an account is protected against purges."""

    attach_to: Attachments = Field(default_factory=Attachments)
    """Whom the deny policy is attached to. For permission sets, name it in IAM Identity Center."""

    queues: tuple[AnyQueueArn, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """The queues whose own policy gets a statement that denies the purge, by their ARNs."""

    queue_keys: tuple[KeyArn, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """The KMS keys that queues of the account are encrypted with, by their ARNs."""


class OrganizationPolicies(Section):
    """Where the organization's own policies are attached. Begin with one account or a small OU."""

    scp_targets: tuple[Target, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """OUs and accounts whose principals the service control policy binds."""

    rcp_targets: tuple[Target, ...] = Field(default=(), json_schema_extra=_UNIQUE)
    """OUs and accounts whose queues the resource control policy protects."""

    root: Annotated[RootWords | None, Field(examples=[ROOT_WORDS])] = None
    """The words without which no target may be the root of the organization."""
