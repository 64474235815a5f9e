"""The conditions of a statement: every operator, and what it says of a request that is partly unknown.

A condition holds (True), does not (False), or depends on what is not known of the request (None).

"If the key that you specify in a policy condition is not present in the request context, the values do not
match and the condition is false. If the policy condition requires that the key is not matched, such as
StringNotLike or ArnNotLike, and the right key is not present, the condition is true."

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from policies.evaluation.comparisons import (
    Builder,
    arn,
    bool_,
    ip_address,
    ordered,
    string,
    string_ignoring_case,
    string_like,
)
from policies.evaluation.context import ContextValue, Like, Lookup, Unknown
from policies.evaluation.errors import PolicyError
from policies.evaluation.patterns import variables_of
from policies.evaluation.values import boolean, instant, number, octets

_COMPARISONS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}

_BUILDERS: dict[str, tuple[Builder, bool]] = {
    "StringEquals": (string, False),
    "StringNotEquals": (string, True),
    "StringEqualsIgnoreCase": (string_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (string_ignoring_case, True),
    "StringLike": (string_like, False),
    "StringNotLike": (string_like, True),
    "ArnEquals": (arn, False),
    "ArnLike": (arn, False),
    "ArnNotEquals": (arn, True),
    "ArnNotLike": (arn, True),
    "Bool": (bool_, False),
    "BinaryEquals": (ordered(octets, operator.eq), False),
    "IpAddress": (ip_address, False),
    "NotIpAddress": (ip_address, True),
    "NumericNotEquals": (ordered(number, operator.eq), True),
    "DateNotEquals": (ordered(instant, operator.eq), True),
    **{f"Numeric{name}": (ordered(number, compare), False) for name, compare in _COMPARISONS.items()},
    **{f"Date{name}": (ordered(instant, compare), False) for name, compare in _COMPARISONS.items()},
}
"""How each operator compares, and whether it is negated."""

_BY_LOWER_CASE = {name.lower(): entry for name, entry in _BUILDERS.items()}
_NAME = re.compile(r"(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?")
_NULL = "null"

Test = Callable[[ContextValue, Lookup], bool | None]
"""Whether a condition holds for what is known of its key."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator with one key: ``{"StringEquals": {"aws:PrincipalOrgID": ["o-exampleorgid"]}}``.

    Parameters
    ----------
    operator, key
        As the policy has them.
    values
        The policy's values, of which one has to match (none, for a negated operator).
    keys
        The context keys it depends on, in lower case: its own and those of its policy variables.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    keys: tuple[str, ...] = field(compare=False, repr=False)
    _test: Test = field(compare=False, repr=False)

    def holds(self, lookup: Lookup) -> bool | None:
        """Return whether it holds for a request, or None where that depends on what is not known."""
        return self._test(lookup(self.keys[0]), lookup)


def read_condition(name: str, key: str, values: tuple[str, ...], place: str, *, variables: bool) -> Condition:
    """Return a condition, ready to be tested.

    Parameters
    ----------
    name
        The operator, in any case.
    key, values
        The context key and the values of the policy.
    place
        The JSON path of the key, for errors.
    variables
        Whether the policy's version has policy variables.

    Raises
    ------
    PolicyError
        There is no such operator, or a value is not of its type.

    Examples
    --------
    >>> condition = read_condition("StringLike", "aws:username", ("ali*",), "", variables=True)
    >>> condition.holds({"aws:username": "alice"}.get), condition.holds({}.get)
    (True, False)
    """
    parts = _NAME.fullmatch(name.lower())
    quantifier, base, if_exists = parts.groups() if parts else ("", "", None)
    if base == _NULL and not if_exists:
        return Condition(name, key, values, (key.lower(),), _null_test(values, place))
    if base not in _BY_LOWER_CASE:
        raise PolicyError(f"{place}: AWS has no condition operator {name}")
    builder, negated = _BY_LOWER_CASE[base]
    try:
        comparison = replace(builder(values, variables=variables), negated=negated)
    except ValueError as error:
        raise PolicyError(f"{place}: {error} is no value that {name} can compare with") from None
    if quantifier:
        test = partial(_all_values if quantifier == "forallvalues" else _any_value, comparison.holds)
    else:
        test = partial(_one_value, comparison.holds, if_absent=negated or bool(if_exists))
    used = (variable.key for pattern in comparison.open for variable in variables_of(pattern))
    return Condition(name, key, values, (key.lower(), *used), test)


Holds = Callable[[str | Like, Lookup], bool | None]


def _one_value(holds: Holds, value: ContextValue, lookup: Lookup, *, if_absent: bool) -> bool | None:
    if isinstance(value, str | Like):
        return holds(value, lookup)
    if value is None:
        return if_absent
    if isinstance(value, Unknown):
        return None
    # "Multivalued context keys require a condition set operator": without one nothing is met.
    return False


def _all_values(holds: Holds, value: ContextValue, lookup: Lookup) -> bool | None:
    """Ask every value. No key, or one that holds nothing, "such as an empty string", meets it too."""
    if isinstance(value, Unknown):
        return None
    unknown = False
    for each in _values(value):
        held = holds(each, lookup)
        if held is False:
            return False
        unknown = unknown or held is None
    return None if unknown else True


def _any_value(holds: Holds, value: ContextValue, lookup: Lookup) -> bool | None:
    """Ask for one value; no key and no value never meet it, with ``IfExists`` as without."""
    if isinstance(value, Unknown):
        return None
    unknown = False
    for each in _values(value):
        held = holds(each, lookup)
        if held:
            return True
        unknown = unknown or held is None
    return None if unknown else False


def _values(value: str | Like | tuple[str, ...] | None) -> tuple[str | Like, ...]:
    if value is None:
        return ()
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if each)


def _null_test(values: tuple[str, ...], place: str) -> Test:
    wanted = {boolean(value) for value in values}
    if None in wanted:
        raise PolicyError(f"{place}: Null compares with true (the key is absent) or false, nothing else")

    def test(value: ContextValue, _: Lookup) -> bool | None:
        if value is Unknown.ENTIRELY:
            return True if len(wanted) > 1 else None
        return (value is None or value == ()) in wanted

    return test
