"""Whom the policy of a queue lets in, beside the queue's own account.

A judgement for a person in a hurry, not an evaluation: what it is not sure of it calls conditional. Whether
somebody can purge is the question of `purge-guard who-can`.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from policies.detection.fields import object_in, text_in
from policies.detection.queue import is_account_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.estate import Estate


class Access(IntEnum):
    """Who can get in, from the fewest to the most."""

    ACCOUNT = 0
    ORGANIZATION = 1
    CONDITIONAL = 2
    OUTSIDERS = 3
    PUBLIC = 4


@dataclass(frozen=True, slots=True)
class Opening:
    """The widest that a policy opens a queue.

    Parameters
    ----------
    access
        To whom.
    actions
        For what, as the policy spells it.
    """

    access: Access
    actions: tuple[str, ...] = ()


CLOSED = Opening(Access.ACCOUNT)

_ORGANIZATION_KEYS = ("aws:principalorgid", "aws:sourceorgid")
_ACCOUNT_KEYS = ("aws:principalaccount", "aws:sourceaccount", "aws:sourceowner")
_ARN_KEYS = ("aws:principalarn", "aws:sourcearn")

# These hold only where the request has the key and it is one of the values.
_LIMITING_OPERATORS = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")

_ARN_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(?P<account>[^:]*):")

# The id of a user or role that was deleted: nobody has it any more.
_DELETED_PRINCIPAL = re.compile(r"(AIDA|AROA)[A-Z0-9]+")


def opening_of(policy: object, account: str, estate: Estate) -> Opening:
    """Return the widest that a policy opens a queue.

    Parameters
    ----------
    policy
        The policy, as parsed from JSON.
    account
        The account of the queue.
    estate
        Which accounts are ours.

    Examples
    --------
    >>> from policies.detection.estate import Estate
    >>> everybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    >>> opening_of({"Statement": everybody}, "111122223333", Estate())
    Opening(access=<Access.PUBLIC: 4>, actions=('sqs:SendMessage',))
    """
    statements = [item for item in _list(_fields(policy).get("Statement")) if isinstance(item, dict)]
    openings = [_of_statement(item, account, estate) for item in statements if item.get("Effect") == "Allow"]
    widest = max((opening.access for opening in openings), default=Access.ACCOUNT)
    actions = [action for opening in openings if opening.access == widest for action in opening.actions]
    if widest > Access.CONDITIONAL and any(map(_may_narrow, statements)):
        widest = Access.CONDITIONAL
    return CLOSED if widest is Access.ACCOUNT else Opening(widest, tuple(dict.fromkeys(actions)))


def _of_statement(statement: dict[str, object], account: str, estate: Estate) -> Opening:
    named = [*_principals(statement)]
    access = max((_of_principal(*principal, account, estate) for principal in named), default=Access.PUBLIC)
    conditions = [
        _of_condition(operator, key, values, account, estate)
        for operator, keys in object_in(statement, "Condition").items()
        for key, values in _fields(keys).items()
    ]
    # All conditions have to hold, so the narrowest counts.
    access = min([access, *conditions])
    actions = [
        *_list(statement.get("Action")),
        *(f"all but {name}" for name in _list(statement.get("NotAction"))),
    ]
    return Opening(access, tuple(map(str, actions)))


def _principals(statement: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the principals by kind. Of whom a statement excepts by NotPrincipal, nobody is named."""
    principal = statement.get("Principal")
    if principal == "*":
        yield "AWS", "*"
    for kind, names in _fields(principal).items():
        for name in _list(names):
            yield kind, str(name)


def _of_principal(kind: str, name: str, account: str, estate: Estate) -> Access:
    if kind != "AWS":
        # A service acts for whoever asks it to; an identity provider vouches for its own users.
        return Access.CONDITIONAL
    if name == "*":
        return Access.PUBLIC
    if _DELETED_PRINCIPAL.fullmatch(name):
        return Access.ACCOUNT
    return _of_account(_account_in(name), account, estate)


def _of_condition(operator: str, key: str, values: object, account: str, estate: Estate) -> Access:
    """Return whom a condition lets in at most."""
    wanted, key = [str(value) for value in _list(values)], key.lower()
    if operator.lower() not in _LIMITING_OPERATORS or not wanted:
        return Access.CONDITIONAL
    if key in _ORGANIZATION_KEYS:
        return max(_of_organization(value, estate) for value in wanted)
    if key in _ACCOUNT_KEYS:
        return max(_of_account(value, account, estate) for value in wanted)
    if key in _ARN_KEYS:
        return max(_of_account(_account_in(value), account, estate) for value in wanted)
    return Access.CONDITIONAL


def _of_organization(value: str, estate: Estate) -> Access:
    if "*" in value or "?" in value or not estate.organization_id:
        return Access.CONDITIONAL
    return Access.ORGANIZATION if value == estate.organization_id else Access.OUTSIDERS


def _of_account(named: str, account: str, estate: Estate) -> Access:
    if not is_account_id(named):
        return Access.CONDITIONAL
    if named == account:
        return Access.ACCOUNT
    return Access.ORGANIZATION if estate.knows(named) else Access.OUTSIDERS


def _account_in(name: str) -> str:
    """Return the account in an ARN, or the name where it is none. Buckets have no account in their ARNs."""
    found = _ARN_ACCOUNT.match(name)
    return found["account"] if found else name


def _may_narrow(statement: dict[str, object]) -> bool:
    """Return whether a statement may take back what another allows. One that asks for TLS does not."""
    if statement.get("Effect") != "Deny":
        return False
    tests = object_in(statement, "Condition")
    return (
        text_in(
            {key.lower(): value for key, value in object_in(tests, "Bool").items()}, "aws:securetransport"
        )
        is None
    )


def _fields(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    """Return what a policy may write as one or as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
