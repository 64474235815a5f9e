"""The organization: the policies that no administrator of a member account can lift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.naming import Place
from policies.prevention.organization import resource_control_policies, service_control_policies
from policies.prevention.scope import organization_scope
from stacks.errors import SynthesisError
from stacks.policy_size import warn_of_size
from stacks.provider import OrganizationsPolicy, OrganizationsPolicyAttachment
from stacks.stack import GuardStack

if TYPE_CHECKING:
    from policies.inventory import Inventory
    from policies.limits import PolicyDocument
    from stacks.provider import Construct


class OrganizationStack(GuardStack):
    """The service control policies and resource control policies, attached where the inventory says.

    Parameters
    ----------
    inventory
        The organization as its operator describes it.

    Raises
    ------
    PolicySizeError
        AWS would refuse a policy for its size.
    SynthesisError
        The inventory does not say what to deny, or where.
    """

    def __init__(self, scope: Construct, stack_id: str, *, inventory: Inventory) -> None:
        organization, prevention = inventory.organization, inventory.prevention
        if prevention is None or organization is None or organization.policies is None:
            raise SynthesisError("the inventory has no `prevention` or no `organization.policies`: add both")
        # Organizations has no regions; the hub's is one that is certainly enabled.
        place = Place(organization.management_account, inventory.hub.region)
        super().__init__(scope, stack_id, place=place, tags=inventory.tags)
        reach = organization_scope(prevention, inventory)
        for document in service_control_policies(reach):
            self._create(document, "SERVICE_CONTROL_POLICY", organization.policies.scp_targets)
        for document in resource_control_policies(reach, organization.id):
            self._create(document, "RESOURCE_CONTROL_POLICY", organization.policies.rcp_targets)

    def _create(self, document: PolicyDocument, kind: str, targets: tuple[str, ...]) -> None:
        warn_of_size(self, document)
        policy = OrganizationsPolicy(
            self,
            document.name,
            name=document.name,
            description="Denies purging queues to everybody but those whom the inventory names",
            type=kind,
            content=document.text,
        )
        for target in targets:
            OrganizationsPolicyAttachment(
                self, f"{document.name}-{target}", policy_id=policy.id, target_id=target
            )
