"""One statement of a policy: whom and what it is about, and whether it applies to a request.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from policies.evaluation.comparisons import resolve
from policies.evaluation.conditions import Condition
from policies.evaluation.context import Lookup, Unknown
from policies.evaluation.patterns import matcher, resource_glob, tokens_of, variables_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.evaluation.patterns import Tokens
    from policies.evaluation.principal_element import PrincipalElement

Effect = Literal["Allow", "Deny"]

Applies = bool | tuple[Condition, ...]
"""Whether something holds, or the conditions that have to hold besides, of which it is not known."""

RESOURCE = "Resource"
"""The operator of the condition that a ``Resource`` with a policy variable of unknown value is."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, compiled once for every request.

    Parameters
    ----------
    sid
        Its name, if it has one.
    index
        Its number within the document, from 0.
    effect
        ``Allow`` or ``Deny``.
    actions, not_actions
        The patterns of ``Action`` or of ``NotAction``; None for the one that is not there.
    resources, not_resources
        Likewise. Both are None in the policy of a resource that names none: it is about its resource.
    principals, not_principals
        Likewise. Both are None in the policies of identities.
    conditions
        All of them have to hold.
    """

    sid: str | None
    index: int
    effect: Effect
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: PrincipalElement | None
    not_principals: PrincipalElement | None
    conditions: tuple[Condition, ...]
    resource_keys: tuple[str, ...] = field(compare=False, repr=False)
    """The context keys, in lower case, of the policy variables in its resources."""
    covers_action: Callable[[str], bool] = field(compare=False, repr=False)
    """Whether it is about an action, given in lower case."""
    covers_resource: Callable[[str, Lookup], Applies] = field(compare=False, repr=False)
    """Whether it is about a resource, given by its ARN."""

    def applies(self, action: str, arn: str, lookup: Lookup) -> Applies:
        """Return whether it applies to a request, whoever makes it.

        Parameters
        ----------
        action
            The action in lower case, such as ``sqs:purgequeue``.
        arn
            The ARN of the resource.
        lookup
            The values of context keys.

        Returns
        -------
        bool or tuple of Condition
            The conditions are those of which the request does not tell whether they hold; it applies if and
            only if all of them do.
        """
        if not self.covers_action(action):
            return False
        covered = self.covers_resource(arn, lookup)
        if covered is False:
            return False
        depends = () if covered is True else covered
        for condition in self.conditions:
            held = condition.holds(lookup)
            if held is False:
                return False
            if held is None:
                depends += (condition,)
        return depends or True


def action_test(patterns: tuple[str, ...], *, inverted: bool) -> Callable[[str], bool]:
    """Return whether ``Action`` (or ``NotAction``) patterns cover an action given in lower case.

    "The prefix and the action name are case insensitive."

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    matches = matcher(tokens_of(pattern.lower(), variables=False) for pattern in patterns)
    return (lambda action: not matches(action)) if inverted else matches


def resource_test(
    patterns: tuple[str, ...] | None, *, inverted: bool, variables: bool
) -> tuple[Callable[[str, Lookup], Applies], tuple[str, ...]]:
    """Return whether ``Resource`` (or ``NotResource``) patterns cover an ARN, and the keys that it asks for.

    None covers every ARN.
    """
    if patterns is None:
        return (lambda _arn, _lookup: True), ()
    read = [(text, tokens_of(text, variables=variables)) for text in patterns]
    fixed = matcher((tokens for _, tokens in read if not variables_of(tokens)), resource_glob)
    # What can cover nothing, as a variable before the fifth colon makes a pattern, needs no resolving.
    open_patterns = tuple(
        (text, tokens) for text, tokens in read if variables_of(tokens) and resource_glob(tokens) is not None
    )
    if open_patterns:
        keys = tuple(variable.key for _, tokens in open_patterns for variable in variables_of(tokens))
        return partial(_covers_with_variables, fixed, open_patterns, inverted), keys
    if inverted:
        return (lambda arn, _lookup: not fixed(arn)), ()
    return (lambda arn, _lookup: fixed(arn)), ()


def _covers_with_variables(
    fixed: Callable[[str], bool],
    patterns: tuple[tuple[str, Tokens], ...],
    inverted: bool,  # noqa: FBT001 - bound by position in the only place that names it
    arn: str,
    lookup: Lookup,
) -> Applies:
    if fixed(arn):
        return not inverted
    depends: list[Condition] = []
    unresolvable = False
    for text, tokens in patterns:
        resolved = resolve(tokens, lookup)
        if resolved is Unknown.VALUE:
            keys = tuple(variable.key for variable in variables_of(tokens))
            depends.append(Condition(RESOURCE, keys[0], (text,), keys, _depends))
        elif resolved is None:
            unresolvable = True
        elif matcher([resolved], resource_glob)(arn):
            return not inverted
    if depends:
        return tuple(depends)
    return False if unresolvable else inverted


def _depends(_value: object, _lookup: Lookup) -> None:
    """Answer for a resource whose policy variable has no known value."""
