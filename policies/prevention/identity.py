"""The documents that bind users, groups and roles of an account to which they are attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement, document
from policies.limits import MANAGED_POLICY, PERMISSIONS_BOUNDARY, PolicyDocument
from policies.prevention.denials import denials
from policies.prevention.packing import pack

if TYPE_CHECKING:
    from policies.prevention.scope import Scope


def deny_policies(scope: Scope) -> tuple[PolicyDocument, ...]:
    """Return the managed policies, one unless there is much to deny, to attach to users, groups and roles.

    They stop whoever bears them, whatever an identity policy or a queue's policy grants. They do not bind
    whom nothing is attached to, the account's root user, service-linked roles or other accounts; and without
    `guard-tampering` an administrator can detach them.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html

    Raises
    ------
    PolicySizeError
        More policies would be needed than can be attached.
    """
    return pack(naming.DENY_POLICY, MANAGED_POLICY, denials(scope))


def permissions_boundary(scope: Scope) -> PolicyDocument:
    """Return the boundary: everything may be granted but what is denied here.

    It stops whoever has it as a boundary. The denial is explicit because a boundary that merely omits an
    action does not stop a user or a session that a queue's policy names; the Allow is needed because nothing
    is permitted that a boundary does not allow. It does not bind the root user or service-linked roles, and a
    principal has one boundary only, so this one cannot be added to another, nor can it be several. What has
    no room in it is left to the deny policies: see :func:`left_to_deny_policies`.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html

    Raises
    ------
    PolicySizeError
        Not even the denial of the purge fits.
    """
    everything = Statement("AllowWhatIsNotDenied", ("*",), ("*",))
    purge, *others = denials(scope)
    kept = [everything, purge]
    for statement in others:
        if len(document(*kept, statement)) <= PERMISSIONS_BOUNDARY.size:
            kept.append(statement)
    return PolicyDocument(naming.BOUNDARY_POLICY, PERMISSIONS_BOUNDARY, tuple(kept))


def left_to_deny_policies(scope: Scope) -> tuple[str, ...]:
    """Return the Sids of the denials that one boundary has no room for, the most important first."""
    kept = {statement.sid for statement in permissions_boundary(scope).statements}
    return tuple(statement.sid for statement in denials(scope) if statement.sid not in kept)
