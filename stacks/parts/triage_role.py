"""The role with which the alert function looks into an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import document
from policies.triage_role import triage_permissions, triage_trust
from stacks.provider import Construct, IamRole, IamRolePolicy

if TYPE_CHECKING:
    from policies.naming import Place


class TriageRole(Construct):
    """The role of one account. It reads what an investigation needs, and only the hub's function assumes it.

    Parameters
    ----------
    place
        The account, in any of its regions.
    hub
        The hub's account and region.
    """

    def __init__(self, scope: Construct, construct_id: str, *, place: Place, hub: Place) -> None:
        super().__init__(scope, construct_id)
        role = IamRole(
            self,
            "role",
            name=naming.TRIAGE_ROLE,
            description="Lets purge-guard's alert function find out more about a call",
            assume_role_policy=document(triage_trust(hub)),
        )
        IamRolePolicy(
            self,
            "role-policy",
            name="triage",
            role=role.name,
            policy=document(*triage_permissions(place)),
        )
