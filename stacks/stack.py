"""What all stacks have in common: the versions they accept, and a provider that refuses the wrong account."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from policies import naming
from stacks.provider import AwsProvider, DefaultTags, LocalBackend, TerraformStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.naming import Place
    from stacks.provider import Construct

PROVIDER_VERSIONS = ">= 5.100, < 7"
"""The stacks use only what both major versions of the AWS provider have."""

TERRAFORM_VERSIONS = ">= 1.5"


class GuardStack(TerraformStack):
    """A stack in one account.

    Parameters
    ----------
    place
        The account, and the region of everything that does not say another.
    tags
        The inventory's tags, for everything.
    """

    def __init__(self, scope: Construct, stack_id: str, *, place: Place, tags: Mapping[str, str]) -> None:
        super().__init__(scope, stack_id)
        self.place = place
        # Tags are set by the provider and by no resource: what both set makes a plan that never settles.
        self._default_tags = DefaultTags(tags={naming.MANAGED_BY: naming.PREFIX, **tags})
        # Relative to cdktf.out/stacks/NAME, where Terraform runs. The default is this checkout's full path.
        LocalBackend(self, path=f"../../../terraform.{stack_id}.tfstate")
        self.add_override("terraform.required_version", TERRAFORM_VERSIONS)
        self.add_override("terraform.required_providers.aws.version", PROVIDER_VERSIONS)
        self.add_provider(place.region)

    def add_provider(self, region: str, alias: str | None = None) -> AwsProvider:
        """Add the provider of a region, which stops if the credentials are those of another account."""
        return AwsProvider(
            self,
            f"aws-{region}",
            region=region,
            alias=alias,
            allowed_account_ids=[self.place.account],
            default_tags=[self._default_tags],
            # An endpoint of one's own is a local AWS, which has no host name for every bucket.
            s3_use_path_style=True if os.environ.get("AWS_ENDPOINT_URL") else None,
        )
