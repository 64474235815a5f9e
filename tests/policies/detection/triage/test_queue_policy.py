from __future__ import annotations

from typing import Any

import pytest

from policies.detection.estate import Estate, KnownAccount
from policies.detection.triage.queue_policy import CLOSED, Access, opening_of

OURS, HUB, OUTSIDE, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ESTATE = Estate(
    accounts={OURS: KnownAccount("shop"), HUB: KnownAccount("security")},
    organization_id="o-exampleorgid",
    management_account=MANAGEMENT,
)


def allowing(principal: object, **condition: object) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": condition,
    }


def access(*statements: object, estate: Estate = ESTATE) -> Access:
    return opening_of({"Statement": list(statements)}, OURS, estate).access


@pytest.mark.parametrize(
    ("principal", "wanted"),
    [
        ("*", Access.PUBLIC),
        ({"AWS": "*"}, Access.PUBLIC),
        ({"AWS": ["*"]}, Access.PUBLIC),
        ({"AWS": OURS}, Access.ACCOUNT),
        ({"AWS": f"arn:aws:iam::{OURS}:role/ops/drainer"}, Access.ACCOUNT),
        ({"AWS": f"arn:aws:iam::{HUB}:root"}, Access.ORGANIZATION),
        ({"AWS": MANAGEMENT}, Access.ORGANIZATION),
        ({"AWS": f"arn:aws:iam::{OUTSIDE}:root"}, Access.OUTSIDERS),
        ({"AWS": OUTSIDE}, Access.OUTSIDERS),
        ({"AWS": [OURS, OUTSIDE]}, Access.OUTSIDERS),
        ({"AWS": "AIDAEXAMPLEDELETED"}, Access.ACCOUNT),
        ({"AWS": "arn:aws:iam::aws:role/x"}, Access.CONDITIONAL),
        ({"Service": "sns.amazonaws.com"}, Access.CONDITIONAL),
        ({"Federated": "cognito-identity.amazonaws.com"}, Access.CONDITIONAL),
        ({"Service": "sns.amazonaws.com", "AWS": "*"}, Access.PUBLIC),
    ],
    ids=repr,
)
def test_principals_without_conditions(principal: object, wanted: Access) -> None:
    assert access(allowing(principal)) is wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Access.ORGANIZATION),
        ({"StringEquals": {"AWS:principalorgid": ["o-exampleorgid"]}}, Access.ORGANIZATION),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-another"}}, Access.OUTSIDERS),
        ({"StringEquals": {"aws:PrincipalOrgID": ["o-exampleorgid", "o-another"]}}, Access.OUTSIDERS),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, Access.CONDITIONAL),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Access.CONDITIONAL),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Access.CONDITIONAL),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Access.CONDITIONAL),
        ({"StringEquals": {"aws:SourceAccount": OURS}}, Access.ACCOUNT),
        ({"StringEquals": {"aws:PrincipalAccount": [OURS, HUB]}}, Access.ORGANIZATION),
        ({"StringEquals": {"AWS:SourceOwner": OUTSIDE}}, Access.OUTSIDERS),
        ({"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{OURS}:orders"}}, Access.ACCOUNT),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OUTSIDE}:*"}}, Access.OUTSIDERS),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}, Access.CONDITIONAL),
        ({"ArnLike": {"aws:SourceArn": "*"}}, Access.CONDITIONAL),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, Access.CONDITIONAL),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, Access.CONDITIONAL),
        ({"StringEquals": {"aws:PrincipalOrgID": []}}, Access.CONDITIONAL),
        (
            {
                "IpAddress": {"aws:SourceIp": "192.0.2.0/24"},
                "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
            },
            Access.ORGANIZATION,
        ),
    ],
    ids=repr,
)
def test_conditions_on_everybody(condition: dict[str, Any], wanted: Access) -> None:
    assert access(allowing("*", **condition)) is wanted


def test_a_condition_never_widens() -> None:
    assert access(allowing({"AWS": OURS}, IpAddress={"aws:SourceIp": "192.0.2.0/24"})) is Access.ACCOUNT


def test_an_organization_that_nobody_knows_is_a_condition_like_any_other() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}

    assert access(allowing("*", **condition), estate=Estate()) is Access.CONDITIONAL


def test_all_but_some_principals_are_everybody() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": OURS}, "Action": "sqs:*", "Resource": "*"}

    assert access(statement) is Access.PUBLIC


def test_the_widest_statement_counts_with_its_actions_alone() -> None:
    sending = allowing({"AWS": HUB})
    purging = {**allowing("*"), "Action": ["sqs:PurgeQueue", "sqs:DeleteQueue"]}
    opening = opening_of({"Statement": [sending, purging, purging]}, OURS, ESTATE)

    assert (opening.access, opening.actions) == (Access.PUBLIC, ("sqs:PurgeQueue", "sqs:DeleteQueue"))


def test_all_but_some_actions_are_told_as_such() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "NotAction": "sqs:PurgeQueue", "Resource": "*"}

    assert opening_of({"Statement": statement}, OURS, ESTATE).actions == ("all but sqs:PurgeQueue",)


@pytest.mark.parametrize(
    ("denial", "wanted"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, Access.PUBLIC),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Access.CONDITIONAL),
        ({}, Access.CONDITIONAL),
    ],
    ids=["TLS", "outsiders", "everybody"],
)
def test_a_denial_may_take_back_what_is_allowed(denial: dict[str, Any], wanted: Access) -> None:
    deny = {**allowing("*"), "Effect": "Deny", "Condition": denial}

    assert access(allowing("*"), deny) is wanted
    assert access(allowing({"AWS": OURS}), deny) is Access.ACCOUNT


@pytest.mark.parametrize(
    "policy",
    [
        None,
        [],
        "text",
        {},
        {"Statement": None},
        {"Statement": "text"},
        {"Statement": [7, [], {"Effect": "Deny"}, {"Effect": {}}]},
    ],
    ids=repr,
)
def test_what_allows_nothing_is_closed(policy: object) -> None:
    assert opening_of(policy, OURS, ESTATE) == CLOSED


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Principal": 7},
        {"Effect": "Allow", "Principal": {"AWS": {"a": 1}}, "Condition": []},
        {"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": 7}},
        {"Effect": "Allow", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceArn": {"a": [1]}}}},
    ],
    ids=repr,
)
def test_a_malformed_statement_that_allows_is_not_called_closed(statement: dict[str, Any]) -> None:
    assert access(statement) is not Access.ACCOUNT
