"""Who made a call: what the record says of the actor, and what IAM says of its key and permissions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from policies.detection.actor import ActorKind, is_from_identity_center
from policies.detection.fields import text_in
from policies.detection.text import elided, visible
from policies.detection.triage.duration import duration_text
from policies.detection.triage.finding import Finding, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.detection.actor import Actor
    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

IDENTITY, IDENTITY_LABEL = "actor", "Actor"
CREDENTIAL, CREDENTIAL_LABEL = "actor-credential", "Credential"
PERMISSION, PERMISSION_LABEL = "actor-permission", "Permission"

_KINDS = {
    ActorKind.ROOT: "the root user",
    ActorKind.IAM_USER: "an IAM user with credentials of its own",
    ActorKind.ROLE_SESSION: "the session of a role, whose name its caller chose",
    ActorKind.FEDERATED: "a federated user",
    ActorKind.IDENTITY_CENTER: "a person from IAM Identity Center",
    ActorKind.AWS_SERVICE: "an AWS service",
    ActorKind.AWS_ACCOUNT: "somebody of another account, which does not tell us who",
    ActorKind.UNKNOWN: "of a kind that the record does not say",
}

_ALLOWED = "allowed"
_DECISIONS = {
    "explicitdeny": "a policy of its own denies it",
    "implicitdeny": "no policy of its own allows it: the queue's policy did, or one that has changed since",
}


def read_identity(call: ApiCall, estate: Estate) -> Reading:
    """Return what the record and the inventory say of the actor."""
    text = "; ".join(_remarks(call, estate))
    data = {"kind": call.actor.kind, "known_account": estate.knows(call.actor.account)}
    return Reading((Finding(IDENTITY, IDENTITY_LABEL, text, data=data),))


def _remarks(call: ApiCall, estate: Estate) -> Iterator[str]:
    actor = call.actor
    yield _kind_text(actor)
    if actor.account is not None:
        yield _account_text(actor.account, estate)
    if actor.mfa is not None:
        yield "signed in with MFA" if actor.mfa else "signed in without MFA"
    if call.session_started is not None and call.time is not None:
        yield f"session opened {duration_text(call.time - call.session_started)} before the call"
    if actor.role_arn in estate.exempt_roles:
        yield "a role that the inventory lets purge"
    if actor.role_arn in estate.deployer_roles:
        yield "a role that deploys purge-guard"


def _kind_text(actor: Actor) -> str:
    if is_from_identity_center(actor):
        return f"a person from IAM Identity Center, {elided(visible(actor.session or 'unnamed'), 70)}"
    return _KINDS[actor.kind]


def _account_text(account: str, estate: Estate) -> str:
    known = estate.accounts.get(account)
    if known is not None:
        return f"of our account {known.name}"
    if account == estate.management_account:
        return "of our management account"
    return (
        f"of account {account}, WHICH IS NOT IN THE INVENTORY" if estate.accounts else f"of account {account}"
    )


def read_credential(call: ApiCall, keys: Iterable[object]) -> Reading:
    """Return how old the access key of an IAM user was.

    Parameters
    ----------
    call
        The call, made with a long-term key.
    keys
        ``AccessKeyMetadata`` of ``iam:ListAccessKeys``.

    Raises
    ------
    TypeError
        A key is no object, or has no date.
    """
    for key in keys:
        if isinstance(key, dict) and key.get("AccessKeyId") == call.actor.access_key_id:
            return _key_reading(call, key)
    text = "the access key does not exist any more: it was deleted after the call"
    return Reading((Finding(CREDENTIAL, CREDENTIAL_LABEL, text, data={"exists": False}),))


def _key_reading(call: ApiCall, key: dict[str, object]) -> Reading:
    created, status = key["CreateDate"], text_in(key, "Status") or "of unknown status"
    if not isinstance(created, datetime):
        raise TypeError("CreateDate is no date")
    age = f", {duration_text(call.time - created)} old at the time of the call" if call.time else ""
    data = {"created": created.isoformat(), "status": status}
    text = f"a long-term access key{age}, now {status.lower()}"
    return Reading((Finding(CREDENTIAL, CREDENTIAL_LABEL, text, data=data),), {"credential_created": created})


def read_temporary_credential(call: ApiCall) -> Reading:
    """Return what is to be said of a credential that ends by itself."""
    age = ""
    if call.session_started is not None and call.time is not None:
        age = f", issued {duration_text(call.time - call.session_started)} before the call"
    return Reading((Finding(CREDENTIAL, CREDENTIAL_LABEL, f"temporary{age}", data={"temporary": True}),))


def read_permission(action: str, results: object) -> Reading:
    """Return whether the actor's own policies allow what was called.

    Parameters
    ----------
    action
        Such as ``sqs:PurgeQueue``.
    results
        ``EvaluationResults`` of ``iam:SimulatePrincipalPolicy`` for this one action and queue.

    Raises
    ------
    LookupError, TypeError, AttributeError
        The answer is none.
    """
    result = results[0]  # type: ignore[index]  # whatever cannot be indexed raises, as the docstring says
    decision = result["EvalDecision"].lower()
    by_organization = result.get("OrganizationsDecisionDetail") or {}
    is_allowed = decision == _ALLOWED
    statements = [
        source
        for source in (
            text_in(matched, "SourcePolicyId") for matched in result.get("MatchedStatements") or []
        )
        if source
    ]
    because = f" ({', '.join(dict.fromkeys(statements))})" if statements else ""
    text = (
        f"its policies allow {action}{because}"
        if is_allowed
        else f"{_DECISIONS.get(decision, f'IAM answers {decision!r} to {action}')}{because}"
    )
    if by_organization.get("AllowedByOrganizations") is False:
        text += "; an SCP denies it"
    data = {"action": action, "decision": decision, "policies": statements}
    finding = Finding(PERMISSION, PERMISSION_LABEL, text, data=data)
    return Reading((finding,))
