"""The organization's own policies, which no administrator of a member account can lift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement
from policies.limits import RESOURCE_CONTROL_POLICY, SERVICE_CONTROL_POLICY, PolicyDocument
from policies.prevention.actions import PURGE, PURGE_EQUIVALENTS
from policies.prevention.conditions import NO_ROOT_TASK, unless
from policies.prevention.denials import denials
from policies.prevention.packing import pack

if TYPE_CHECKING:
    from policies.prevention.conditions import Conditions
    from policies.prevention.scope import Scope


LEAVING = ("organizations:LeaveOrganization",)
"""An account that has left is bound by none of these policies."""


def service_control_policies(scope: Scope) -> tuple[PolicyDocument, ...]:
    """Return the SCPs, one unless there is much to deny.

    They stop every user, role and root user of the accounts that they are attached to, whatever is granted.
    They do not bind the management account, service-linked roles or principals of other organizations. The
    session of a root task stays able to unlock a queue.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html

    Raises
    ------
    PolicySizeError
        The exempt roles and deployers do not fit.
    """
    statements = list(denials(scope, NO_ROOT_TASK))
    if "guard-tampering" in scope.denied:
        only = unless(scope.deployer_roles)
        statements.append(Statement("StayInTheOrganization", LEAVING, ("*",), effect="Deny", conditions=only))
    return pack(naming.SERVICE_CONTROL_POLICY, SERVICE_CONTROL_POLICY, statements)


def resource_control_policies(scope: Scope, organization_id: str) -> tuple[PolicyDocument, ...]:
    """Return the RCPs, one unless there is much to deny.

    They stop whoever purges a queue of the accounts that they are attached to, of whatever account: also the
    outsiders whom a queue's policy lets in, which an SCP does not bind. They do not protect queues of the
    management account and do not bind service-linked roles.

    The first statement exempts the break-glass role of every account by its name, which an account of another
    organization could borrow; the second denies the purge to other organizations whatever the name. Together
    in one statement, each would exempt from the other.

    RCPs exist in all partitions that are supported: the pages on what differs about Organizations in AWS
    GovCloud (US) and in the China Regions do not name them.

    See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html

    Raises
    ------
    PolicySizeError
        The exempt roles and deployers do not fit.
    """
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": organization_id}}
    statements = [
        _denial("DenyPurge", PURGE, unless(scope.may_purge)),
        _denial("DenyPurgeFromOutside", PURGE, outside),
    ]
    if "purge-equivalents" in scope.denied:
        conditions = {**unless(scope.may_purge_by_another_name), **NO_ROOT_TASK}
        statements.append(_denial("DenyPurgeEquivalents", PURGE_EQUIVALENTS, conditions))
    return pack(naming.RESOURCE_CONTROL_POLICY, RESOURCE_CONTROL_POLICY, statements)


def _denial(sid: str, actions: tuple[str, ...], conditions: Conditions) -> Statement:
    return Statement(sid, actions, ("*",), effect="Deny", principals="*", conditions=conditions)
