"""The inventory as typed, immutable values.

The models refuse what is wrong in one place of the file; what is wrong between two places is in
`policies.inventory.consistency`. The sentence below a field is its description in the JSON Schema.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from policies.inventory.alerts import EXAMPLE_OWNER, EXAMPLE_SUBSCRIPTION, Alerts, Owner, OwnerName
from policies.inventory.exceptions import EXAMPLE_EXCEPTION, ExceptionSection, Slug
from policies.inventory.fields import (
    AccountId,
    AccountName,
    OrganizationId,
    OuPath,
    Region,
    TagKey,
    TagValue,
)
from policies.inventory.overrides import EXAMPLE_OVERRIDE, Override, Wave
from policies.inventory.prevention import AccountPrevention, OrganizationPolicies, Prevention
from policies.inventory.problems import quoted
from policies.inventory.section import Section, no_truth_value
from policies.inventory.suggestion import closest
from policies.inventory.trail import Trail
from policies.partitions import Partition, partition_of

_EXAMPLE_ACCOUNT = {
    "id": "111122223333",
    "name": "production",
    "regions": ["us-east-1"],
    "trail": {"mode": "create"},
}


class UnknownAccountError(LookupError):
    """An account is asked for that the inventory does not list."""


class Organization(Section):
    """The AWS organization of the accounts. Without it, the hub admits the listed accounts only."""

    id: OrganizationId
    """The organization's id, as `aws organizations describe-organization` shows it."""

    management_account: AccountId
    """The organization's management account."""

    policies: OrganizationPolicies | None = None
    """Where the organization's own policies against purges are attached."""


class Hub(Section):
    """Where all purges are reported to, and where alerts are sent from."""

    account: AccountId
    """The account that the hub is deployed to: the security account, or the only one there is."""

    region: Region
    """The region that the hub is deployed to."""


def home_region_of(regions: tuple[str, ...], hub_region: str | None) -> str | None:
    """Return the home region of an account that names none, or None where it has to name one."""
    if hub_region in regions:
        return hub_region
    return regions[0] if len(regions) == 1 else None


class Account(Section):
    """An account whose queues are watched."""

    id: AccountId
    """The account's id."""

    name: AccountName
    """What you call the account, in commands and alerts."""

    regions: tuple[Region, ...] = Field(
        min_length=1, examples=[["us-east-1"]], json_schema_extra={"uniqueItems": True}
    )
    """The regions whose queues are watched."""

    home_region: Region = Field(default_factory=str)
    """Where the trail is created; unless given, the hub's region if the account has it, or its only one."""

    environment: Slug = Field(default_factory=str)
    """What the account is for, such as test; `production` and `prod` make a purge worse."""

    owner: OwnerName = Field(default_factory=str)
    """The team that owns the queues of the account, as `owners` calls it."""

    ou: OuPath = Field(default_factory=str, examples=["Workloads/Production"])
    """The organizational unit of the account, by its path below the root."""

    wave: Wave = 1
    """In which wave of a rollout the account is deployed, the first being 1."""

    trail: Trail = Field(examples=[{"mode": "create"}])
    """Which trail records the account's API calls. Without a trail no rule ever fires."""

    prevention: AccountPrevention | None = None
    """What of the account is protected against purges."""


# AWS allows 50 tags on a resource; the stacks add a few of their own.
_MOST_TAGS = 45


def _read_only(tags: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(tags))


Tags = Annotated[Mapping[TagKey, TagValue], Field(max_length=_MOST_TAGS), AfterValidator(_read_only)]


class Inventory(Section):
    """Everything that purge-guard deploys, and where."""

    version: Annotated[Literal[1], BeforeValidator(no_truth_value)] = Field(examples=[1])
    """The version of this file format."""

    organization: Organization | None = None
    """The AWS organization, where there is one."""

    hub: Hub = Field(examples=[{"account": "111122223333", "region": "us-east-1"}])
    """Where all purges are reported to."""

    alerts: Alerts = Field(examples=[{"subscriptions": [EXAMPLE_SUBSCRIPTION]}])
    """Who is told about a purge."""

    accounts: tuple[Account, ...] = Field(min_length=1, examples=[[_EXAMPLE_ACCOUNT]])
    """The accounts whose queues are watched."""

    overrides: tuple[Override, ...] = Field(default=(), examples=[[EXAMPLE_OVERRIDE]])
    """What the accounts of an OU or an environment have in common, unless they say otherwise."""

    owners: tuple[Owner, ...] = Field(default=(), examples=[[EXAMPLE_OWNER]])
    """The teams that are told about their own queues, beside the security team."""

    prevention: Prevention | None = None
    """Who may still purge. Without it nothing is deployed that prevents a purge."""

    exceptions: tuple[ExceptionSection, ...] = Field(default=(), examples=[[EXAMPLE_EXCEPTION]])
    """The purges that somebody signed for: they are recorded and told once a day instead of at once."""

    tags: Tags = Field(
        default_factory=lambda: MappingProxyType({}),
        examples=[{"owner": "security"}],
        json_schema_extra={"additionalProperties": False},
    )
    """Tags on everything that is deployed."""

    @field_validator("accounts")
    @classmethod
    def _settle_home_regions(cls, accounts: tuple[Account, ...], info: ValidationInfo) -> tuple[Account, ...]:
        hub: Hub | None = info.data.get("hub")
        hub_region = hub.region if hub else None
        return tuple(
            account
            if account.home_region
            else account.model_copy(update={"home_region": home_region_of(account.regions, hub_region) or ""})
            for account in accounts
        )

    @property
    def partition(self) -> Partition:
        """The partition that everything lies in."""
        return partition_of(self.hub.region)

    @property
    def has_organization_policies(self) -> bool:
        """Whether the organization has policies of its own against purges."""
        return bool(self.prevention and self.organization and self.organization.policies)

    def account(self, id_or_name: str) -> Account:
        """Return one account.

        Parameters
        ----------
        id_or_name
            Its twelve digits, or what the inventory calls it.

        Raises
        ------
        UnknownAccountError
            The inventory lists no such account.
        """
        for account in self.accounts:
            if id_or_name in (account.id, account.name):
                return account
        names = [name for account in self.accounts for name in (account.id, account.name)]
        suggestion = closest(id_or_name, names)
        advice = f": did you mean {suggestion}?" if suggestion else ""
        raise UnknownAccountError(f"the inventory lists no account {quoted(id_or_name)}{advice}")
