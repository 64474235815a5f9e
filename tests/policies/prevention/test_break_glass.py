from __future__ import annotations

import json

from policies.inventory.prevention import BreakGlass
from policies.prevention.break_glass import MAXIMUM_SESSION_SECONDS, break_glass_trust

ALICE, BOB = "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:user/bob"
ON_CALL = "arn:aws:iam::222233334444:role/on-call"


def test_users_need_mfa_as_fresh_as_the_inventory_says() -> None:
    trust = break_glass_trust(BreakGlass(principals=(BOB, ALICE), mfa_max_age_minutes=20))
    (statement,) = json.loads(trust.text)["Statement"]
    assert statement["Principal"] == {"AWS": [ALICE, BOB]}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Condition"] == {
        "Bool": {"aws:MultiFactorAuthPresent": "true"},
        "NumericLessThanEquals": {"aws:MultiFactorAuthAge": "1200"},
    }


def test_roles_are_apart_from_users_since_their_sessions_carry_no_mfa() -> None:
    trust = break_glass_trust(BreakGlass(principals=(ON_CALL, ALICE)))
    users, roles = json.loads(trust.text)["Statement"]
    assert users["Principal"] == {"AWS": [ALICE]}
    assert roles["Principal"] == {"AWS": [ON_CALL]}
    assert "Condition" not in roles


def test_where_only_roles_are_listed_no_user_is_let_in() -> None:
    (statement,) = json.loads(break_glass_trust(BreakGlass(principals=(ON_CALL,))).text)["Statement"]
    assert statement["Sid"] == "LetRolesAssume"


def test_a_session_is_as_short_as_iam_allows() -> None:
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: a minimum value of 3600
    assert MAXIMUM_SESSION_SECONDS == 3600
