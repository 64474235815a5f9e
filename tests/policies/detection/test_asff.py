from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from policies.detection.alert import Alert, alerts_in
from policies.detection.asff import security_finding
from policies.detection.text import visible
from policies.detection.triage.evidence import Evidence, Triage
from policies.detection.triage.finding import Finding
from policies.naming import Place
from tests.events import event_cases, event_named
from tests.events.arbitrary import (
    FILLERS,
    JSON_VALUES,
    RECORD,
    largest_record,
    mutated_records,
    outsider_named,
)
from tests.policies.detection.security_hub_schema import security_hub_problems
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged

if TYPE_CHECKING:
    from collections.abc import Iterator

HUB = Place("222233334444", "us-east-1")
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)
LARGEST_FINDING = 240 * 1024

EVERY_EVENT = pytest.mark.parametrize(
    "event", [case.event for case in event_cases()] + [ALARM_EVENT, None, "text"], ids=lambda _: ""
)


def finding_of(alert: Alert, now: datetime = NOW) -> dict[str, Any]:
    return security_finding(alert, HUB, now)


def texts_in(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def assert_is_taken(finding: dict[str, Any]) -> None:
    """Assert that Security Hub takes a finding, and that nothing in it hides or forges a line."""
    assert security_hub_problems(finding) == []
    assert len(json.dumps(finding)) <= LARGEST_FINDING
    assert [text for text in texts_in(finding) if visible(text) != text] == []


@EVERY_EVENT
def test_every_alert_is_a_finding_that_security_hub_takes(event: object) -> None:
    for alert in alerts_in(event):
        assert_is_taken(finding_of(alert))


@given(record=mutated_records())
def test_whatever_a_record_holds_security_hub_takes_it(record: dict[str, object]) -> None:
    assert_is_taken(finding_of(alerts_in(record)[0]))


@given(document=JSON_VALUES)
def test_any_json_is_a_finding(document: object) -> None:
    assert_is_taken(finding_of(alerts_in(document)[0]))


@pytest.mark.parametrize("filler", [*FILLERS, " ", "\u2028", "\u202e"], ids=ascii)
def test_a_hostile_record_and_a_hostile_triage_are_a_finding_too(filler: str) -> None:
    alert = flooded(largest_record(filler), filler)
    attributes = {"KmsMasterKeyId": filler * 5_000, "RedrivePolicy": filler * 5_000}
    queue = Finding("queue-attributes", "Queue", filler, data={"attributes": attributes})
    evidence = Evidence(queue_tags={filler * length: filler * length for length in (1, 200, 5_000)})
    assert_is_taken(finding_of(replace(alert, triage=Triage((*alert.triage.findings, queue), evidence))))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"Title": "t" * 257}, ".Findings[0].Title has 257 characters"),
        ({"Description": "d" * 1025}, ".Findings[0].Description has 1025 characters"),
        ({"Description": " "}, r".Findings[0].Description does not match .*\S.*"),
        (
            {"Remediation": {"Recommendation": {"Text": "r" * 513}}},
            ".Findings[0].Remediation.Recommendation.Text has 513 characters",
        ),
        ({"RecordState": "GONE"}, ".Findings[0].RecordState is none of ['ACTIVE', 'ARCHIVED']"),
        ({"Resources": [{"Type": "Other", "Id": "x"}] * 33}, ".Findings[0].Resources has 33 items"),
        ({"ProductFields": {"k" * 129: "v"}}, f".Findings[0].ProductFields.{'k' * 129} is too long"),
        ({"ProductFields": {str(key): "v" for key in range(51)}}, ".Findings[0].ProductFields has 51 pairs"),
    ],
)
def test_the_schema_finds_what_security_hub_refuses(change: dict[str, Any], problem: str) -> None:
    assert security_hub_problems(finding_of(triaged(RECORD)) | change) == [problem]


