from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.alert import LONGEST_TITLE, Alert, AlertKind, Harmless, alerts_in, judge
from policies.detection.cards.purge import QUEUE_PURGED
from tests.events import EventCase, event_cases, event_named
from tests.events.arbitrary import DEEP, JSON_VALUES, RECORD, mutated_records, on_bus
from tests.policies.detection.test_alarm import EVENT as ALARM_EVENT


def alert_of(**changes: object) -> Alert:
    (alert,) = alerts_in({**RECORD, **changes})
    return alert


@pytest.mark.parametrize(
    "case", [case for case in event_cases() if case.expect["rules"]], ids=lambda case: case.name
)
def test_an_alert_is_as_severe_as_the_example_expects(case: EventCase) -> None:
    (alert,) = (alert for alert in alerts_in(case.event) if alert.rule)

    assert alert.assessment.severity == case.expect["severity"]
    assert alert.rule is not None
    assert str(alert.kind) == str(alert.rule.kind)
    assert len(alert.title) <= LONGEST_TITLE
    assert alert.title.startswith(alert.headline_with_severity)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        pytest.param({}, "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)", id="purged"),
        pytest.param(
            {"errorCode": "AccessDenied"},
            "[LOW] SQS queue purge denied: orders (111122223333 us-east-1)",
            id="denied",
        ),
        pytest.param(
            {"errorCode": "InvalidAddress", "requestParameters": {"queueUrl": "https://x/é\r\nSubject: no"}},
            r'[LOW] SQS queue purge failed: "\xe9\r\nSubject: no" (111122223333 us-east-1)',
            id="name-that-forges",
        ),
        pytest.param(
            {"requestParameters": {"queueUrl": "https://x/orders (111122223333 us-east-1) planned"}},
            '[MEDIUM] SQS queue purged: "orders (111122223333 us-east-1) planned" (111122223333 us-east-1)',
            id="name-that-imitates",
        ),
        pytest.param(
            {"requestParameters": None, "recipientAccountId": None, "awsRegion": None},
            "[MEDIUM] SQS queue purged: unknown (unknown unknown)",
            id="nothing-known",
        ),
        pytest.param(
            {
                "requestParameters": {"queueUrl": f"https://x/{'a' * 60}{'b' * 20}"},
                "awsRegion": "ap-southeast-1",
            },
            f"[MEDIUM] SQS queue purged: {'a' * 27}...{'b' * 13} (111122223333 ap-southeast-1)",
            id="longest-name",
        ),
    ],
)
def test_the_title_keeps_what_matters(changes: dict[str, object], title: str) -> None:
    assert alert_of(**changes).title == title
    assert len(title) <= 100


@pytest.mark.parametrize(
    ("state", "severity"),
    [("ALARM", "high"), ("OK", "low"), ("INSUFFICIENT_DATA", "medium"), (None, "medium")],
)
def test_an_alarm_becomes_an_operational_alert(state: str | None, severity: str) -> None:
    detail = {**ALARM_EVENT["detail"], "state": {"value": state, "reason": "why"}}

    (alert,) = alerts_in({**ALARM_EVENT, "detail": detail})

    assert (alert.kind, alert.assessment.severity) == (AlertKind.ALARM, severity)
    assert (alert.target, alert.subject.account, alert.region) == (
        "purge-guard-account-undelivered",
        "111122223333",
        "eu-west-1",
    )


@pytest.mark.parametrize(
    "case", [case for case in event_cases() if case.expect.get("harmless")], ids=lambda case: case.name
)
def test_what_a_rule_looked_at_and_does_not_mind_is_no_alert(case: EventCase) -> None:
    (harmless,) = judge(case.event)

    assert isinstance(harmless, Harmless)
    assert harmless.call.event_name == case.event["detail"]["eventName"]
    assert alerts_in(case.event) == ()


@pytest.mark.parametrize(
    "case",
    [case for case in event_cases() if not case.expect["rules"] and not case.expect.get("harmless")],
    ids=lambda case: case.name,
)
def test_what_no_rule_finds_is_told_as_that(case: EventCase) -> None:
    (alert,) = alerts_in(case.event)

    assert (alert.kind, alert.rule, alert.assessment.severity) == (AlertKind.UNRECOGNIZED, None, "low")
    assert alert.outcome == "unknown"


def test_an_alarm_is_told_as_one_wherever_it_was_kept() -> None:
    (alert,) = alerts_in({"Messages": [{"Body": json.dumps({"requestPayload": ALARM_EVENT})}]})

    assert (alert.kind, alert.key) == (AlertKind.ALARM, alerts_in(ALARM_EVENT)[0].key)


def test_the_raw_record_is_json_even_if_the_event_is_not() -> None:
    assert json.loads(alert_of(x=float("nan"), y=float("-inf")).raw)["y"] == "-Infinity"


def test_a_forged_purge_is_told_with_a_warning() -> None:
    (alert,) = alerts_in(event_named("none-other-source"))

    assert any("not sent by AWS" in note for note in alert.notes)


def test_the_organizations_runbook_replaces_the_rules() -> None:
    (ours,), (theirs,) = alerts_in(RECORD), alerts_in(RECORD, "https://example.com/purged")

    assert ours.runbook == QUEUE_PURGED.runbook
    assert theirs.runbook == "https://example.com/purged"


@pytest.mark.parametrize(
    ("ids", "key"),
    [
        ({"sharedEventID": "s", "requestID": "r", "eventID": "e"}, "purge#s"),
        ({"requestID": "r", "eventID": "e"}, "purge#r"),
        ({"requestID": None, "eventID": "e"}, "purge#e"),
        ({"sharedEventID": 3, "requestID": "", "eventID": "e"}, "purge#e"),
        ({"requestID": "x" * 129, "eventID": "e"}, "purge#e"),
        ({"requestID": "é", "eventID": "e"}, "purge#e"),
    ],
    ids=str,
)
def test_the_key_is_the_widest_id(ids: dict[str, Any], key: str) -> None:
    assert alert_of(**ids).key == key


def test_without_ids_the_key_is_a_digest_of_the_whole_record() -> None:
    one = alert_of(requestID=None, eventID=None)
    other = alert_of(requestID=None, eventID=None, userAgent="other")

    assert one.key is not None
    assert one.key.startswith("purge#sha256:")
    assert one.key == alert_of(requestID=None, eventID=None).key != other.key


def test_what_cannot_be_written_has_no_key_rather_than_a_common_one() -> None:
    assert alert_of(requestID=None, eventID=None, responseElements=DEEP).key is None


def test_an_unrecognized_event_cannot_take_a_purges_key() -> None:
    (forged,) = alerts_in(event_named("none-other-source"))
    (genuine,) = alerts_in(event_named("purged-by-role-session"))

    assert forged.key != genuine.key


@given(record=mutated_records())
def test_every_purge_yields_exactly_one_alert(record: dict[str, object]) -> None:
    (alert,) = alerts_in(on_bus(record))

    assert alert.rule is not None
    assert str(alert.kind) == str(alert.rule.kind)
    assert len(alert.title) <= LONGEST_TITLE
    assert alert.title.startswith(alert.headline_with_severity)


@given(document=JSON_VALUES | st.builds(on_bus, JSON_VALUES))
def test_whatever_arrives_yields_an_alert(document: object) -> None:
    assert alerts_in(document)


@given(records=st.lists(mutated_records(), min_size=1, max_size=4))
def test_a_log_file_yields_an_alert_for_each_purge(records: list[dict[str, object]]) -> None:
    assert len(alerts_in({"Records": records})) == len(records)
