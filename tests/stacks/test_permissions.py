"""Who may do what: each statement that is deployed was read and approved by a person."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.stacks.approval import assert_approved
from tests.stacks.permissions import as_text, grants

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis

WIDE_ACTIONS = {
    (
        "Allow",
        "AllowWhatIsNotDenied",
        "*",
    ): "a boundary grants nothing, and permits nothing that it does not allow",
    ("Allow", "LetTheAccountAdminister", "kms:*"): "without it nobody could ever change the key again",
    ("Deny", "RefuseInsecureTransport", "sqs:*"): "a refusal cannot be too wide",
    ("Deny", "RefuseInsecureTransport", "s3:*"): "a refusal cannot be too wide",
    ("Allow", "LetTheTrailEncrypt", "kms:GenerateDataKey*"): "CloudTrail's own key policy has it so",
    ("Allow", "LetAlarmsEncrypt", "kms:GenerateDataKey*"): "SNS's own key policy has it so",
    ("Allow", "EncryptAlerts", "kms:GenerateDataKey*"): "SNS's own key policy has it so",
    ("Allow", "LetTheLogEncrypt", "kms:GenerateDataKey*"): "CloudWatch Logs' own key policy has it so",
    ("Allow", "LetTheLogEncrypt", "kms:ReEncrypt*"): "CloudWatch Logs' own key policy has it so",
    ("Allow", "EncryptTheLedger", "kms:GenerateDataKey*"): "DynamoDB's own key policy has it so",
    ("Allow", "EncryptTheLedger", "kms:ReEncrypt*"): "DynamoDB's own key policy has it so",
}
"""The actions with a wildcard, and why each is there."""

SIZES = {
    "aws_iam_policy policy": 6144,
    "aws_iam_role assume_role_policy": 2048,
    "aws_iam_role_policy policy": 10_240,
    "aws_kms_key policy": 32_768,
    "aws_sqs_queue policy": 8192,
    "aws_sns_topic_policy policy": 30_720,
    "aws_s3_bucket_policy policy": 20_480,
    "aws_cloudwatch_event_bus_policy policy": 10_240,
    # That of a resource control policy; AWS's page states it for both kinds.
    "aws_organizations_policy content": 5120,
}
"""The most characters that AWS takes of each document."""


@pytest.mark.parametrize(
    "scenario", ["example", "organization", "china", "prevention", "prevention-china", "channels"]
)
def test_every_statement_is_approved(scenario: str, synthesized: Callable[[str], Synthesis]) -> None:
    assert_approved(f"permissions/{scenario}.txt", as_text(synthesized(scenario).stacks))


def test_no_statement_is_overlooked(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        listed = [grant for grant in grants(stack) if grant.sid != "(named by Lambda)"]
        assert len(listed) == stack.text.count(r"\"Effect\"")
        assert listed


def test_an_action_with_a_wildcard_is_there_for_a_reason(synthesis: Synthesis) -> None:
    wide = {
        (grant.statement["Effect"], grant.sid, action)
        for stack in synthesis.stacks
        for grant in grants(stack)
        for action in grant.actions
        if "*" in action or "?" in action
    }

    assert wide <= set(WIDE_ACTIONS)


def test_no_reason_outlives_its_action(organization: Synthesis, prevention: Synthesis) -> None:
    used = {
        (grant.statement["Effect"], grant.sid, action)
        for stack in (*organization.stacks, *prevention.stacks)
        for grant in grants(stack)
        for action in grant.actions
    }

    assert set(WIDE_ACTIONS) <= used


ANY_RESOURCE = {
    ("aws_iam_role_policy", "Trace"): "X-Ray knows no resources",
    ("aws_iam_role_policy", "ReadMetrics"): "CloudWatch cannot limit it to a metric",
    ("aws_iam_role_policy", "ReadTheEventHistory"): "CloudTrail cannot limit it to an event",
    ("aws_iam_role_policy", "ListQueues"): "SQS cannot limit it to a queue",
    ("aws_iam_policy", "ListQueues"): "SQS cannot limit it to a queue",
    ("aws_iam_policy", "AllowWhatIsNotDenied"): "a boundary grants nothing",
}
"""The statements outside the policies of keys that allow something on every resource, and why."""


def test_what_is_allowed_on_every_resource_is_so_for_a_reason(synthesis: Synthesis) -> None:
    holders = {
        (grant.holder.partition(".")[0], grant.sid)
        for stack in synthesis.stacks
        for grant in grants(stack)
        if "*" in grant.resources and grant.statement["Effect"] == "Allow"
    }

    # In the policy of a key, * is that key.
    assert {holder for holder in holders if holder[0] != "aws_kms_key"} <= set(ANY_RESOURCE)


def test_everybody_is_named_only_to_be_refused_or_held_to_the_organization(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        for grant in grants(stack):
            if "AWS *" in grant.principals:
                organization = "StringEquals aws:PrincipalOrgID = o-exampleorgid"
                assert grant.statement["Effect"] == "Deny" or grant.conditions == [organization]


def test_the_statements_of_a_document_have_different_names(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        names = Counter(
            (grant.holder, grant.sid) for grant in grants(stack) if grant.sid != "(named by Lambda)"
        )
        assert set(names.values()) == {1}
        assert all(re.fullmatch("[A-Za-z0-9]+", sid) for _, sid in names)


def test_every_document_is_within_its_size(synthesis: Synthesis) -> None:
    # A reference to a key is shorter than the ARN that Terraform puts in its place.
    longest_arn = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/00000000-0000-4000-8000-000000000000"
    seen = set()
    for stack in synthesis.stacks:
        for resource in stack.resources:
            for argument, value in resource.arguments.items():
                if isinstance(value, str) and '"Statement"' in value:
                    kind = f"{resource.type} {argument}"
                    seen.add(kind)
                    assert len(re.sub(r"\$\{[^}]*\}", longest_arn, value)) <= SIZES[kind]
    assert seen <= set(SIZES)
