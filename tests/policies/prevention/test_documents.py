"""What the documents say, approved by a person, and what holds of all of them.

After a change that is meant, write the texts anew and read the difference before you commit it::

    APPROVE=1 .venv/bin/python -m pytest tests/policies/prevention
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policies.inventory.regions import known_regions
from tests.policies.prevention.documents import SCENARIOS, documents_of, inventory_of
from tests.stacks.permissions import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator

APPROVED = Path(__file__).parent / "approved"
EVERY_STATEMENT = [
    pytest.param(scenario, kind, statement, id=f"{scenario}-{kind}-{statement['Sid']}")
    for scenario in SCENARIOS
    for kind, statements in documents_of(scenario).items()
    for statement in statements
]
every_statement = pytest.mark.parametrize(("scenario", "kind", "statement"), EVERY_STATEMENT)

DENYING = {"deny", "boundary", "queue", "scp", "rcp"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_documents_are_what_was_approved(scenario: str) -> None:
    lines: list[str] = []
    for kind, statements in documents_of(scenario).items():
        lines += [kind, "", *(f"{Grant(kind, statement)}\n" for statement in statements)]
    text = "\n".join(lines)
    file = APPROVED / f"{scenario}.txt"
    if os.environ.get("APPROVE"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), f"{file.name} is not what was approved"


@every_statement
def test_lists_are_sorted_and_nothing_stands_twice(
    scenario: str, kind: str, statement: dict[str, Any]
) -> None:
    assert statement["Action"] == sorted(set(statement["Action"])), (scenario, kind)
    for arns in (statement.get("Resource", []), *_values_of(statement, "aws:PrincipalArn")):
        assert arns == sorted(set(arns))


@every_statement
def test_every_arn_is_of_the_partition(scenario: str, kind: str, statement: dict[str, Any]) -> None:
    partition = inventory_of(scenario).partition.name
    arns = re.findall(r"arn:[^'\"]*", str(statement))
    assert all(arn.startswith(f"arn:{partition}:") for arn in arns), kind


@every_statement
def test_no_condition_is_of_a_kind_that_misleads(scenario: str, kind: str, statement: dict[str, Any]) -> None:
    # E14, E17: a session's ARN is never a principal's; a set operator is for keys with several values.
    text = str(statement)
    assert ":sts:" not in text, (scenario, kind)
    assert "${" not in text
    for operator, keys in statement.get("Condition", {}).items():
        assert not operator.startswith("ForAllValues")
        assert operator != "ForAnyValue:StringLike" or set(keys) == {"kms:ResourceAliases"}
    if kind != "break-glass trust":
        assert "MultiFactorAuth" not in text  # a role's session carries none, so a Deny would bind it always


@every_statement
def test_only_what_must_allow_allows(scenario: str, kind: str, statement: dict[str, Any]) -> None:
    allowed = kind not in DENYING or statement["Sid"] == "AllowWhatIsNotDenied"
    assert statement["Effect"] == ("Allow" if allowed else "Deny"), scenario


@every_statement
def test_every_denial_spares_somebody(scenario: str, kind: str, statement: dict[str, Any]) -> None:
    # E21: whoever is to undo it must be able to.
    if statement["Effect"] == "Deny" and statement["Sid"] != "DenyPurgeFromOutside":
        (spared,) = _values_of(statement, "aws:PrincipalArn")
        assert spared, (scenario, kind)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_resource_control_policy_is_spelled_as_aws_demands(scenario: str) -> None:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
    for statement in documents_of(scenario)["rcp"]:
        assert statement["Principal"] == "*"
        assert statement["Effect"] == "Deny"
        assert not {"NotAction", "NotPrincipal"} & set(statement)
        assert all(re.fullmatch(r"sqs:[A-Za-z]+", action) for action in statement["Action"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_service_control_policy_and_an_identity_policy_name_no_principal(scenario: str) -> None:
    documents = documents_of(scenario)
    for kind in ("scp", "deny", "boundary", "operator", "break-glass permissions"):
        assert all("Principal" not in statement for statement in documents[kind])


@pytest.mark.parametrize("kind", sorted(DENYING))
def test_only_the_purge_is_denied_unless_more_was_asked_for(kind: str) -> None:
    # E21: no document of the least inventory keeps anybody from changing a queue.
    denials = [each for each in documents_of("purge")[kind] if each["Effect"] == "Deny"]
    actions = {action for statement in denials for action in statement["Action"]}
    assert {action for action in actions if not action.startswith("iam:")} == {"sqs:PurgeQueue"}


def test_every_supported_partition_is_among_the_scenarios() -> None:
    partitions = {inventory_of(scenario).partition.name for scenario in SCENARIOS}
    assert partitions == set(known_regions().values()) & {"aws", "aws-cn", "aws-us-gov"}


def _values_of(statement: dict[str, Any], key: str) -> Iterator[list[str]]:
    for keys in statement.get("Condition", {}).values():
        if key in keys:
            yield keys[key]
