from __future__ import annotations

import json

import pytest

from policies.document import ANYONE, INSECURE_TRANSPORT, Statement, document, service, trust


def test_the_policy_of_an_identity_names_no_principal() -> None:
    assert Statement("Read", ("dynamodb:GetItem",), ("table",)).to_dict() == {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["dynamodb:GetItem"],
        "Resource": ["table"],
    }


def test_the_policy_of_a_resource_names_principals_and_conditions_as_aws_spells_them() -> None:
    statement = Statement(
        "Refuse",
        ("sqs:*",),
        ("queue",),
        effect="Deny",
        principals=ANYONE,
        conditions={**INSECURE_TRANSPORT, "ArnLike": {"aws:SourceArn": ("first", "second")}},
    )

    assert statement.to_dict() == {
        "Sid": "Refuse",
        "Effect": "Deny",
        "Principal": {"AWS": ["*"]},
        "Action": ["sqs:*"],
        "Resource": ["queue"],
        "Condition": {
            "Bool": {"aws:SecureTransport": "false"},
            "ArnLike": {"aws:SourceArn": ["first", "second"]},
        },
    }


def test_a_document_is_minified_since_aws_counts_its_characters() -> None:
    text = document(Statement("One", ("a:B",), ("*",)), Statement("Two", ("c:D",), ("*",)))

    assert text == json.dumps(json.loads(text), separators=(",", ":"))
    assert [statement["Sid"] for statement in json.loads(text)["Statement"]] == ["One", "Two"]


def test_a_document_is_of_the_version_that_has_policy_variables() -> None:
    assert json.loads(document())["Version"] == "2012-10-17"


@pytest.mark.parametrize("name", ["lambda.amazonaws.com", "events.amazonaws.com"])
def test_a_trust_policy_lets_one_service_assume_and_names_no_resource(name: str) -> None:
    assert json.loads(trust(name))["Statement"] == [
        {
            "Sid": "LetTheServiceAssume",
            "Effect": "Allow",
            "Principal": {"Service": [name]},
            "Action": ["sts:AssumeRole"],
        }
    ]


def test_a_service_is_a_principal_of_its_own_kind() -> None:
    assert service("sns.amazonaws.com") == {"Service": ("sns.amazonaws.com",)}
