"""Who makes a request: its kind, its names and its policies.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from policies.evaluation.errors import RequestError
from policies.evaluation.principal_facts import (
    facts_of_anonymous,
    facts_of_assumed_root,
    facts_of_federated_user,
    facts_of_role,
    facts_of_root,
    facts_of_service,
    facts_of_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policies.evaluation.account import Account
    from policies.evaluation.policy import Policy
    from policies.evaluation.principal_facts import Facts

_SERVICE_LINKED_PATH = ":role/aws-service-role/"
_ARN_FIELDS = 6


class PrincipalKind(StrEnum):
    """What makes a request."""

    USER = "user"
    ROLE = "role"
    """A session of a role, however it came by it."""
    SERVICE_LINKED_ROLE = "service-linked role"
    """A session of a role that only its AWS service can assume: neither SCP nor RCP binds it."""
    FEDERATED_USER = "federated user"
    """A session that a user made with ``GetFederationToken``."""
    ROOT = "root"
    ASSUMED_ROOT = "assumed root"
    """A session that the management account made with ``sts:AssumeRoot``, limited by its task policy."""
    SERVICE = "service"
    """An AWS service on its own behalf, as ``sns.amazonaws.com``."""
    ANONYMOUS = "anonymous"
    """Nobody that AWS knows: the request is not signed."""


_ROOTS = frozenset({PrincipalKind.ROOT, PrincipalKind.ASSUMED_ROOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A principal. Make one with :meth:`user`, :meth:`role`, :meth:`root` and so on.

    Parameters
    ----------
    kind
        What it is.
    name
        What decisions call it: the ARN of the user, role or root; the name of the service; ``*`` for nobody.
    account
        The account it belongs to; None for a service and for nobody.
    direct_names
        The names that a resource's policy names it directly by.
    entity_names
        The names of the role or user behind it.
    session_prefix
        The ARN of a role's session without the name of the session, where that name is not known.
    identity, boundary, session
        Its policies. ``session`` is None where none was given, which is not the same as one that allows
        nothing.
    facts
        What follows from what it is: :mod:`policies.evaluation.principal_facts`.
    tags
        Its tags by name in lower case, all of them; None where they are not known.
    """

    kind: PrincipalKind
    name: str
    account: Account | None
    direct_names: frozenset[str]
    facts: Facts
    entity_names: frozenset[str] = frozenset()
    session_prefix: str | None = None
    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    tags: Mapping[str, str] | None = None
    policies: tuple[Policy, ...] = field(init=False)
    """All its policies: of identity, boundary and session."""
    is_root: bool = field(init=False)
    """Whether it is a root user, which "has full access" in its account unless a policy says otherwise."""

    def __post_init__(self) -> None:
        boundary = () if self.boundary is None else (self.boundary,)
        object.__setattr__(self, "policies", (*self.identity, *boundary, *(self.session or ())))
        object.__setattr__(self, "is_root", self.kind in _ROOTS)

    @classmethod
    def user(
        cls,
        arn: str,
        account: Account,
        *,
        identity: tuple[Policy, ...] = (),
        boundary: Policy | None = None,
        user_id: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Return an IAM user.

        Parameters
        ----------
        arn
            ``arn:aws:iam::111122223333:user/PATH/NAME``.
        account
            Its account.
        identity
            Its own policies and those of its groups.
        boundary
            Its permissions boundary.
        user_id
            Its unique id, ``AIDA…``.
        tags
            All its tags.

        Raises
        ------
        RequestError
            It is no ARN of a user, or of another account.

        Examples
        --------
        >>> from policies.evaluation.account import Account
        >>> alice = Principal.user("arn:aws:iam::111122223333:user/ops/alice", Account("111122223333"))
        >>> alice.facts["aws:username"]
        'alice'
        """
        name = _entity_name(arn, account, "user/")
        return cls(
            kind=PrincipalKind.USER,
            name=arn,
            account=account,
            direct_names=frozenset({arn}),
            facts=facts_of_user(account, arn, name, user_id),
            identity=identity,
            boundary=boundary,
            tags=_lower(tags),
        )

    @classmethod
    def role(
        cls,
        arn: str,
        account: Account,
        *,
        session_name: str | None = None,
        identity: tuple[Policy, ...] = (),
        boundary: Policy | None = None,
        session: tuple[Policy, ...] | None = None,
        role_id: str | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Return a session of a role.

        Parameters
        ----------
        arn
            ``arn:aws:iam::111122223333:role/PATH/NAME``. A role under ``/aws-service-role/`` is linked to a
            service.
        account
            Its account.
        session_name
            The name of the session; None where it is not known.
        identity, boundary
            The policies of the role.
        session
            The session policies, if any were given.
        role_id
            The unique id of the role, ``AROA…``.
        tags
            All tags of the session: those of the role and those given with it.

        Raises
        ------
        RequestError
            It is no ARN of a role, or of another account.

        Examples
        --------
        >>> from policies.evaluation.account import Account
        >>> role = Principal.role("arn:aws:iam::111122223333:role/ops/App", Account("111122223333"))
        >>> role.session_prefix
        'arn:aws:sts::111122223333:assumed-role/App/'
        """
        name = _entity_name(arn, account, "role/")
        prefix = f"arn:{_partition(arn)}:sts::{account.id}:assumed-role/{name}/"
        linked = _SERVICE_LINKED_PATH in arn
        return cls(
            kind=PrincipalKind.SERVICE_LINKED_ROLE if linked else PrincipalKind.ROLE,
            name=arn,
            account=account,
            direct_names=frozenset({prefix + session_name} if session_name else ()),
            entity_names=frozenset({arn}),
            session_prefix=None if session_name else prefix,
            facts=facts_of_role(account, arn, role_id, session_name),
            identity=identity,
            boundary=boundary,
            session=session,
            tags=_lower(tags),
        )

    @classmethod
    def federated_user(
        cls,
        arn: str,
        user_arn: str,
        account: Account,
        *,
        identity: tuple[Policy, ...] = (),
        boundary: Policy | None = None,
        session: tuple[Policy, ...] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Return a session that a user made with ``GetFederationToken``.

        Without a session policy it can do only what the policy of a resource lets it do directly.

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html

        Parameters
        ----------
        arn
            ``arn:aws:sts::111122223333:federated-user/NAME``.
        user_arn
            The ARN of the user who made it.
        account
            Its account.
        identity, boundary
            The policies of that user.
        session
            The session policies, if any were given.
        tags
            All tags of the session.

        Raises
        ------
        RequestError
            An ARN is not of its kind, or of another account.
        """
        name = _entity_name(arn, account, "federated-user/")
        _entity_name(user_arn, account, "user/")
        return cls(
            kind=PrincipalKind.FEDERATED_USER,
            name=arn,
            account=account,
            direct_names=frozenset({arn}),
            entity_names=frozenset({user_arn}),
            facts=facts_of_federated_user(account, arn, name),
            identity=identity,
            boundary=boundary,
            session=session,
            tags=_lower(tags),
        )

    @classmethod
    def root(cls, account: Account, *, partition: str = "aws") -> Principal:
        """Return the root user of an account.

        Parameters
        ----------
        account
            The account.
        partition
            The second field of its ARN.
        """
        return cls._root(account, PrincipalKind.ROOT, partition, None, facts_of_root)

    @classmethod
    def assumed_root(
        cls, account: Account, session: tuple[Policy, ...], *, partition: str = "aws"
    ) -> Principal:
        """Return a privileged session of a member account's root user, made with ``sts:AssumeRoot``.

        See https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html

        Parameters
        ----------
        account
            The member account.
        session
            The task policy, which limits the session.
        partition
            The second field of its ARN.
        """
        return cls._root(account, PrincipalKind.ASSUMED_ROOT, partition, session, facts_of_assumed_root)

    @classmethod
    def _root(
        cls,
        account: Account,
        kind: PrincipalKind,
        partition: str,
        session: tuple[Policy, ...] | None,
        facts_of: Callable[[Account, str], Facts],
    ) -> Principal:
        arn = f"arn:{partition}:iam::{account.id}:root"
        return cls(
            kind=kind,
            name=arn,
            account=account,
            direct_names=frozenset({arn}),
            facts=facts_of(account, arn),
            session=session,
            tags={},
        )

    @classmethod
    def service(cls, name: str) -> Principal:
        """Return an AWS service that acts on its own behalf.

        Parameters
        ----------
        name
            Its service principal, such as ``sns.amazonaws.com``.
        """
        return cls(
            kind=PrincipalKind.SERVICE,
            name=name,
            account=None,
            direct_names=frozenset({name}),
            facts=facts_of_service(name),
            tags={},
        )

    @classmethod
    def anonymous(cls) -> Principal:
        """Return nobody that AWS knows: whoever sends a request without signing it."""
        return cls(
            kind=PrincipalKind.ANONYMOUS,
            name="*",
            account=None,
            direct_names=frozenset(),
            facts=facts_of_anonymous(),
            tags={},
        )


def _entity_name(arn: str, account: Account, kind: str) -> str:
    """Return the name at the end of an ARN such as ``arn:aws:iam::111122223333:role/ops/App``."""
    fields = arn.split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS or fields[0] != "arn" or not fields[-1].startswith(kind):
        raise RequestError(f"{arn!r} is no ARN of the form arn:aws:iam::{account.id}:{kind}NAME")
    if fields[4] != account.id:
        raise RequestError(f"{arn} belongs to another account than {account.id}")
    return fields[-1].rpartition("/")[2]


def _partition(arn: str) -> str:
    return arn.split(":", 2)[1]


def _lower(tags: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return tags as condition keys name them: "key names are case-insensitive"."""
    return None if tags is None else {name.lower(): value for name, value in tags.items()}