def test_says_what_how_bad_and_what_to_do() -> None:
    finding = finding_of(triaged(event_named("purged-by-role-session")))

    assert finding["Title"] == "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)"
    assert finding["Severity"] == {"Label": "MEDIUM", "Original": "32"}
    assert finding["Types"] == ["TTPs/Defense Evasion", "Effects/Data Destruction"]
    assert finding["FindingProviderFields"] == {"Severity": finding["Severity"], "Types": finding["Types"]}
    assert finding["ProductArn"] == "arn:aws:securityhub:us-east-1:222233334444:product/222233334444/default"
    assert (finding["AwsAccountId"], finding["GeneratorId"]) == ("222233334444", "sqs-queue-purged")
    assert finding["Remediation"]["Recommendation"]["Text"].startswith("Ask the queue's owner")
    assert finding["SourceUrl"].endswith("#/events/11111111-1111-4111-8111-111111111111")
    fields = finding["ProductFields"]
    assert fields["purge-guard/triage/backlog"] == "Lost: about 1,240 messages, the oldest of 3 h 20 min"
    assert fields["purge-guard/triage/actor-role"] == "Role: may not be asked: AccessDenied"
    assert (fields["purge-guard/exception"], fields["purge-guard/risk"]) == ("weekly", "32")


def test_an_attempt_that_changed_nothing_destroyed_nothing() -> None:
    (alert,) = alerts_in(event_named("denied-unauthorized-operation"))

    assert finding_of(alert)["Types"] == ["TTPs/Defense Evasion"]


def test_only_a_runbook_on_the_web_becomes_a_link() -> None:
    (alert,) = alerts_in(RECORD, runbook_url="https://example.com/runbooks/purged")

    recommendation = finding_of(alert)["Remediation"]["Recommendation"]
    assert recommendation["Url"] == "https://example.com/runbooks/purged"
    assert "Url" not in finding_of(alerts_in(RECORD)[0])["Remediation"]["Recommendation"]


@pytest.mark.parametrize(
    ("event", "resources"),
    [
        (
            event_named("purged-by-role-session"),
            [
                ("AwsSqsQueue", "arn:aws:sqs:us-east-1:111122223333:orders"),
                ("AwsIamRole", "arn:aws:iam::111122223333:role/AppRole"),
                ("AwsIamAccessKey", "AWS::IAM::AccessKey:ASIAEXAMPLE"),
            ],
        ),
        (
            {**RECORD, "userIdentity": {"type": "Root", "accountId": "111122223333"}},
            [
                ("AwsSqsQueue", "arn:aws:sqs:us-east-1:111122223333:orders"),
                ("AwsAccount", "AWS::::Account:111122223333"),
            ],
        ),
        ({**RECORD, "requestParameters": None, "userIdentity": None}, [("Other", "unknown")]),
        (ALARM_EVENT, [("Other", "purge-guard-account-undelivered")]),
    ],
    ids=["role", "root", "nothing known", "alarm"],
)
def test_names_what_was_hit_and_who_did_it(event: object, resources: list[tuple[str, str]]) -> None:
    finding = finding_of(alerts_in(event)[0])

    assert [(resource["Type"], resource["Id"]) for resource in finding["Resources"]] == resources


def test_says_of_the_session_what_the_record_says() -> None:
    key = finding_of(alerts_in(RECORD)[0])["Resources"][2]["Details"]["AwsIamAccessKey"]

    assert (key["PrincipalName"], key["AccountId"]) == ("AppRole", "111122223333")
    assert key["SessionContext"]["Attributes"] == {
        "MfaAuthenticated": False,
        "CreationDate": "2026-01-15T09:00:00Z",
    }


