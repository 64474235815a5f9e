from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.alert.probes.actor import ACTOR_PROBES
from policies.detection.triage.finding import Status
from tests.lambdas.aws_answers import DENIED, SILENCE, THROTTLED, Garbage, aws_answers
from tests.lambdas.probes.actor_cases import MADE, USER, asked, case_of, found, line, past

if TYPE_CHECKING:
    from lambdas.alert.triage import Probe
    from tests.lambdas.aws_answers import Answer

IDENTITY, CREDENTIAL, PERMISSION, IAM_CHANGES, PURGES, NOVELTY = ACTOR_PROBES

KEY = {"UserName": "bob", "AccessKeyId": "AKIAEXAMPLE", "Status": "Active", "CreateDate": MADE}
ALLOWED = {"EvalActionName": "sqs:PurgeQueue", "EvalDecision": "allowed"}


def keys(*keys: dict[str, Any], marker: str = "") -> dict[str, Any]:
    return {
        "AccessKeyMetadata": list(keys),
        "IsTruncated": bool(marker),
        **({"Marker": marker} if marker else {}),
    }


def simulated(**result: object) -> dict[str, Any]:
    return {"EvaluationResults": [{**ALLOWED, **result}], "IsTruncated": False}


def earlier(**changes: object) -> dict[str, Any]:
    return past(eventTime="2026-01-15T07:00:00Z", **changes)


ASKS_AWS = [
    (CREDENTIAL, "iam.ListAccessKeys", {"userIdentity": USER}),
    (PERMISSION, "iam.SimulatePrincipalPolicy", {}),
    (IAM_CHANGES, "cloudtrail.LookupEvents", {}),
    (PURGES, "cloudtrail.LookupEvents", {}),
    (NOVELTY, "cloudtrail.LookupEvents", {}),
]


@pytest.mark.parametrize(("probe", "operation", "changes"), ASKS_AWS, ids=[row[0].name for row in ASKS_AWS])
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (DENIED, Status.DENIED),
        (THROTTLED, Status.THROTTLED),
        (SILENCE, Status.TIMED_OUT),
        (Garbage(b"<html>"), Status.FAILED),
    ],
    ids=["denied", "throttled", "silent", "garbage"],
)
def test_a_probe_that_gets_no_answer_says_so(
    probe: Probe, operation: str, changes: dict[str, object], answer: Answer, status: Status
) -> None:
    with aws_answers({operation: answer}):
        finding = line(probe, case_of(changes))

    assert (finding.probe, finding.status) == (probe.name, status)
    assert finding.text.startswith("unknown: ")


@pytest.mark.parametrize(
    ("probe", "operation", "changes", "answer", "text"),
    [
        (
            CREDENTIAL,
            "iam.ListAccessKeys",
            {"userIdentity": USER},
            keys(),
            "the access key does not exist any more: it was deleted after the call",
        ),
        (IAM_CHANGES, "cloudtrail.LookupEvents", {}, found(), "no change to IAM, in 1 d before"),
        (PURGES, "cloudtrail.LookupEvents", {}, found(), "no other purge by this actor in 30 d"),
        (NOVELTY, "cloudtrail.LookupEvents", {}, found(), "nothing earlier is known of this actor"),
    ],
    ids=["credential", "iam-changes", "purges", "novelty"],
)
def test_an_empty_answer_is_an_answer(
    probe: Probe, operation: str, changes: dict[str, object], answer: Answer, text: str
) -> None:
    with aws_answers({operation: answer}):
        finding = line(probe, case_of(changes))

    assert (finding.status, finding.text) == (Status.ANSWERED, text)


