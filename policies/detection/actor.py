"""Actors: who made a call, as far as the record says.

See https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

from policies.detection.fields import object_in, text_in, truth_in
from policies.detection.queue import is_account_id
from policies.detection.text import elided, visible


class ActorKind(StrEnum):
    """What kind of principal made a call."""

    ROOT = "root"
    IAM_USER = "iam-user"
    ROLE_SESSION = "role-session"
    FEDERATED = "federated"
    IDENTITY_CENTER = "identity-center"
    AWS_SERVICE = "aws-service"
    AWS_ACCOUNT = "aws-account"
    UNKNOWN = "unknown"


_KINDS = {
    "Root": ActorKind.ROOT,
    "IAMUser": ActorKind.IAM_USER,
    "AssumedRole": ActorKind.ROLE_SESSION,
    "Role": ActorKind.ROLE_SESSION,
    "FederatedUser": ActorKind.FEDERATED,
    "SAMLUser": ActorKind.FEDERATED,
    "WebIdentityUser": ActorKind.FEDERATED,
    "Directory": ActorKind.FEDERATED,
    "IdentityCenterUser": ActorKind.IDENTITY_CENTER,
    "AWSService": ActorKind.AWS_SERVICE,
    "AWSAccount": ActorKind.AWS_ACCOUNT,
}

# How the resource part of an ARN begins, for records that lack the type.
_KINDS_BY_RESOURCE = {
    "root": ActorKind.ROOT,
    "user": ActorKind.IAM_USER,
    "assumed-role": ActorKind.ROLE_SESSION,
    "role": ActorKind.ROLE_SESSION,
    "federated-user": ActorKind.FEDERATED,
}

_KIND_LABELS = {
    ActorKind.IAM_USER: "IAM user",
    ActorKind.ROLE_SESSION: "role",
    ActorKind.FEDERATED: "federated user",
    ActorKind.IDENTITY_CENTER: "Identity Center user",
    ActorKind.AWS_SERVICE: "AWS service",
    ActorKind.AWS_ACCOUNT: "somebody of AWS account",
    ActorKind.UNKNOWN: "unknown principal",
}

_ARN_PARTS = 6

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_+=.@:/-]+")

# https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
_IDENTITY_CENTER_ROLE = "AWSReservedSSO_"

# IAM's names have 64 characters at most, and what is longer must not push out what follows.
_LONGEST_NAME = 100
_LONGEST_SESSION = 70


@dataclass(frozen=True, slots=True)
class Actor:
    """Who made a call.

    Parameters
    ----------
    kind
        What kind of principal.
    name
        The role of a session, the name of a user, the id of a person, an account or a service.
    session
        The name of the role session. Whoever assumes a role chooses it freely.
    arn
        As the record gives it.
    role_arn
        The ARN of the role behind a session, path included.
    issuer_arn
        The ARN of whoever issued the session of a federated user.
    is_issued_by_root
        Whether the root user issued the session.
    account
        The principal's own account, twelve digits.
    principal_id, access_key_id
        As the record gives them.
    invoked_by
        The AWS service that made the call in the actor's name.
    mfa
        Whether the session was opened with a second factor; None where the record does not say.
    """

    kind: ActorKind
    name: str | None = None
    session: str | None = None
    arn: str | None = None
    role_arn: str | None = None
    issuer_arn: str | None = None
    is_issued_by_root: bool = False
    account: str | None = None
    principal_id: str | None = None
    access_key_id: str | None = None
    invoked_by: str | None = None
    mfa: bool | None = None

    @property
    def is_root(self) -> bool:
        """Whether the credentials are the root user's: its own, or of a session that it issued."""
        return self.kind is ActorKind.ROOT or self.is_issued_by_root

    @property
    def label(self) -> str:
        """The actor in a few words: role and session, never one of them alone, each shortened by itself."""
        if self.kind is ActorKind.ROOT:
            return f"root of account {self.account}" if self.account else "root"
        name = _set_apart(self.name or self.arn or self.principal_id or "", _LONGEST_NAME)
        session = f", session {_set_apart(self.session, _LONGEST_SESSION)}" if self.session else ""
        issuer = " of the root user" if self.is_root else ""
        return f"{_KIND_LABELS[self.kind]} {name}".rstrip() + issuer + session


def is_from_identity_center(actor: Actor) -> bool:
    """Return whether an actor is the session of a role that people sign in to with IAM Identity Center.

    AWS itself names these roles, and the session by the person.
    """
    is_session = actor.kind is ActorKind.ROLE_SESSION
    return is_session and (actor.name or "").startswith(_IDENTITY_CENTER_ROLE)


