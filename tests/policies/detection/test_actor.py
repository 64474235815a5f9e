from __future__ import annotations

from typing import Any

import pytest

from policies.detection.actor import ActorKind, actor_of
from tests.events.arbitrary import DEEP

SESSION = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLEAPP:alice",
    "arn": "arn:aws:sts::111122223333:assumed-role/AppRole/alice",
    "accountId": "111122223333",
    "accessKeyId": "ASIAEXAMPLE",
    "sessionContext": {
        "sessionIssuer": {
            "type": "Role",
            "arn": "arn:aws:iam::111122223333:role/ops/AppRole",
            "userName": "AppRole",
        },
        "attributes": {"mfaAuthenticated": "true"},
    },
}


@pytest.mark.parametrize(
    ("identity", "kind", "label"),
    [
        (SESSION, ActorKind.ROLE_SESSION, "role AppRole, session alice"),
        ({**SESSION, "sessionContext": None}, ActorKind.ROLE_SESSION, "role AppRole, session alice"),
        ({**SESSION, "arn": None}, ActorKind.ROLE_SESSION, "role AppRole, session alice"),
        ({**SESSION, "type": None}, ActorKind.ROLE_SESSION, "role AppRole, session alice"),
        (
            {
                **SESSION,
                "arn": None,
                "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/a/B"}},
            },
            ActorKind.ROLE_SESSION,
            "role B, session alice",
        ),
        ({"type": "AssumedRole"}, ActorKind.ROLE_SESSION, "role"),
        (
            {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/ops/bob"},
            ActorKind.IAM_USER,
            "IAM user bob",
        ),
        ({"arn": "arn:aws:iam::111122223333:user/bob"}, ActorKind.IAM_USER, "IAM user bob"),
        ({"type": "Root", "accountId": "111122223333"}, ActorKind.ROOT, "root of account 111122223333"),
        ({"arn": "arn:aws:iam::111122223333:root"}, ActorKind.ROOT, "root of account 111122223333"),
        ({"type": "Root"}, ActorKind.ROOT, "root"),
        (
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}},
            ActorKind.IDENTITY_CENTER,
            "Identity Center user u-1",
        ),
        ({"onBehalfOf": {"userId": "u-1"}}, ActorKind.UNKNOWN, "unknown principal u-1"),
        ({"type": "SAMLUser", "userName": "carol"}, ActorKind.FEDERATED, "federated user carol"),
        (
            {"type": "AWSService", "invokedBy": "x.amazonaws.com"},
            ActorKind.AWS_SERVICE,
            "AWS service x.amazonaws.com",
        ),
        (
            {"type": "AWSAccount", "accountId": "444455556666", "principalId": "AIDAEXAMPLE"},
            ActorKind.AWS_ACCOUNT,
            "somebody of AWS account 444455556666",
        ),
        ({"type": "Martian", "principalId": "m"}, ActorKind.UNKNOWN, "unknown principal m"),
        ({}, ActorKind.UNKNOWN, "unknown principal"),
        (None, ActorKind.UNKNOWN, "unknown principal"),
        ("HIDDEN_DUE_TO_SECURITY_REASONS", ActorKind.UNKNOWN, "unknown principal"),
        (
            {"type": [], "arn": {}, "sessionContext": "x", "onBehalfOf": 3},
            ActorKind.UNKNOWN,
            "unknown principal",
        ),
    ],
)
def test_names_the_actor_as_well_as_the_record_can(identity: object, kind: ActorKind, label: str) -> None:
    actor = actor_of(identity)

    assert (actor.kind, actor.label) == (kind, label)


def test_keeps_role_session_and_who_issued_it_apart() -> None:
    actor = actor_of(SESSION)

    assert (actor.name, actor.session) == ("AppRole", "alice")
    assert actor.role_arn == "arn:aws:iam::111122223333:role/ops/AppRole"
    assert actor.access_key_id == "ASIAEXAMPLE"


@pytest.mark.parametrize(
    ("changes", "account"),
    [
        pytest.param({}, "111122223333", id="as-given"),
        pytest.param({"accountId": None}, "111122223333", id="from-the-arn"),
        pytest.param({"accountId": 111122223333, "arn": "x"}, None, id="a-number-is-no-account"),
    ],
)
def test_finds_the_actors_account(changes: dict[str, Any], account: str | None) -> None:
    assert actor_of({**SESSION, **changes}).account == account


@pytest.mark.parametrize(
    ("value", "mfa"),
    [("true", True), ("False", False), (True, True), (None, None), ("maybe", None), (1, None), (DEEP, None)],
    ids=["text", "capitals", "flag", "null", "other-text", "number", "too-deep"],
)
def test_reads_the_second_factor(value: object, mfa: object) -> None:
    context = {"attributes": {"mfaAuthenticated": value}}

    assert actor_of({**SESSION, "sessionContext": context}).mfa is mfa
