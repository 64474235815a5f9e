"""The ``Principal`` and ``NotPrincipal`` elements: whom the policy of a resource is about.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from policies.evaluation.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.evaluation.principal import Principal

_ACCOUNT = re.compile(r"(?:arn:[^:]+:iam::)?(\d{12})(?::root)?")
_ROOT = ":root"
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


class Naming(IntEnum):
    """How a policy names a principal, which decides what else limits what it is granted."""

    NOT = 0
    """Not at all."""
    ACCOUNT = 1
    """Its account: "both delegate permissions to the account", where another policy has to grant."""
    ENTITY = 2
    """The role of a session, or the user behind a federated one: boundary and session policy limit it."""
    DIRECTLY = 3
    """A user, a session, a service or everybody: no implicit deny of another policy of it limits it."""


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """Whom a statement names.

    Parameters
    ----------
    everyone
        Whether it says ``*``: by itself or for ``AWS``, which mean the same.
    accounts
        Account numbers, whether written so or as ``arn:aws:iam::111122223333:root``.
    names
        ARNs of users, roles and sessions, names of services and identity providers. The unique id that a
        deleted user or role leaves (``AIDA…``, ``AROA…``) is among them and is nobody's name.
    """

    everyone: bool
    accounts: frozenset[str]
    names: frozenset[str]

    def naming(self, principal: Principal) -> Naming:
        """Return how it names a principal for certain; see :meth:`session_names` for what is uncertain."""
        if self.everyone or not self.names.isdisjoint(principal.direct_names):
            return Naming.DIRECTLY
        if not self.names.isdisjoint(principal.entity_names):
            return Naming.ENTITY
        if principal.account is not None and principal.account.id in self.accounts:
            return Naming.ACCOUNT
        return Naming.NOT

    def excepts(self, principal: Principal) -> bool:
        """Return whether it takes out a principal for certain, as ``NotPrincipal``.

        AWS asks for the account, the role and then the session, each by its own name, so that a role does not
        stand for its sessions, nor an account for its users: with the ARNs of a user and of its account, "all
        principals *except* the user" are meant, and of a role "you must list the role session name".

        See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html and
        https://repost.aws/knowledge-center/explicit-deny-principle-elements-s3
        """
        naming = self.naming(principal)
        return naming is Naming.DIRECTLY or (naming is Naming.ACCOUNT and principal.name.endswith(_ROOT))

    def session_names(self, principal: Principal) -> tuple[str, ...]:
        """Return the sessions that it names, of a role whose session's name is not known."""
        prefix = principal.session_prefix
        if prefix is None:
            return ()
        return tuple(sorted(name[len(prefix) :] for name in self.names if name.startswith(prefix)))


def read_principal_element(value: str | Mapping[str, tuple[str, ...]], place: str) -> PrincipalElement:
    """Return a ``Principal`` or ``NotPrincipal`` element.

    Parameters
    ----------
    value
        ``*``, or names by kind: ``AWS``, ``Service``, ``Federated``, ``CanonicalUser``.
    place
        Its JSON path, for errors.

    Raises
    ------
    PolicyError
        It is text other than ``*``, or has a kind that AWS does not.

    Examples
    --------
    >>> read_principal_element({"AWS": ("arn:aws:iam::111122223333:root",)}, "Principal").accounts
    frozenset({'111122223333'})
    """
    if isinstance(value, str):
        if value != "*":
            raise PolicyError(f'{place}: write "*" or an object such as {{"AWS": "111122223333"}}')
        return PrincipalElement(everyone=True, accounts=frozenset(), names=frozenset())
    for kind in value:
        if kind not in _KINDS:
            raise PolicyError(f"{place}.{kind}: the kinds of principals are {', '.join(_KINDS)}")
    aws = value.get("AWS", ())
    accounts = {name: found[1] for name in aws if (found := _ACCOUNT.fullmatch(name))}
    names = {name for names in value.values() for name in names if name not in accounts}
    return PrincipalElement(
        everyone="*" in aws, accounts=frozenset(accounts.values()), names=frozenset(names)
    )
