"""The statements that the deny policy, the boundary and the service control policy have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.document import Statement
from policies.prevention.actions import KEY_LOSS, PURGE, PURGE_EQUIVALENTS
from policies.prevention.break_glass import role_protection
from policies.prevention.conditions import unless
from policies.prevention.own_resources import tampering_denials

if TYPE_CHECKING:
    from policies.prevention.conditions import Conditions
    from policies.prevention.scope import Scope

NOTHING_SPARED: Conditions = {}


def denials(scope: Scope, spared: Conditions = NOTHING_SPARED) -> tuple[Statement, ...]:
    """Return what is denied to principals, the most important first.

    That is the purge, changes of the break-glass role, and what was chosen.

    Parameters
    ----------
    spared
        Further conditions of what somebody may need who is neither exempt nor a deployer.
    """
    statements = [
        Statement(
            "DenyPurge", PURGE, ("*",), effect="Deny", conditions=unless(scope.bearers(scope.may_purge))
        ),
        role_protection(scope),
    ]
    if "purge-equivalents" in scope.denied:
        statements += _equivalents(scope, spared)
    if "guard-tampering" in scope.denied:
        statements += tampering_denials(scope, spared)
    return tuple(statements)


def _equivalents(scope: Scope, spared: Conditions) -> list[Statement]:
    only = unless(scope.bearers(scope.may_purge_by_another_name))
    statements = [
        Statement(
            "DenyPurgeEquivalents", PURGE_EQUIVALENTS, ("*",), effect="Deny", conditions={**only, **spared}
        )
    ]
    if scope.queue_keys:
        statements.append(
            Statement("DenyLossOfKeys", KEY_LOSS, scope.queue_keys, effect="Deny", conditions=only)
        )
    return statements
