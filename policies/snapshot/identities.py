"""Users and roles, with the policies that say what they may: ``ACCOUNT/iam.json``.

The file is what ``aws iam get-account-authorization-details`` puts out: one document, or its pages one after
the other, or a list of them.
See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.evaluation.policy import PolicyKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from policies.evaluation.document import PolicyDocument
    from policies.evaluation.policy import Policy
    from policies.snapshot.documents import Documents
    from policies.snapshot.files import Node

_ACCOUNT_FIELD = 4
_ONE_PAGE = "this is one page of several: add the next one"


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user.

    Parameters
    ----------
    arn, id
        Its ARN with its path, and its unique id, ``AIDA…``; None where that is not told.
    tags
        All its tags.
    groups
        The names of its groups.
    identity
        The policies that are attached to it and to its groups. A managed one is called by its ARN, an inline
        one by its name, and one of a group by its name and the group's.
    boundary
        Its permissions boundary.
    """

    arn: str
    id: str | None
    tags: Mapping[str, str]
    groups: tuple[str, ...]
    identity: tuple[Policy, ...]
    boundary: Policy | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role.

    Parameters
    ----------
    arn, id
        Its ARN with its path, and its unique id, ``AROA…``; None where that is not told.
    tags
        All its tags. A session may have more.
    identity, boundary
        Its policies, named as those of a user.
    trust
        Who may assume it; None where that is not told.
    """

    arn: str
    id: str | None
    tags: Mapping[str, str]
    identity: tuple[Policy, ...]
    boundary: Policy | None
    trust: PolicyDocument | None


@dataclass(frozen=True, slots=True)
class Identities:
    """The users and roles of an account."""

    users: tuple[User, ...]
    roles: tuple[Role, ...]


def read_identities(pages: Sequence[Node], account_id: str, documents: Documents) -> Identities:
    """Return the users and roles that IAM's authorization details list.

    Parameters
    ----------
    pages
        What the file consists of: pages, one at least, or a list of them.
    account_id
        The account that it is of.
    documents
        What was read so far.

    Raises
    ------
    SnapshotError
        The file is something else, lacks its last page, or is of another account; or a policy in it is
        malformed or attached without being there.
    """
    if isinstance(pages[0].value, list) and pages[0].value:
        pages = tuple(pages[0].items())
    _refuse_unfinished(pages[-1])
    reader = _Reader(pages, account_id, documents)
    return Identities(
        users=tuple(reader.user(node) for node in _listed(pages, "UserDetailList")),
        roles=tuple(reader.role(node) for node in _listed(pages, "RoleDetailList")),
    )


def _refuse_unfinished(last_page: Node) -> None:
    truncated = last_page.get("IsTruncated")
    if truncated is not None and truncated.value is not False:
        raise truncated.error(_ONE_PAGE)
    # The AWS CLI's own way to say so, after --max-items.
    token = last_page.get("NextToken")
    if token is not None and not token.is_null:
        raise token.error(_ONE_PAGE)


def _listed(pages: Sequence[Node], key: str) -> Iterator[Node]:
    """Yield what all pages list."""
    for page in pages:
        yield from page[key].items()


class _Reader:
    def __init__(self, pages: Sequence[Node], account_id: str, documents: Documents) -> None:
        self._account_id = account_id
        self._documents = documents
        self._arns: set[str] = set()
        self._managed = _by_name(_listed(pages, "Policies"), "Arn")
        self._groups = {
            name: tuple(self._attached(group, "GroupPolicyList", name))
            for name, group in _by_name(_listed(pages, "GroupDetailList"), "GroupName").items()
        }

    def user(self, node: Node) -> User:
        memberships = tuple(node.items_of("GroupList"))
        policies = list(self._attached(node, "UserPolicyList"))
        for membership in memberships:
            if membership.text() not in self._groups:
                raise membership.error("GroupDetailList has no such group")
            policies += self._groups[membership.text()]
        return User(
            arn=self._arn(node),
            id=_text(node, "UserId"),
            tags=_tags(node),
            groups=tuple(membership.text() for membership in memberships),
            identity=_distinct(policies),
            boundary=self._boundary(node),
        )

    def role(self, node: Node) -> Role:
        trust = node.get("AssumeRolePolicyDocument")
        return Role(
            arn=self._arn(node),
            id=_text(node, "RoleId"),
            tags=_tags(node),
            identity=_distinct(self._attached(node, "RolePolicyList")),
            boundary=self._boundary(node),
            trust=None if trust is None else self._documents.read(trust),
        )

    def _arn(self, node: Node) -> str:
        arn = node["Arn"]
        fields = arn.text().split(":")
        if len(fields) <= _ACCOUNT_FIELD or fields[_ACCOUNT_FIELD] != self._account_id:
            raise arn.error(f"this is no ARN of the account {self._account_id}")
        if arn.text() in self._arns:
            raise arn.error("this ARN is repeated")
        self._arns.add(arn.text())
        return arn.text()

    def _attached(self, node: Node, inline: str, group: str | None = None) -> Iterator[Policy]:
        """Yield the policies that are attached to a user, a group or a role itself."""
        for policy in node.items_of(inline):
            name = policy["PolicyName"].text()
            called = f"{name} of the group {group}" if group else name
            yield self._documents.policy(PolicyKind.IDENTITY, called, policy["PolicyDocument"])
        for attached in node.items_of("AttachedManagedPolicies"):
            yield self._managed_policy(PolicyKind.IDENTITY, attached["PolicyArn"])

    def _boundary(self, node: Node) -> Policy | None:
        boundary = node.get("PermissionsBoundary")
        if boundary is None or boundary.is_null:
            return None
        return self._managed_policy(PolicyKind.BOUNDARY, boundary["PermissionsBoundaryArn"])

    def _managed_policy(self, kind: PolicyKind, arn: Node) -> Policy:
        policy = self._managed.get(arn.text())
        if policy is None:
            raise arn.error("Policies does not have this policy, so nobody can say what it allows: add it")
        return self._documents.policy(kind, arn.text(), _default_version(policy)["Document"])


def _text(node: Node, key: str) -> str | None:
    """Return a text that decides little enough to be left out."""
    member = node.get(key)
    return None if member is None else member.text()


def _by_name(listed: Iterable[Node], key: str) -> dict[str, Node]:
    """Return what is listed by its name. Of two with one name, nobody could say which one counts."""
    named: dict[str, Node] = {}
    for node in listed:
        if node[key].text() in named:
            raise node[key].error("this is repeated")
        named[node[key].text()] = node
    return named


def _default_version(policy: Node) -> Node:
    """Return the only version of a managed policy that counts."""
    versions = policy["PolicyVersionList"]
    default = [version for version in versions.items() if version["IsDefaultVersion"].value is True]
    if len(default) != 1:
        raise versions.error("exactly one version has to be the default version")
    return default[0]


def _tags(node: Node) -> Mapping[str, str]:
    tags: dict[str, str] = {}
    for tag in node.items_of("Tags"):
        value = tag["Value"].value
        if not isinstance(value, str):
            raise tag["Value"].error("write text")
        tags[tag["Key"].text()] = value
    return tags


def _distinct(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Return policies without those that several groups, or a group and its member, both have."""
    return tuple({id(policy): policy for policy in policies}.values())
