"""Denials parted by the account of whoever asks, for lists of exempt roles that no policy has room for.

A list of exempt roles cannot be cut in two: a request is denied where any statement denies it, so each half
would deny those whom only the other exempts. What can be parted is who asks. A principal is of one account,
so a denial about some accounts need only spare the roles of those, and one more is about all other accounts.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from policies.prevention.conditions import spared_by, sparing
from policies.prevention.scope import ANY_ACCOUNT

if TYPE_CHECKING:
    from policies.document import Statement

ACCOUNT = "aws:PrincipalAccount"


def parted_by_account(statement: Statement) -> tuple[Statement, ...]:
    """Return denials that together deny what one does, each sparing fewer roles.

    Accounts whose exempt roles have the same names share a denial, in which each name stands once, for any
    account. The last denial is about all accounts that have none, and about requests that name no account:
    those lack the principal's ARN too, so that nothing spares them.

    Parameters
    ----------
    statement
        A denial that spares roles by their ARNs. One that spares those of a single account stays whole.

    Examples
    --------
    >>> from policies.document import Statement
    >>> from policies.prevention.conditions import unless
    >>> roles = ("arn:aws:iam::111122223333:role/ci", "arn:aws:iam::222233334444:role/ci")
    >>> whole = Statement("Deny", ("sqs:PurgeQueue",), ("*",), effect="Deny", conditions=unless(roles))
    >>> for part in parted_by_account(whole):
    ...     print(part.conditions)
    {'ArnNotLike': {'aws:PrincipalArn': ('arn:aws:iam::*:role/ci',)}}
    {'StringNotEquals': {'aws:PrincipalAccount': ('111122223333', '222233334444')}}
    """
    spared = spared_by(statement.conditions or {})
    everywhere = {arn for arn in spared if _account(arn) == ANY_ACCOUNT}
    by_account: defaultdict[str, set[str]] = defaultdict(set)
    for arn in spared:
        if (role := _of_any_account(arn)) not in everywhere:
            by_account[_account(arn)].add(role)
    if len(by_account) <= 1:
        return (statement,)
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for account, roles in sorted(by_account.items()):
        alike[tuple(sorted(roles | everywhere))].append(account)
    # Where all accounts have the same names, who has one elsewhere is denied by the last one alone.
    listed = [("StringEquals" if len(alike) > 1 else "", *group) for group in alike.items()]
    listed.append(("StringNotEquals", tuple(everywhere), sorted(by_account)))
    return tuple(_about(statement, *each) for each in listed)


def _about(statement: Statement, operator: str, spared: tuple[str, ...], accounts: list[str]) -> Statement:
    """Return a denial that spares other roles, about some accounts or, without an operator, about all."""
    conditions = dict(sparing(spared, statement.conditions or {}))
    if operator:
        conditions[operator] = {**conditions.get(operator, {}), ACCOUNT: tuple(accounts)}
    return replace(statement, conditions=conditions)


def _account(arn: str) -> str:
    return arn.split(":")[4]


def _of_any_account(arn: str) -> str:
    """Return the ARN of the roles of one name in all accounts."""
    return arn.replace(f":{_account(arn)}:", f":{ANY_ACCOUNT}:", 1)
