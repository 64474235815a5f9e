"""The break-glass role: by which named people purge in an emergency, with MFA, and nothing else.

Credentials from `sts:AssumeRole` carry no MFA key, so MFA is asked for where the role is assumed and nowhere
else; every denial spares the role by its ARN. Its sessions last `MAXIMUM_SESSION_SECONDS`, IAM's minimum.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement
from policies.limits import INLINE_ROLE_POLICY, TRUST_POLICY, PolicyDocument
from policies.prevention.actions import BREAK_GLASS_READS, LIST_QUEUES, PURGE, ROLE_CHANGES
from policies.prevention.conditions import unless
from policies.prevention.own_resources import OWN_ROLES

if TYPE_CHECKING:
    from policies.inventory.prevention import BreakGlass
    from policies.prevention.scope import Scope

MAXIMUM_SESSION_SECONDS = 3600

CHAINING = ("sts:AssumeRole", "sts:SetSourceIdentity")
"""What a session of a role needs to enter: the second where it has a source identity, which comes along.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""


def break_glass_trust(break_glass: BreakGlass) -> PolicyDocument:
    """Return who may assume the break-glass role.

    IAM users need MFA, and it must be as fresh as the inventory says: an access key alone has no MFA key, so
    the statement does not admit it. The session of a role never has one, so a listed role is admitted
    without: MFA must then be asked of whoever enters that role.

    Raises
    ------
    PolicySizeError
        There are too many principals for a trust policy.
    """
    users = tuple(sorted(arn for arn in set(break_glass.principals) if ":user/" in arn))
    roles = tuple(sorted(arn for arn in set(break_glass.principals) if ":role/" in arn))
    fresh_mfa = {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThanEquals": {"aws:MultiFactorAuthAge": str(break_glass.mfa_max_age_minutes * 60)},
    }
    statements: list[Statement] = []
    if users:
        statements.append(
            Statement(
                "LetUsersWithMfaAssume",
                ("sts:AssumeRole",),
                (),
                principals={"AWS": users},
                conditions=fresh_mfa,
            )
        )
    if roles:
        statements.append(Statement("LetRolesAssume", CHAINING, (), principals={"AWS": roles}))
    return PolicyDocument(naming.BREAK_GLASS_ROLE, TRUST_POLICY, tuple(statements))


def break_glass_permissions(scope: Scope) -> PolicyDocument:
    """Return what the break-glass role may do: find a queue of its account and purge it, nothing else.

    Finding is reading the name, the URL and the attributes; no message can be read or sent with it.
    """
    queues = (scope.arn("sqs", "*"),)
    return PolicyDocument(
        naming.BREAK_GLASS_ROLE,
        INLINE_ROLE_POLICY,
        (
            Statement("Purge", PURGE, queues),
            Statement("FindTheQueue", BREAK_GLASS_READS, queues),
            Statement("ListQueues", LIST_QUEUES, ("*",)),
        ),
    )


def role_protection(scope: Scope) -> Statement:
    """Return the statement by which only the deployers change, create or pass the break-glass role.

    The denials spare the role by its name, so whoever could make a role of that name, or let himself into it,
    could purge. Where `guard-tampering` is denied, it covers all roles of purge-guard.
    """
    own = OWN_ROLES if "guard-tampering" in scope.denied else f"role/{naming.BREAK_GLASS_ROLE}"
    return Statement(
        "KeepTheBreakGlassRole",
        ROLE_CHANGES,
        (scope.iam_arn(own),),
        effect="Deny",
        conditions=unless(scope.bearers(scope.deployer_roles)),
    )
