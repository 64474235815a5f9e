"""Whoever a queue's policy lets in besides the principals that a snapshot lists.

A purge can be granted across accounts, to AWS services and to anyone at all. Of an account that was not
collected it is not known whom it lets use such a grant, so it is taken to let everybody: the grant is ours to
take back, their policies are not ours to rely on.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies.detection.queue import is_account_id
from policies.evaluation.account import Account
from policies.evaluation.context import Like, Unknown
from policies.evaluation.document import read_document
from policies.evaluation.policy import Policy, PolicyKind
from policies.evaluation.principal import Principal, PrincipalKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policies.evaluation.conditions import Condition
    from policies.evaluation.context import ContextValue
    from policies.evaluation.principal_element import PrincipalElement
    from policies.evaluation.resource import Resource
    from policies.evaluation.statement import Statement
    from policies.snapshot.snapshot import Snapshot

EVERYBODY_ELSE = "*"
"""What whoever has no name in the snapshot is called."""

_OF_THE_ORGANIZATION = ("aws:principalorgid", "aws:principalorgpaths")
_ITS_OWN_ORGANIZATION = "${aws:resourceorgid}"
_ANOTHER_ORGANIZATION = "o-another"
_ARN_FIELDS = 6

_WHATEVER_ITS_ACCOUNT_ALLOWS = Policy(
    PolicyKind.IDENTITY,
    "the policies of its own account",
    read_document({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}),
)


def outsiders_of(
    snapshot: Snapshot, insiders: Iterable[Principal], queues: Iterable[Resource], action: str
) -> tuple[Principal, ...]:
    """Return whoever a policy of a queue allows an action and the snapshot does not list.

    The unique id that a deleted user or role leaves in a policy (``AIDA…``, ``AROA…``) is nobody.

    Parameters
    ----------
    snapshot
        The snapshot.
    insiders
        Its principals.
    queues
        The queues that are asked about.
    action
        Such as ``sqs:PurgeQueue``.

    Returns
    -------
    tuple of Principal
        Everybody else (``*``) first, then the others by name.
    """
    queues = tuple(queues)
    elements = [
        statement
        for queue in queues
        if queue.policy is not None
        for statement in queue.policy.document.allows
        if statement.covers_action(action.lower())
    ]
    acquaintances = _Acquaintances.of(snapshot, insiders, queues)
    names = {name for each in elements if each.principals is not None for name in _names(each.principals)}
    named = (acquaintances.outsider(name) for name in sorted(names))
    everybody = (_everybody_else(),) if any(_admits_everybody(each) for each in elements) else ()
    return (*everybody, *(each for each in named if each is not None))


def _names(element: PrincipalElement) -> Iterator[str]:
    yield from element.names
    yield from element.accounts


def _admits_everybody(statement: Statement) -> bool:
    return statement.principals is None or statement.principals.everyone


def _everybody_else() -> Principal:
    """Return somebody of whom nothing is known: signed or not, a service or not, of any account."""
    return Principal(
        kind=PrincipalKind.ANONYMOUS, name=EVERYBODY_ELSE, account=None, direct_names=frozenset(), facts={}
    )


@dataclass(frozen=True, slots=True)
class _Acquaintances:
    """What is known of those whom a policy can name.

    Parameters
    ----------
    listed
        The names of the principals that the snapshot lists.
    sessions
        What the ARNs of the sessions of its roles begin with.
    collected
        The ids of the accounts that were collected.
    accounts
        The accounts of the organization by their ids.
    foreign
        What is known of the organization of an account that is not in ours.
    partition
        Of the queues, and so of whoever their policies let in.
    """

    listed: frozenset[str]
    sessions: frozenset[str]
    collected: frozenset[str]
    accounts: Mapping[str, Account]
    foreign: Mapping[str, ContextValue]
    partition: str

    @classmethod
    def of(
        cls, snapshot: Snapshot, insiders: Iterable[Principal], queues: tuple[Resource, ...]
    ) -> _Acquaintances:
        insiders = tuple(insiders)
        tree = snapshot.organization
        return cls(
            frozenset(each.name for each in insiders),
            frozenset(each.session_prefix for each in insiders if each.session_prefix),
            frozenset(each.account.id for each in snapshot.accounts),
            tree.accounts if tree else {},
            dict.fromkeys(_OF_THE_ORGANIZATION, _foreign_organization(snapshot, queues)),
            queues[0].arn.split(":")[1] if queues else "aws",
        )

    def outsider(self, name: str) -> Principal | None:
        """Return whom a policy names, or None for whom the snapshot lists and for nobody."""
        if is_account_id(name):
            return None if name in self.collected else self._account(name)
        fields = name.split(":", _ARN_FIELDS - 1)
        if len(fields) == _ARN_FIELDS and is_account_id(fields[4]):
            of_a_role = f"{name.rpartition('/')[0]}/" in self.sessions
            return None if name in self.listed or of_a_role else self._somebody(name, fields)
        return Principal.service(name) if "." in name else None

    def _account(self, account_id: str) -> Principal:
        root = Principal.root(self._known(account_id), partition=self.partition)
        return self._unlisted(root.name, account_id, frozenset())

    def _somebody(self, arn: str, fields: list[str]) -> Principal:
        account_id, resource = fields[4:]
        account, identity = self._known(account_id), self._identity(account_id)
        if resource.startswith("role/"):
            principal = Principal.role(arn, account, identity=identity)
        elif resource.startswith("user/"):
            principal = Principal.user(arn, account, identity=identity)
        else:
            return self._unlisted(arn, account_id, frozenset({arn}))
        return replace(principal, facts={**principal.facts, **self._organization(account_id)})

    def _unlisted(self, name: str, account_id: str, direct_names: frozenset[str]) -> Principal:
        """Return somebody of an account of whom no more is known."""
        account = self._known(account_id)
        facts: dict[str, ContextValue] = {
            **Principal.root(account).facts,
            # Of iam, or of sts for a federated user.
            "aws:principalarn": Like(f"arn:{self.partition}:???::{account_id}:*"),
            "aws:principaltype": Unknown.VALUE,
            "aws:userid": Unknown.VALUE,
            "aws:username": Unknown.ENTIRELY,
            "aws:assumedroot": Unknown.ENTIRELY,
            "aws:sourceidentity": Unknown.ENTIRELY,
            "aws:federatedprovider": Unknown.ENTIRELY,
            **self._organization(account_id),
        }
        return Principal(
            kind=PrincipalKind.ROLE,
            name=name,
            account=account,
            direct_names=direct_names,
            facts=facts,
            identity=self._identity(account_id),
        )

    def _known(self, account_id: str) -> Account:
        return self.accounts.get(account_id) or Account(account_id)

    def _identity(self, account_id: str) -> tuple[Policy, ...]:
        return () if account_id in self.collected else (_WHATEVER_ITS_ACCOUNT_ALLOWS,)

    def _organization(self, account_id: str) -> Mapping[str, ContextValue]:
        return {} if account_id in self.accounts else self.foreign


def _foreign_organization(snapshot: Snapshot, queues: tuple[Resource, ...]) -> ContextValue:
    """Return the organization of an account that is not in ours, as far as it matters.

    Where no policy tells another organization from none, it is as good as none, and a denial of outsiders is
    certain. Otherwise it is unknown.
    """
    ours = snapshot.organization.organization.id if snapshot.organization else ""
    alike = all(_takes_others_alike(condition, ours) for condition in _on_organizations(queues))
    return None if alike else Unknown.ENTIRELY


def _on_organizations(queues: tuple[Resource, ...]) -> Iterator[Condition]:
    """Yield the conditions on an outsider's organization in the policies that bind outsiders."""
    accounts = {queue.account.id: queue.account for queue in queues}.values()
    limits = (policy for account in accounts for level in account.rcps for policy in level)
    own = (queue.policy for queue in queues if queue.policy is not None)
    for document in {id(policy.document): policy.document for policy in (*limits, *own)}.values():
        for statement in document.statements:
            for condition in statement.conditions:
                if not set(_OF_THE_ORGANIZATION).isdisjoint(condition.keys):
                    yield condition


def _takes_others_alike(condition: Condition, ours: str) -> bool:
    """Return whether a condition, on organizations, knows only ours and takes any other for none."""
    named = (value.lower() for value in condition.values)
    if not all(value.partition("/")[0] in {ours, _ITS_OWN_ORGANIZATION} for value in named):
        return False
    none: dict[str, ContextValue] = {"aws:resourceorgid": ours, **dict.fromkeys(_OF_THE_ORGANIZATION)}
    another: dict[str, ContextValue] = none | {
        "aws:principalorgid": _ANOTHER_ORGANIZATION,
        "aws:principalorgpaths": (f"{_ANOTHER_ORGANIZATION}/r-ab12/",),
    }
    return condition.holds(none.get) == condition.holds(another.get)