def actor_of(identity: object) -> Actor:
    """Return the actor that a record's ``userIdentity`` describes.

    Parameters
    ----------
    identity
        Any JSON value. What cannot be read is left out; the rest is kept.

    Examples
    --------
    >>> actor_of({"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/AppRole/alice"}).label
    'role AppRole, session alice'
    """
    fields = identity if isinstance(identity, dict) else {}
    arn = text_in(fields, "arn")
    kind = _kind_of(text_in(fields, "type"), arn)
    context = object_in(fields, "sessionContext")
    issuer = object_in(context, "sessionIssuer")
    name, session = _names(kind, fields, issuer)
    return Actor(
        kind=kind,
        name=name,
        session=session,
        arn=arn,
        role_arn=text_in(issuer, "arn") if kind is ActorKind.ROLE_SESSION else None,
        issuer_arn=text_in(issuer, "arn") if kind is ActorKind.FEDERATED else None,
        is_issued_by_root=_is_root(issuer),
        account=_account_of(fields, issuer, arn),
        principal_id=text_in(fields, "principalId"),
        access_key_id=text_in(fields, "accessKeyId"),
        invoked_by=text_in(fields, "invokedBy"),
        mfa=truth_in(object_in(context, "attributes"), "mfaAuthenticated"),
    )


def _set_apart(name: str, most: int) -> str:
    """Return a name that cannot pass for the words around it: what has a comma or a blank is quoted."""
    shown = elided(visible(name), most)
    return shown if not name or _PLAIN_NAME.fullmatch(name) else json.dumps(shown, ensure_ascii=False)


def _is_root(issuer: dict[str, object]) -> bool:
    return issuer.get("type") == "Root" or _resource(text_in(issuer, "arn")) == ["root"]


def _resource(arn: str | None) -> list[str]:
    """Return the parts of an ARN's resource, such as ``["assumed-role", "AppRole", "alice"]``."""
    parts = (arn or "").split(":", _ARN_PARTS - 1)
    return parts[-1].split("/") if len(parts) == _ARN_PARTS else []


def _kind_of(name: str | None, arn: str | None) -> ActorKind:
    if name in _KINDS:
        return _KINDS[name]
    resource = _resource(arn)
    return _KINDS_BY_RESOURCE.get(resource[0], ActorKind.UNKNOWN) if resource else ActorKind.UNKNOWN


def _account_of(fields: dict[str, object], issuer: dict[str, object], arn: str | None) -> str | None:
    parts = (arn or "").split(":")
    in_arn = parts[4] if len(parts) >= _ARN_PARTS else None
    candidates = (fields.get("accountId"), in_arn, issuer.get("accountId"))
    return next(filter(is_account_id, candidates), None)


def _names(
    kind: ActorKind, fields: dict[str, object], issuer: dict[str, object]
) -> tuple[str | None, str | None]:
    """Return the actor's name and, for the session of a role, the session's name."""
    resource = _resource(text_in(fields, "arn"))
    if kind is ActorKind.ROLE_SESSION:
        return _role_and_session(fields, issuer, resource)
    if kind is ActorKind.ROOT:
        return "root", None
    person = text_in(object_in(fields, "onBehalfOf"), "userId")
    if kind is ActorKind.IDENTITY_CENTER:
        return person or text_in(fields, "userName"), None
    if kind is ActorKind.AWS_SERVICE:
        return text_in(fields, "invokedBy") or text_in(fields, "userName"), None
    if kind is ActorKind.AWS_ACCOUNT:
        return text_in(fields, "accountId") or text_in(fields, "principalId"), None
    return text_in(fields, "userName") or (resource[-1] if len(resource) > 1 else person), None


def _role_and_session(
    fields: dict[str, object], issuer: dict[str, object], resource: list[str]
) -> tuple[str | None, str | None]:
    role = text_in(issuer, "userName")
    if resource[:1] == ["assumed-role"]:
        role = role or (resource[1] if len(resource) > 1 else None)
        session = "/".join(resource[2:])
    else:
        issuer_resource = _resource(text_in(issuer, "arn")) or resource
        role = role or (issuer_resource[-1] if len(issuer_resource) > 1 else None)
        session = (text_in(fields, "principalId") or "").partition(":")[2]
    return role or text_in(fields, "userName"), session or None