def test_a_simulation_without_a_result_is_unreadable() -> None:
    with aws_answers({"iam.SimulatePrincipalPolicy": {"EvaluationResults": [], "IsTruncated": False}}):
        assert line(PERMISSION, case_of()).status is Status.FAILED


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {},
            (
                "the session of a role, whose name its caller chose; of our account shop"
                "; signed in without MFA; session opened 1 h before the call"
            ),
        ),
        ({"userIdentity": USER}, "an IAM user with credentials of its own; of our account shop"),
        (
            {"userIdentity": {"type": "AWSAccount", "accountId": "444455556666"}},
            (
                "somebody of another account, which does not tell us who"
                "; of account 444455556666, WHICH IS NOT IN THE INVENTORY"
            ),
        ),
        (
            {"userIdentity": {"type": "Root", "accountId": "999988887777"}},
            "the root user; of our management account",
        ),
        (
            {
                "userIdentity": {
                    "type": "AssumedRole",
                    "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Ops_0123/a@example.com",
                    "accountId": "111122223333",
                }
            },
            "a person from IAM Identity Center, a@example.com; of our account shop",
        ),
        ({"userIdentity": None}, "of a kind that the record does not say"),
    ],
    ids=["session", "user", "outsider", "root", "identity-center", "unknown"],
)
def test_says_who_the_actor_is_without_asking_anybody(changes: dict[str, object], text: str) -> None:
    with aws_answers({}) as aws:
        assert line(IDENTITY, case_of(changes)).text == text

    assert aws.operations == []


def test_the_age_of_a_key_is_told_and_weighed_wherever_in_the_list_it_is() -> None:
    created = datetime(2026, 1, 15, 9, 40, tzinfo=UTC)
    other, ours = {**KEY, "AccessKeyId": "AKIAOTHER"}, {**KEY, "CreateDate": created}
    with aws_answers({"iam.ListAccessKeys": [keys(other, marker="m"), keys(ours)]}) as aws:
        triage = asked(CREDENTIAL, case_of({"userIdentity": USER}))

    assert triage.findings[0].text == "a long-term access key, 20 min old at the time of the call, now active"
    assert triage.evidence.credential_created == created
    assert aws.requests[-1].account == "111122223333"


def test_a_temporary_credential_needs_no_lookup() -> None:
    with aws_answers({}) as aws:
        assert line(CREDENTIAL, case_of()).text == "temporary, issued 1 h before the call"

    assert aws.operations == []


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (
            {"MatchedStatements": [{"SourcePolicyId": "sqs-all"}]},
            "its policies allow sqs:PurgeQueue (sqs-all)",
        ),
        (
            {"EvalDecision": "explicitDeny", "MatchedStatements": [{"SourcePolicyId": "purge-guard-deny"}]},
            "a policy of its own denies it (purge-guard-deny)",
        ),
        (
            {
                "EvalDecision": "implicitDeny",
                "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
            },
            (
                "no policy of its own allows it: the queue's policy did, or one that has changed since"
                "; an SCP denies it"
            ),
        ),
    ],
    ids=["allowed", "denied", "not allowed"],
)
def test_says_whether_the_actor_may(result: dict[str, Any], text: str) -> None:
    with aws_answers({"iam.SimulatePrincipalPolicy": simulated(**result)}) as aws:
        triage = asked(PERMISSION, case_of())

    assert triage.findings[0].text == text
    assert aws.requests[-1].parameters == {
        "PolicySourceArn": "arn:aws:iam::111122223333:role/AppRole",
        "ActionNames": ["sqs:PurgeQueue"],
        "ResourceArns": ["arn:aws:sqs:us-east-1:111122223333:orders"],
    }


