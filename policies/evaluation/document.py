"""Policy documents as values: JSON in, statements out, each compiled once.

As tolerant as AWS is (one value or a list of them, one statement or a list) and no more: what AWS refuses is
refused here with its place, since a document read in part answers wrongly in silence.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policies.evaluation.conditions import Condition, read_condition
from policies.evaluation.errors import PolicyError
from policies.evaluation.policy_json import load_policy_json
from policies.evaluation.principal_element import PrincipalElement, read_principal_element
from policies.evaluation.statement import Effect, Statement, action_test, resource_test

OLD_VERSION = "2008-10-17"
"""What a document without a ``Version`` has: ``${aws:username}`` is text in it, not a variable."""

VERSION = "2012-10-17"

_DOCUMENT_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_EFFECTS: Mapping[str, Effect] = {"Allow": "Allow", "Deny": "Deny"}
_STATEMENT_ELEMENTS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy document.

    Parameters
    ----------
    version
        The version of the policy language.
    statements
        In the order of the document.
    """

    version: str
    statements: tuple[Statement, ...]
    allows: tuple[Statement, ...] = field(init=False, compare=False, repr=False)
    """The statements whose effect is to allow."""
    denies: tuple[Statement, ...] = field(init=False, compare=False, repr=False)
    """The statements whose effect is to deny."""

    def __post_init__(self) -> None:
        for name, effect in (("allows", "Allow"), ("denies", "Deny")):
            chosen = tuple(statement for statement in self.statements if statement.effect == effect)
            object.__setattr__(self, name, chosen)


def read_document(source: str | Mapping[str, object]) -> PolicyDocument:
    """Return a policy document, ready to be evaluated.

    Read each distinct document once and share it: reading costs far more than evaluating.

    Parameters
    ----------
    source
        The text of the document, or what a JSON reader made of it.

    Raises
    ------
    PolicyError
        AWS would not accept it. The sentence begins with the place.

    Examples
    --------
    >>> document = read_document('{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}')
    >>> document.version, document.statements[0].actions
    ('2008-10-17', ('sqs:*',))
    """
    value = load_policy_json(source) if isinstance(source, str) else source
    document = _mapping(value, "the policy")
    for element in document:
        if element not in _DOCUMENT_ELEMENTS:
            raise PolicyError(f"{element}: no policy has this element")
    version = document.get("Version", OLD_VERSION)
    if not isinstance(version, str) or version not in {OLD_VERSION, VERSION}:
        raise PolicyError(f"Version: write {VERSION}; {version!r} is no version of the policy language")
    if "Statement" not in document:
        raise PolicyError("Statement: missing")
    statements = document["Statement"]
    listed = list(statements) if isinstance(statements, list | tuple) else [statements]
    variables = version == VERSION
    read = (_statement(each, index, variables=variables) for index, each in enumerate(listed))
    return PolicyDocument(version, tuple(read))


def _statement(value: object, index: int, *, variables: bool) -> Statement:
    place = f"Statement[{index}]"
    statement = _mapping(value, place)
    for element in statement:
        if element not in _STATEMENT_ELEMENTS:
            raise PolicyError(f"{place}.{element}: no statement has this element")
    written = statement.get("Effect")
    effect = _EFFECTS.get(written) if isinstance(written, str) else None
    if effect is None:
        raise PolicyError(f"{place}.Effect: write Allow or Deny")
    sid = statement.get("Sid")
    if not isinstance(sid, str | None):
        raise PolicyError(f"{place}.Sid: write text")
    actions, not_actions = _one_of(statement, "Action", place)
    if actions is None and not_actions is None:
        raise PolicyError(f"{place}: write Action or NotAction")
    for action in (*(actions or ()), *(not_actions or ())):
        if ":" not in action and action.strip("*"):
            raise PolicyError(f"{place}: {action!r} names no service; write it as in sqs:PurgeQueue")
    resources, not_resources = _one_of(statement, "Resource", place)
    principals, not_principals = _principals(statement, place)
    covers_resource, resource_keys = resource_test(
        not_resources if resources is None else resources, inverted=resources is None, variables=variables
    )
    return Statement(
        sid=sid or None,
        index=index,
        effect=effect,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        principals=principals,
        not_principals=not_principals,
        conditions=_conditions(statement.get("Condition", {}), f"{place}.Condition", variables=variables),
        covers_action=action_test(actions or not_actions or (), inverted=actions is None),
        covers_resource=covers_resource,
        resource_keys=resource_keys,
    )


def _one_of(
    statement: Mapping[str, object], element: str, place: str
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the values of an element and of its negation, of which there is one at most."""
    negation = f"Not{element}"
    if element in statement and negation in statement:
        raise PolicyError(f"{place}: write {element} or {negation}, not both")
    found = [
        _texts(statement[name], f"{place}.{name}") if name in statement else None
        for name in (element, negation)
    ]
    return found[0], found[1]


def _principals(
    statement: Mapping[str, object], place: str
) -> tuple[PrincipalElement | None, PrincipalElement | None]:
    if "Principal" in statement and "NotPrincipal" in statement:
        raise PolicyError(f"{place}: write Principal or NotPrincipal, not both")
    found = [
        _principal_element(statement[name], f"{place}.{name}") if name in statement else None
        for name in ("Principal", "NotPrincipal")
    ]
    return found[0], found[1]


def _principal_element(value: object, place: str) -> PrincipalElement:
    if isinstance(value, str):
        return read_principal_element(value, place)
    kinds = _mapping(value, place)
    names = {kind: _texts(listed, f"{place}.{kind}") for kind, listed in kinds.items()}
    return read_principal_element(names, place)


def _conditions(value: object, place: str, *, variables: bool) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    for operator, keys in _mapping(value, place).items():
        for key, values in _mapping(keys, f"{place}.{operator}").items():
            where = f"{place}.{operator}.{key}"
            texts = _texts(values, where)
            conditions.append(read_condition(operator, key, texts, where, variables=variables))
    return tuple(conditions)


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise PolicyError(f"{place}: write an object")
    return value


def _texts(value: object, place: str) -> tuple[str, ...]:
    """Return one value or a list as text: "quotation marks are optional for numeric and Boolean values"."""
    listed = value if isinstance(value, list | tuple) else [value]
    texts: list[str] = []
    for each in listed:
        if isinstance(each, bool):
            texts.append(str(each).lower())
        elif isinstance(each, str | int | float):
            texts.append(str(each))
        else:
            raise PolicyError(f"{place}: write text or a list of texts")
    return tuple(texts)