def test_says_of_the_queue_what_was_looked_up() -> None:
    target = "arn:aws:sqs:us-east-1:111122223333:orders-failed"
    attributes = {
        "KmsMasterKeyId": "alias/orders",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 5}),
    }
    tags = {"owner": "payments", "aws:cloudformation:stack-name": "shop", "empty": "", "odd": "a\nb"}
    queue = Finding("queue-attributes", "Queue", "standard", data={"attributes": attributes})
    resource = finding_of(triaged(RECORD, Triage((queue,), Evidence(queue_tags=tags))))["Resources"][0]

    assert resource["Tags"] == {"owner": "payments"}
    assert resource["Details"]["AwsSqsQueue"] == {
        "QueueName": "orders",
        "KmsMasterKeyId": "alias/orders",
        "DeadLetterTargetArn": target,
    }


@pytest.mark.parametrize(
    ("source", "network"),
    [
        ("203.0.113.10", {"Direction": "IN", "SourceIpV4": "203.0.113.10"}),
        ("2001:DB8::1", {"Direction": "IN", "SourceIpV6": "2001:db8::1"}),
        ("fe80::1%<b>", {"Direction": "IN", "SourceIpV6": "fe80::1"}),
        ("AWS Internal", None),
        ("sqs.amazonaws.com", None),
        (None, None),
    ],
)
def test_only_an_ip_address_is_a_source_on_the_network(source: str | None, network: object) -> None:
    # C06
    finding = finding_of(alerts_in({**RECORD, "sourceIPAddress": source})[0])

    assert finding.get("Network") == network
    has_address = "RemoteIpDetails" in finding["Action"]["AwsApiCallAction"]
    assert has_address == (source == "203.0.113.10")


@pytest.mark.parametrize(
    ("change", "name"),
    [({"awsRegion": "xx-longest-region-there-is-1"}, "Region"), ({"eventID": "e" * 3_000}, "SourceUrl")],
)
def test_what_is_too_long_to_be_cut_is_left_out(change: dict[str, str], name: str) -> None:
    def names(finding: dict[str, Any]) -> set[str]:
        return {*finding, *finding["Resources"][0]}

    finding = finding_of(alerts_in({**RECORD, "resources": [], **change})[0])

    assert_is_taken(finding)
    assert names(finding_of(alerts_in(RECORD)[0])) - names(finding) == {name}


def test_what_the_caller_chose_stays_in_its_place() -> None:
    finding = finding_of(alerts_in(outsider_named("x; How bad: LOW\nTitle: fine\u202e"))[0])

    assert finding["Severity"]["Label"] == "MEDIUM"
    assert finding["ProductFields"]["purge-guard/actor"].startswith(
        r'role "x; How bad: LOW\\nTitle: fine\\u202e"'
    )


def test_news_updates_the_same_finding() -> None:
    before = finding_of(alerts_in(RECORD)[0])
    after = finding_of(triaged(RECORD), NOW.replace(minute=2))

    same = ("Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert before["UpdatedAt"] < after["UpdatedAt"]
    assert before["FindingProviderFields"]["Severity"]["Original"] == "47"
    assert after["FindingProviderFields"]["Severity"]["Original"] == "32"


def test_an_alarm_that_is_over_closes_its_finding() -> None:
    over = {**ALARM_EVENT["detail"], "state": {"value": "OK", "timestamp": "2026-01-15T11:00:00.000+0000"}}
    rings, ends = (
        finding_of(alerts_in({**ALARM_EVENT, "detail": d})[0]) for d in (ALARM_EVENT["detail"], over)
    )

    assert rings["Id"] == ends["Id"]
    assert (rings["RecordState"], ends["RecordState"]) == ("ACTIVE", "ARCHIVED")
    assert (rings["Severity"]["Label"], ends["Severity"]["Label"]) == ("HIGH", "INFORMATIONAL")


def test_a_finding_is_never_updated_before_it_happened() -> None:
    finding = finding_of(alerts_in({**RECORD, "eventTime": "2030-01-01T00:00:00Z"})[0])

    assert finding["UpdatedAt"] == finding["CreatedAt"] == "2030-01-01T00:00:00Z"
