"""Whom a denial spares, as conditions.

Every condition of a statement has to hold for it to apply, so each of these exempts one kind of principal
more from the same denial. Two different reasons to deny are two statements.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Conditions = Mapping[str, Mapping[str, str | tuple[str, ...]]]


_OTHER_THAN = "ArnNotLike"
_PRINCIPAL = "aws:PrincipalArn"


def unless(principals: tuple[str, ...]) -> Conditions:
    """Return the condition that whoever asks is none of some principals.

    For the session of a role `aws:PrincipalArn` is the ARN of the role. A request without the key meets the
    condition, so the denial holds for it.

    Parameters
    ----------
    principals
        At least one ARN. They become one list, sorted: of two keys of one name in JSON, one would be lost.
    """
    return {_OTHER_THAN: {_PRINCIPAL: tuple(sorted(set(principals)))}}


def spared_by(conditions: Conditions) -> tuple[str, ...]:
    """Return the principals that `unless` put into some conditions.

    Examples
    --------
    >>> spared_by({**unless(("arn:aws:iam::111122223333:role/drainer",)), **NO_ROOT_TASK})
    ('arn:aws:iam::111122223333:role/drainer',)
    """
    return tuple(conditions.get(_OTHER_THAN, {}).get(_PRINCIPAL, ()))


def sparing(principals: tuple[str, ...], conditions: Conditions) -> Conditions:
    """Return conditions with some principals, perhaps none, in place of those whom they spare."""
    others = {operator: keys for operator, keys in conditions.items() if operator != _OTHER_THAN}
    return {**unless(principals), **others} if principals else others


NO_ROOT_TASK: Conditions = MappingProxyType({"Null": {"aws:AssumedRoot": "true"}})
"""The condition that whoever asks is no root session made by `sts:AssumeRoot`: such a session can do nothing
but its one task, which may be to unlock the policy of a queue or bucket that has locked everybody out."""
