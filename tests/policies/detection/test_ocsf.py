from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from policies.detection.alert import alerts_in
from policies.detection.ocsf import detection_finding
from policies.detection.ocsf_class import VERSION
from tests.events import event_cases, event_named
from tests.events.arbitrary import FILLERS, JSON_VALUES, RECORD, largest_record, mutated_records
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT
from tests.policies.detection.triaged import flooded, triaged

if TYPE_CHECKING:
    from policies.detection.alert import Alert

NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)
LONGEST = 26_000

EVENTS = [case.event for case in event_cases()] + [ALARM_EVENT, None, "text"]


@cache
def published_schema(version: str = VERSION) -> Draft202012Validator:
    """Return OCSF's own schema of the class, in which no field is allowed that it does not know."""
    schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=version))
    return Draft202012Validator(schemas.get_class_schema("detection_finding", profiles=["cloud"]))


def problems(finding: dict[str, Any], version: str = VERSION) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in published_schema(version).iter_errors(finding)]


def finding_of(alert: Alert) -> dict[str, Any]:
    text = detection_finding(alert, NOW)
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= LONGEST
    finding: dict[str, Any] = json.loads(text)
    assert problems(finding) == []
    return finding


@pytest.mark.parametrize("event", EVENTS, ids=lambda _: "")
def test_every_alert_is_a_detection_finding(event: object) -> None:
    for alert in alerts_in(event):
        finding = finding_of(alert)
        assert (finding["class_uid"], finding["type_uid"]) == (2004, 200401)


@pytest.mark.parametrize("version", ["1.5.0", "1.6.0", "1.7.0"])
@pytest.mark.parametrize("event", [RECORD, event_named("purged-by-root-through-support"), ALARM_EVENT, None])
def test_readers_of_older_versions_understand_it(event: object, version: str) -> None:
    assert problems(finding_of(triaged(event)), version) == []


@given(record=mutated_records())
def test_whatever_a_record_holds_it_is_a_detection_finding(record: dict[str, object]) -> None:
    assert finding_of(alerts_in(record)[0])["metadata"]["version"] == VERSION


@given(document=JSON_VALUES)
def test_any_json_is_a_detection_finding(document: object) -> None:
    assert finding_of(alerts_in(document)[0])["finding_info"]["types"] == ["unrecognized"]


@pytest.mark.parametrize("filler", FILLERS, ids=ascii)
def test_a_flood_of_findings_keeps_its_size(filler: str) -> None:
    finding = finding_of(flooded(largest_record(filler), filler))

    assert finding["unmapped"]["triage"]
    assert finding["raw_data"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"severity_id": 7}, "$.severity_id: 7 is not one of ["),
        ({"colour": "red"}, "$: Additional properties are not allowed ('colour' was unexpected)"),
        ({"evidences": [{}]}, "$.evidences[0]: {} is not valid under any of the given schemas"),
    ],
)
def test_the_published_schema_can_refuse(change: dict[str, Any], problem: str) -> None:
    (found,) = problems(finding_of(triaged(RECORD)) | change)

    assert found.startswith(problem)


def test_says_what_who_where_and_how_bad() -> None:
    finding = finding_of(triaged(RECORD))

    assert (finding["severity_id"], finding["severity"], finding["risk_score"]) == (3, "Medium", 32)
    assert (finding["activity_id"], finding["status"], finding["time"]) == (1, "New", 1768471200000)
    assert finding["cloud"]["account"]["uid"] == "111122223333"
    assert finding["finding_info"]["analytic"]["uid"] == "sqs-queue-purged"
    techniques = [attack["technique"]["uid"] for attack in finding["finding_info"]["attacks"]]
    assert techniques == ["T1562", "T1562.008", "T1485"]
    assert finding["resources"][0]["uid"] == "arn:aws:sqs:us-east-1:111122223333:orders"
    assert [line["label"] for line in finding["unmapped"]["triage"]] == ["Queue tags", "Lost", "Role"]


def test_the_evidence_is_who_called_what_from_where() -> None:
    (evidence,) = finding_of(alerts_in(RECORD)[0])["evidences"]

    assert evidence["actor"] == {
        "user": {
            "name": "AppRole",
            "uid": "arn:aws:iam::111122223333:role/AppRole",
            "account": {"uid": "111122223333", "type_id": 10, "type": "AWS Account"},
            "type_id": 99,
            "type": "role-session",
        },
        "session": {
            "uid": "alice",
            "issuer": "arn:aws:iam::111122223333:role/AppRole",
            "credential_uid": "ASIAEXAMPLE",
            "created_time": 1768467600000,
            "is_mfa": False,
        },
    }
    assert evidence["api"]["operation"] == "PurgeQueue"
    assert evidence["api"]["service"] == {"name": "sqs.amazonaws.com"}
    assert evidence["src_endpoint"] == {"ip": "203.0.113.10"}
    assert evidence["http_request"] == {"user_agent": "aws-cli/2.15"}


@pytest.mark.parametrize(
    ("source", "endpoint"),
    [
        ("2001:DB8::1", {"ip": "2001:db8::1"}),
        ("::ffff:203.0.113.10", {"ip": "203.0.113.10"}),
        ("fe80::1%<b>", {"ip": "fe80::1"}),
        ("AWS Internal", {"name": "AWS Internal"}),
        (None, None),
    ],
)
def test_only_an_address_is_an_address(source: str | None, endpoint: object) -> None:
    # C06
    (evidence,) = finding_of(alerts_in({**RECORD, "sourceIPAddress": source})[0])["evidences"]

    assert evidence.get("src_endpoint") == endpoint


def test_the_record_gives_way_to_what_was_found_out() -> None:
    alert = replace(flooded(largest_record("a"), "a"), notes=("n" * 500,) * 15)
    finding = finding_of(alert)

    assert len(finding["unmapped"]["notes"]) == 15
    assert len(finding["raw_data"]) < 8_000


def test_every_observable_stands_where_it_says() -> None:
    finding = finding_of(alerts_in(RECORD)[0])

    found = {(observable["type"], observable["value"]) for observable in finding["observables"]}
    assert found == {
        ("Resource UID", "arn:aws:sqs:us-east-1:111122223333:orders"),
        ("IP Address", "203.0.113.10"),
        ("User Name", "AppRole"),
        ("User Credential ID", "ASIAEXAMPLE"),
        ("HTTP User-Agent", "aws-cli/2.15"),
    }
    for observable in finding["observables"]:
        place: Any = finding
        for name in observable["name"].split("."):
            place = place[name][0] if isinstance(place[name], list) else place[name]
        assert place == observable["value"]


def test_what_the_caller_chose_is_a_value_and_nothing_else() -> None:
    name = '"},"severity_id":1,"x":{"y":"\r\n\u202e'
    finding = finding_of(alerts_in({**RECORD, "userAgent": name})[0])

    assert finding["severity_id"] == 3
    assert finding["evidences"][0]["http_request"]["user_agent"] == name


def test_an_alarm_that_is_over_closes_what_it_opened() -> None:
    over = {**ALARM_EVENT["detail"], "state": {"value": "OK"}}
    rings, ends = (
        finding_of(alerts_in(ALARM_EVENT)[0]),
        finding_of(alerts_in({**ALARM_EVENT, "detail": over})[0]),
    )

    assert rings["finding_info"]["uid"] == ends["finding_info"]["uid"]
    assert (rings["activity_name"], ends["activity_name"]) == ("Create", "Close")
    assert (ends["type_uid"], ends["status"], ends["severity"]) == (200403, "Resolved", "Informational")
