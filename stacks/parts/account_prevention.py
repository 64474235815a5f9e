"""What makes a purge impossible in an account: the deny policies, the boundary and the break-glass role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.prevention.break_glass import (
    MAXIMUM_SESSION_SECONDS,
    break_glass_permissions,
    break_glass_trust,
)
from policies.prevention.identity import (
    deny_policies,
    left_to_deny_policies,
    permissions_boundary,
)
from policies.prevention.queue_operator import operator_policy
from policies.prevention.scope import account_scope
from stacks.policy_size import warn_of_size
from stacks.provider import (
    Annotations,
    Construct,
    IamGroupPolicyAttachment,
    IamPolicy,
    IamRole,
    IamRolePolicy,
    IamRolePolicyAttachment,
    IamUserPolicyAttachment,
)

if TYPE_CHECKING:
    from policies.inventory import Account, Inventory
    from policies.inventory.prevention import Attachments, BreakGlass, Prevention
    from policies.limits import PolicyDocument
    from policies.prevention.scope import Scope


class AccountPrevention(Construct):
    """The policies of one account, attached where the inventory says.

    Parameters
    ----------
    prevention, inventory
        Who may still purge, and the inventory that says so.
    account
        The account, and whom its deny policies are attached to.

    Raises
    ------
    PolicySizeError
        AWS would refuse a policy for its size.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prevention: Prevention,
        inventory: Inventory,
        account: Account,
    ) -> None:
        super().__init__(scope, construct_id)
        reach = account_scope(prevention, inventory, account)
        denying = deny_policies(reach)
        for document in denying:
            policy = self._create_policy(document, "Denies purging queues, whatever else is allowed")
            if account.prevention is not None:
                self._attach(document.name, policy.arn, account.prevention.attach_to)
        if left := left_to_deny_policies(reach):
            Annotations.of(self).add_warning(
                f"the boundary {naming.BOUNDARY_POLICY} of account {account.id} has no room for"
                f" {', '.join(left)}, and a principal has one boundary: attach {denying[0].name} to"
                f" {denying[-1].name} too"
            )
        self._create_policy(permissions_boundary(reach), "A boundary within which nobody purges queues")
        self._create_policy(operator_policy(reach), "What the operator of a queue needs, without the purge")
        self._create_break_glass_role(reach, prevention.break_glass)

    def _create_policy(self, document: PolicyDocument, description: str) -> IamPolicy:
        warn_of_size(self, document)
        return IamPolicy(
            self, document.name, name=document.name, description=description, policy=document.text
        )

    def _attach(self, name: str, policy_arn: str, attach_to: Attachments) -> None:
        for role in attach_to.roles:
            IamRolePolicyAttachment(self, f"{name}-role-{role}", role=role, policy_arn=policy_arn)
        for group in attach_to.groups:
            IamGroupPolicyAttachment(self, f"{name}-group-{group}", group=group, policy_arn=policy_arn)
        for user in attach_to.users:
            IamUserPolicyAttachment(self, f"{name}-user-{user}", user=user, policy_arn=policy_arn)

    def _create_break_glass_role(self, reach: Scope, break_glass: BreakGlass) -> None:
        trust, permissions = break_glass_trust(break_glass), break_glass_permissions(reach)
        warn_of_size(self, trust)
        warn_of_size(self, permissions)
        role = IamRole(
            self,
            "break-glass",
            name=naming.BREAK_GLASS_ROLE,
            description="Purges queues in an emergency, and nothing else",
            assume_role_policy=trust.text,
            max_session_duration=MAXIMUM_SESSION_SECONDS,
        )
        IamRolePolicy(
            self,
            "break-glass-policy",
            name="purge",
            role=role.name,
            policy=permissions.text,
        )
