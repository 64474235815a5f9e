"""The documents that bind users, groups and roles of an account to which they are attached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement
from policies.limits import MANAGED_POLICY, PERMISSIONS_BOUNDARY, PolicyDocument, PolicySizeError
from policies.prevention.denials import denials
from policies.prevention.packing import pack

if TYPE_CHECKING:
    from policies.inventory.prevention import DeniedSet
    from policies.prevention.scope import Scope

# What a boundary can do without, the most dispensable first: the purge itself is never left out.
_DISPENSABLE: tuple[DeniedSet, ...] = ("guard-tampering", "purge-equivalents")


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
    principal has one boundary only, so this one cannot be added to another, nor can it be several. What is
    denied beyond the purge is therefore in it as far as it fits: see :func:`left_to_deny_policies`.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html

    Raises
    ------
    PolicySizeError
        Not even the denial of the purge fits.
    """
    return _boundary(replace(scope, denied=scope.denied - set(left_to_deny_policies(scope))))


def left_to_deny_policies(scope: Scope) -> tuple[DeniedSet, ...]:
    """Return the sets that are denied and that one boundary has no room for, the last resort first."""
    left: list[DeniedSet] = []
    for dispensable in _DISPENSABLE:
        if _fits(replace(scope, denied=scope.denied - set(left))):
            break
        if dispensable in scope.denied:
            left.append(dispensable)
    return tuple(left)


def _boundary(scope: Scope) -> PolicyDocument:
    everything = Statement("AllowWhatIsNotDenied", ("*",), ("*",))
    return PolicyDocument(naming.BOUNDARY_POLICY, PERMISSIONS_BOUNDARY, (everything, *denials(scope)))


def _fits(scope: Scope) -> bool:
    try:
        _boundary(scope)
    except PolicySizeError:
        return False
    return True
