"""Which trail records an account's API calls: the section ``trail`` of an account.

The sentence below a field is its description in the JSON Schema.
"""

from typing import Annotated, Literal

from pydantic import Field

from policies.inventory.fields import Prefix, TrailName
from policies.inventory.section import Section


class CreatedTrail(Section):
    """A trail that purge-guard creates, with its bucket and its key."""

    mode: Literal["create"]
    """Where the account's trail comes from."""

    prefix: Prefix = ""
    """The path in the bucket below which CloudTrail writes."""

    expire_days: int = Field(default=365, ge=1, le=36500)
    """After how many days log files are deleted."""

    organization: bool = False
    """Whether the trail covers the whole organization. Only in its management account."""

    force_destroy: bool = False
    """Whether destroying the stack may delete a bucket that still holds logs."""


class ExistingTrail(Section):
    """A trail of the account that is already there."""

    mode: Literal["existing"]
    """Where the account's trail comes from."""

    name: TrailName
    """The trail's name or ARN."""


class OrganizationTrail(Section):
    """The organization's trail, which covers the account."""

    mode: Literal["organization"]
    """Where the account's trail comes from."""

    name: TrailName | None = None
    """The trail's name or ARN."""


Trail = Annotated[CreatedTrail | ExistingTrail | OrganizationTrail, Field(discriminator="mode")]
