"""The organization: its tree, and which policies limit each account in it: ``organization.json``.

AWS has no single call for it, so the shape is ours, and the ids, documents and targets in it are AWS's:

.. code-block:: json

    {"id": "o-exampleorgid",
     "management_account": "999988887777",
     "root": {"id": "r-ab12", "name": "Root",
              "accounts": [{"id": "999988887777", "name": "management"}],
              "units": [{"id": "ou-ab12-11111111", "name": "Workloads",
                         "accounts": [{"id": "111122223333", "name": "production"}],
                         "units": []}]},
     "service_control_policies": [
         {"id": "p-FullAWSAccess", "name": "FullAWSAccess", "document": "{…}", "targets": ["r-ab12", "…"]}],
     "resource_control_policies": null}

``null`` for the policies of a kind says that the organization does not use the kind; ``null`` for the whole
file, that the accounts are in no organization.
See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_inheritance_auth.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.detection.queue import is_account_id
from policies.evaluation.account import Account, Organization
from policies.evaluation.policy import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.evaluation.policy import Policy
    from policies.snapshot.documents import Documents
    from policies.snapshot.files import Node

    Attached = Mapping[str, tuple[Policy, ...]]

_KINDS = {PolicyKind.SCP: "service_control_policies", PolicyKind.RCP: "resource_control_policies"}


@dataclass(frozen=True, slots=True)
class OrganizationTree:
    """An organization and its accounts.

    Parameters
    ----------
    organization
        Its id and its management account.
    accounts
        All its accounts by their ids, each with its place and with the policies of every level above it.
    """

    organization: Organization
    accounts: Mapping[str, Account]


def read_organization(file: Node, documents: Documents) -> OrganizationTree | None:
    """Return the organization, or None where the accounts are in none.

    Parameters
    ----------
    file
        The content of the file.
    documents
        What was read so far.

    Raises
    ------
    SnapshotError
        The file has another shape; an account or unit is in two places; a policy is malformed, or attached to
        what is not in the tree.
    """
    if file.is_null:
        return None
    organization = Organization(file["id"].text(), _account_id(file["management_account"]))
    walk = _Walk(organization, *(_attached(file[key], kind, documents) for kind, key in _KINDS.items()))
    walk.enter(file["root"], f"{organization.id}/", (), ())
    if organization.management_account not in walk.accounts:
        raise file["management_account"].error("the tree does not have this account")
    for key in _KINDS.values():
        _refuse_unknown_targets(file[key], walk.ids)
    return OrganizationTree(organization, walk.accounts)


class _Walk:
    """The way through the tree: what was found on it."""

    def __init__(self, organization: Organization, scps: Attached | None, rcps: Attached | None) -> None:
        self._organization = organization
        self._scps = scps
        self._rcps = rcps
        self.ids: set[str] = set()
        self.accounts: dict[str, Account] = {}

    def enter(self, unit: Node, above: str, scps: Levels, rcps: Levels) -> None:
        """Take a root or unit, what is in it, and what is below it."""
        unit_id = unit["id"].text()
        self._enlist(unit["id"])
        path = f"{above}{unit_id}/"
        scps, rcps = _below(self._scps, scps, unit_id), _below(self._rcps, rcps, unit_id)
        for node in unit["accounts"].items():
            account_id = _account_id(node["id"])
            self._enlist(node["id"])
            self.accounts[account_id] = Account(
                account_id,
                self._organization,
                path,
                _below(self._scps, scps, account_id),
                _below(self._rcps, rcps, account_id),
            )
        for inner in unit["units"].items():
            self.enter(inner, path, scps, rcps)

    def _enlist(self, node: Node) -> None:
        if node.text() in self.ids:
            raise node.error("this stands in the tree twice")
        self.ids.add(node.text())


Levels = tuple[tuple["Policy", ...], ...]
"""The policies of each level, from the root down."""


def _below(attached: Attached | None, above: Levels, target: str) -> Levels:
    """Return the levels down to a target; none at all where the organization does not use the kind."""
    return () if attached is None else (*above, attached.get(target, ()))


def _attached(policies: Node, kind: PolicyKind, documents: Documents) -> Attached | None:
    """Return the policies of a kind by what they are attached to, or None where the kind is not used."""
    if policies.is_null:
        return None
    attached: dict[str, tuple[Policy, ...]] = {}
    for node in policies.items():
        policy = documents.policy(kind, node["name"].text(), node["document"])
        for target in node["targets"].items():
            attached[target.text()] = (*attached.get(target.text(), ()), policy)
    return attached


def _refuse_unknown_targets(policies: Node, ids: set[str]) -> None:
    for target in _targets(policies):
        if target.text() not in ids:
            raise target.error("the tree does not have this root, unit or account")


def _targets(policies: Node) -> Iterator[Node]:
    if not policies.is_null:
        for policy in policies.items():
            yield from policy["targets"].items()


def _account_id(node: Node) -> str:
    if not is_account_id(node.value):
        raise node.error("write the twelve digits of an account as text")
    return node.text()
