"""IAM policy documents as values: statements in, minified JSON out.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "2012-10-17"

ANYONE: Mapping[str, tuple[str, ...]] = {"AWS": ("*",)}
"""Every principal, of this account or another. Needs conditions, or a Deny."""

INSECURE_TRANSPORT: Mapping[str, Mapping[str, str]] = {"Bool": {"aws:SecureTransport": "false"}}
"""The condition of a request that was not made over TLS."""


def service(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return an AWS service as principal, such as ``events.amazonaws.com``."""
    return {"Service": (name,)}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy.

    Parameters
    ----------
    sid
        Its name within the document: letters and digits.
    actions, resources
        At least one each. Every entry is a pattern with ``*`` and ``?``.
    principals
        Whom it is about, for the policy of a resource: ``{"Service": ("events.amazonaws.com",)}``. None in
        the policy of an identity, which is about its bearer. ``"*"`` where AWS takes no other spelling.
    conditions
        Operator, then key, then value or values.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    effect: Literal["Allow", "Deny"] = "Allow"
    principals: Mapping[str, tuple[str, ...]] | Literal["*"] | None = None
    conditions: Mapping[str, Mapping[str, str | tuple[str, ...]]] | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the statement as AWS spells it."""
        statement: dict[str, object] = {"Sid": self.sid, "Effect": self.effect}
        if self.principals == "*":
            statement["Principal"] = "*"
        elif self.principals is not None:
            statement["Principal"] = {kind: list(names) for kind, names in self.principals.items()}
        statement["Action"] = list(self.actions)
        # The policies of roles that trust (`sts:AssumeRole`) name no resource: the role is the resource.
        if self.resources:
            statement["Resource"] = list(self.resources)
        if self.conditions:
            statement["Condition"] = {
                operator: {
                    key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()
                }
                for operator, keys in self.conditions.items()
            }
        return statement


def document(*statements: Statement) -> str:
    """Return the policy document of some statements, minified, since AWS counts its characters.

    Examples
    --------
    >>> document(Statement("ReadTheTable", ("dynamodb:GetItem",), ("*",)))
    '{"Version":"2012-10-17","Statement":[{"Sid":"ReadTheTable","Effect":"Allow","Action":["dynamodb:GetItem"],"Resource":["*"]}]}'
    """
    body = {"Version": VERSION, "Statement": [statement.to_dict() for statement in statements]}
    return json.dumps(body, separators=(",", ":"))


def trust(principal: str) -> str:
    """Return the trust policy that lets one AWS service, such as ``lambda.amazonaws.com``, assume a role."""
    return document(Statement("LetTheServiceAssume", ("sts:AssumeRole",), (), principals=service(principal)))