def test_changes_to_iam_are_looked_for_where_iam_records_them_and_where_the_call_was_made() -> None:
    changes = found(
        earlier(eventSource="iam.amazonaws.com", eventName="CreateAccessKey", eventID="1"),
        earlier(eventSource="iam.amazonaws.com", eventName="CreateAccessKey", eventID="2"),
        earlier(
            eventSource="iam.amazonaws.com",
            eventName="AttachUserPolicy",
            errorCode="AccessDenied",
            eventID="3",
        ),
        earlier(eventSource="iam.amazonaws.com", eventName="ListUsers", eventID="4"),
        earlier(eventSource="sts.amazonaws.com", eventName="AssumeRole", eventID="5"),
        earlier(eventSource="iam.amazonaws.com", eventName="CreateUser", eventID="6", userIdentity=USER),
    )
    with aws_answers({"cloudtrail.LookupEvents": [changes, found()]}) as aws:
        triage = asked(IAM_CHANGES, case_of({"awsRegion": "eu-west-1"}))

    assert triage.findings[0].text == (
        "CreateAccessKey (2 times), AttachUserPolicy refused; assumed roles: AssumeRole, in 1 d before"
    )
    assert triage.evidence.iam_changes == 2
    lookups = [request for request in aws.requests if request.operation == "cloudtrail.LookupEvents"]
    assert [request.region for request in lookups] == ["us-east-1", "eu-west-1"]
    assert lookups[0].parameters["LookupAttributes"] == [
        {"AttributeKey": "AccessKeyId", "AttributeValue": "ASIAEXAMPLE"}
    ]


def test_other_purges_are_those_of_the_same_role_whatever_its_session() -> None:
    other_session = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:assumed-role/AppRole/bob",
        "accountId": "111122223333",
        "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/AppRole"}},
    }
    purges = found(
        earlier(eventID="1", userIdentity=other_session),
        earlier(eventID="2", errorCode="AccessDenied"),
        earlier(eventID="3", userIdentity=USER),
    )
    with aws_answers({"cloudtrail.LookupEvents": purges}):
        triage = asked(PURGES, case_of())

    assert triage.findings[0].text == "1 other purges and 1 refused ones in 30 d: orders"
    assert triage.evidence.earlier_purges_by_actor == 1


@pytest.mark.parametrize(
    ("event", "new_address", "new_tool"),
    [
        (earlier(), False, False),
        (earlier(sourceIPAddress="198.51.100.7"), True, False),
        (earlier(userAgent="Boto3/1.43"), False, True),
        (past(eventTime="2026-01-15T09:30:00Z"), None, None),
    ],
    ids=["known", "new address", "new tool", "only just before"],
)
def test_says_whether_address_and_tool_are_new(
    event: dict[str, Any], *, new_address: bool | None, new_tool: bool | None
) -> None:
    with aws_answers({"cloudtrail.LookupEvents": found(event)}):
        evidence = asked(NOVELTY, case_of()).evidence

    assert (evidence.is_new_address, evidence.is_new_tool) == (new_address, new_tool)


def test_people_of_one_permission_set_are_not_taken_for_one_another() -> None:
    def person(name: str) -> dict[str, object]:
        role = "AWSReservedSSO_Ops_0123456789abcdef"
        return {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{name}",
            "accountId": "111122223333",
            "sessionContext": {
                "sessionIssuer": {"arn": f"arn:aws:iam::111122223333:role/{role}", "userName": role}
            },
        }

    with aws_answers({"cloudtrail.LookupEvents": found(earlier(userIdentity=person("alice")))}):
        finding = line(NOVELTY, case_of({"userIdentity": person("bob")}))

    assert finding.text == "nothing earlier is known of this actor"


@pytest.mark.parametrize(
    "probe", [CREDENTIAL, PERMISSION, IAM_CHANGES, NOVELTY], ids=lambda probe: probe.name
)
def test_an_outsider_is_not_asked_about_in_an_account_that_is_not_ours(probe: Probe) -> None:
    outsider = {**USER, "accountId": "444455556666", "arn": "arn:aws:iam::444455556666:user/bob"}
    with aws_answers({}) as aws:
        finding = line(probe, case_of({"userIdentity": outsider}))

    assert (finding.status, finding.text) == (
        Status.NOT_APPLICABLE,
        "not looked up: the account 444455556666 is not in the inventory",
    )
    assert aws.operations == []
