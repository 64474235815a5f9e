"""What goes to Security Hub, to OCSF and back to the bus, by the schemas of those who read it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from py_ocsf_models.events.findings.detection_finding import DetectionFinding

from policies.detection.alert import alerts_in
from policies.detection.asff import finding_id, security_finding
from policies.detection.bus_event import bus_event
from policies.detection.ocsf import detection_finding
from policies.detection.pattern import matches
from policies.detection.rules import HUB_EVENT_PATTERN, RULES
from policies.naming import Place
from tests.events import event_cases, event_named
from tests.events.arbitrary import FILLERS, RECORD, largest_record, mutated_records
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged

if TYPE_CHECKING:
    from policies.detection.alert import Alert

HUB = Place("222233334444", "us-east-1")
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)
SHAPE = (
    boto3.client("securityhub", region_name="us-east-1")
    .meta.service_model.operation_model("BatchImportFindings")
    .input_shape
)
EVERY_EVENT = pytest.mark.parametrize(
    "event", [case.event for case in event_cases()] + [ALARM_EVENT, None, "text"], ids=lambda _: ""
)


def asff_problems(alert: Alert) -> list[str]:
    """Return what Security Hub would refuse, by botocore's model and by the limits of its documentation."""
    finding = security_finding(alert, HUB, NOW)
    report = ParamValidator().validate({"Findings": [finding]}, SHAPE)
    problems = [report.generate_report()] if report.has_errors() else []
    recommendation = finding["Remediation"]["Recommendation"]["Text"]
    sized = {
        "Title": (finding["Title"], 256),
        "Description": (finding["Description"], 1024),
        "Recommendation": (recommendation, 512),
        **{f"Id {index}": (resource["Id"], 512) for index, resource in enumerate(finding["Resources"])},
        **{name: (value, 1024) for name, value in finding["ProductFields"].items()},
    }
    problems += [name for name, (text, most) in sized.items() if not 1 <= len(text) <= most]
    return problems + (["ProductFields"] if len(finding["ProductFields"]) > 50 else [])


@EVERY_EVENT
def test_every_alert_is_a_finding_that_security_hub_takes(event: object) -> None:
    for alert in alerts_in(event):
        assert asff_problems(alert) == []


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_a_hostile_record_and_triage_are_a_finding_too(filler: str) -> None:
    alert = flooded(largest_record(filler), filler)

    assert asff_problems(alert) == []
    assert "\n" not in json.dumps(security_finding(alert, HUB, NOW), ensure_ascii=True).replace("\\\\", "")


def test_a_finding_says_what_who_where_and_how_bad() -> None:
    finding = security_finding(triaged(RECORD), HUB, NOW)

    assert finding["Severity"] == {"Label": "HIGH", "Original": "62"}
    assert finding["ProductArn"] == "arn:aws:securityhub:us-east-1:222233334444:product/222233334444/default"
    assert (finding["AwsAccountId"], finding["GeneratorId"]) == ("222233334444", "sqs-queue-purged")
    assert [(resource["Type"], resource["Id"]) for resource in finding["Resources"]] == [
        ("AwsSqsQueue", "arn:aws:sqs:us-east-1:111122223333:orders"),
        ("AwsIamRole", "arn:aws:iam::111122223333:role/AppRole"),
    ]
    action = finding["Action"]["AwsApiCallAction"]
    assert (action["Api"], action["RemoteIpDetails"]) == ("PurgeQueue", {"IpAddressV4": "203.0.113.10"})
    assert "Lost: about 1,240 messages, the oldest of 3 h 20 min" in finding["ProductFields"].values()


def test_news_updates_the_same_finding() -> None:
    before = security_finding(alerts_in(RECORD)[0], HUB, NOW)
    after = security_finding(triaged(RECORD), HUB, NOW.replace(minute=2))

    assert before["Id"] == after["Id"]
    assert before["CreatedAt"] == after["CreatedAt"]
    assert before["UpdatedAt"] < after["UpdatedAt"]
    assert before["Severity"] != after["Severity"]


def test_different_alerts_are_different_findings() -> None:
    (one,), (other,) = alerts_in(RECORD), alerts_in({**RECORD, "requestID": "r-2"})

    assert finding_id(one, HUB) != finding_id(other, HUB)


def ocsf(alert: Alert) -> dict[str, Any]:
    text = detection_finding(alert, NOW)
    DetectionFinding.model_validate_json(text)
    finding: dict[str, Any] = json.loads(text)
    return finding


@EVERY_EVENT
def test_every_alert_is_a_detection_finding_of_ocsf(event: object) -> None:
    for alert in alerts_in(event):
        finding = ocsf(alert)
        assert (finding["class_uid"], finding["type_uid"]) == (2004, 200401)


@given(record=mutated_records())
def test_whatever_a_record_holds_it_is_a_detection_finding(record: dict[str, object]) -> None:
    assert ocsf(alerts_in(record)[0])["metadata"]["product"]["name"] == "purge-guard"


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_a_flooded_finding_keeps_its_size(filler: str) -> None:
    text = detection_finding(flooded(largest_record(filler), filler), NOW)

    assert len(text) <= 26_000
    assert text.isascii()


def test_a_detection_finding_says_what_who_where_and_how_bad() -> None:
    finding = ocsf(triaged(RECORD))

    assert (finding["severity_id"], finding["severity"], finding["risk_score"]) == (4, "High", 62)
    assert finding["time"] == 1768471200000
    assert finding["finding_info"]["attacks"][0]["technique"]["uid"] == "T1562"
    assert finding["resources"][0]["uid"] == "arn:aws:sqs:us-east-1:111122223333:orders"
    (evidence,) = finding["evidences"]
    assert evidence["api"]["operation"] == "PurgeQueue"
    assert evidence["src_endpoint"] == {"ip": "203.0.113.10"}
    assert evidence["actor"]["user"]["uid"] == "arn:aws:iam::111122223333:role/AppRole"
    assert [line["label"] for line in finding["unmapped"]["triage"]] == ["Queue tags", "Lost", "Role"]


def test_the_event_on_the_bus_is_the_alert_and_comes_back_to_nobody_of_ours() -> None:
    entry = bus_event(triaged(event_named("purged-by-role-session")), "purge-guard-hub")
    event = {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(str(entry["Detail"])),
        "account": "222233334444",
    }

    assert json.loads(str(entry["Detail"]))["severity"] == "high"
    assert not matches(HUB_EVENT_PATTERN, event)
    assert not any(matches(rule.event_pattern, event) for rule in RULES)
