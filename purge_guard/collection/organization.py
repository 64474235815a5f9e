"""The organization: its tree and its policies, read from AWS with calls that change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from purge_guard.account_sessions import AccessError, CallError, client_of, reason
from purge_guard.collection.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory import Inventory
    from purge_guard.account_sessions import AccountSessions

Json = dict[str, Any]

_POLICY_TYPES = {
    "service_control_policies": "SERVICE_CONTROL_POLICY",
    "resource_control_policies": "RESOURCE_CONTROL_POLICY",
}


def read_organization(sessions: AccountSessions, inventory: Inventory) -> Json | Unread | None:
    """Return the organization as the current credentials see it, or else as the management account does.

    Parameters
    ----------
    sessions
        How accounts are reached.
    inventory
        Names the management account.
    """
    region = inventory.hub.region
    try:
        return collect_organization(client_of(sessions.current(), "organizations", region))
    except (*CallError, AccessError) as error:
        why = reason(error)
    if sessions.role_name is None or inventory.organization is None:
        return Unread("the organization", why)
    try:
        session = sessions.session(inventory.organization.management_account)
        return collect_organization(client_of(session, "organizations", region))
    except AccessError as error:
        return Unread("the organization", f"{why}; {error}")
    except CallError as error:
        return Unread("the organization", reason(error))


def collect_organization(client: Any) -> Json | None:  # noqa: ANN401 - no stubs of this service are installed
    """Return the organization, as `policies.snapshot.organization` describes it; None where there is none.

    Parameters
    ----------
    client
        A client of AWS Organizations, in the management account or that of a delegated administrator.
    """
    try:
        organization = client.describe_organization()["Organization"]
    except client.exceptions.AWSOrganizationsNotInUseException:
        return None
    (root,) = _all(client, "list_roots", "Roots")
    used = {kind["Type"] for kind in root["PolicyTypes"] if kind["Status"] == "ENABLED"}
    return {
        "id": organization["Id"],
        "management_account": organization["MasterAccountId"],
        "root": _unit(client, root),
        **{name: _policies(client, kind) if kind in used else None for name, kind in _POLICY_TYPES.items()},
    }


def _unit(client: Any, unit: Json) -> Json:  # noqa: ANN401 - no stubs of this service are installed
    """Return a root or unit with what is below it."""
    accounts = _all(client, "list_accounts_for_parent", "Accounts", ParentId=unit["Id"])
    units = _all(client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit["Id"])
    named = ({"id": account["Id"], "name": account["Name"]} for account in accounts)
    return {
        "id": unit["Id"],
        "name": unit["Name"],
        "accounts": sorted(named, key=lambda account: account["id"]),
        "units": sorted((_unit(client, each) for each in units), key=lambda each: str(each["id"])),
    }


def _policies(client: Any, kind: str) -> list[Json]:  # noqa: ANN401 - no stubs of this service are installed
    policies = []
    for summary in _all(client, "list_policies", "Policies", Filter=kind):
        policy_id = summary["Id"]
        targets = _all(client, "list_targets_for_policy", "Targets", PolicyId=policy_id)
        policies.append(
            {
                "id": policy_id,
                "name": summary["Name"],
                "document": client.describe_policy(PolicyId=policy_id)["Policy"]["Content"],
                "targets": sorted(target["TargetId"] for target in targets),
            }
        )
    return sorted(policies, key=lambda policy: policy["id"])


def _all(client: Any, operation: str, name: str, **parameters: str) -> Iterator[Json]:  # noqa: ANN401 - as above
    for page in client.get_paginator(operation).paginate(**parameters):
        yield from page[name]
