from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.alert import NOTHING_KNOWN, alerts_in
from policies.detection.cards.guard_tampering import GUARD_TAMPERED
from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.intake import Received
from policies.detection.pattern import matches
from policies.detection.record import read_call
from policies.detection.rule import Outcome, Rule
from policies.detection.rules import HUB_EVENT_PATTERN, RULES, finding_rule
from policies.detection.severity import Severity, severity_of
from tests.events import EventCase, PatternRow, event_cases, pattern_table
from tests.events.arbitrary import mutated_records, on_bus

EVERY_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
EVERY_CASE = pytest.mark.parametrize("case", event_cases(), ids=lambda case: case.name)


@EVERY_RULE
def test_a_rule_has_all_that_a_reader_needs(rule: Rule) -> None:
    assert (Path(__file__).parents[3] / rule.runbook).is_file()
    assert rule.references[0].startswith(
        ("https://docs.aws.amazon.com/", "https://github.com/elastic/detection-rules/")
    )
    assert all(reference.startswith("https://") for reference in rule.references)
    assert {technique.tactic_id for technique in rule.techniques} <= {"TA0005", "TA0040"}
    assert rule.techniques
    assert rule.description
    assert rule.false_positives
    assert rule.first_steps


@pytest.mark.parametrize("rule", [QUEUE_PURGED, PURGE_REFUSED], ids=lambda rule: rule.id)
def test_the_rules_on_purges_refer_to_the_public_one_and_have_its_techniques(rule: Rule) -> None:
    assert rule.references[0].startswith("https://github.com/elastic/detection-rules/")
    assert {technique.id for technique in rule.techniques} == {"T1562", "T1562.008", "T1485"}


@EVERY_RULE
def test_a_rule_has_an_example_that_matches_and_one_that_almost_does(rule: Rule) -> None:
    assert [case.name for case in event_cases() if rule.id in case.expect["rules"]]
    assert [case.name for case in event_cases() if case.expect.get("almost") == rule.id]


def test_rules_have_different_ids() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_the_first_rule_is_as_severe_as_the_public_one_and_a_refusal_is_weaker() -> None:
    purged, refused = QUEUE_PURGED, PURGE_REFUSED

    assert (purged.id, purged.risk, severity_of(purged.risk)) == ("sqs-queue-purged", 47, Severity.MEDIUM)
    assert (refused.id, refused.risk, severity_of(refused.risk)) == (
        "sqs-queue-purge-refused",
        21,
        Severity.LOW,
    )
    assert [rule.public_id for rule in RULES if rule.public_id] == ["bab88bb8-cdd9-11ef-bd9a-f661ea17fbcd"]
    assert purged.public_id


@EVERY_CASE
def test_finds_what_the_example_expects(case: EventCase) -> None:
    found = [alert.rule.id for alert in alerts_in(case.event) if alert.rule]

    assert found == case.expect["rules"]


@pytest.mark.parametrize("row", pattern_table(), ids=lambda row: row.name)
def test_the_patterns_let_through_what_the_table_says(row: PatternRow) -> None:
    assert {rule.id for rule in RULES if matches(rule.event_pattern, row.event)} == row.rules
    assert matches(HUB_EVENT_PATTERN, row.event) or not row.rules


def test_the_table_is_long_enough_to_be_worth_deploying() -> None:
    rows = pattern_table()

    assert len(rows) >= 20
    assert {row.rules for row in rows} == {
        frozenset(),
        *(frozenset({rule.id}) for rule in RULES),
        frozenset({QUEUE_PURGED.id, PURGE_REFUSED.id}),
        frozenset({GUARD_TAMPERED.id, QUEUE_PURGED.id}),
    }


SCALAR_ERRORS = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("AccessDenied")


@given(errors=st.fixed_dictionaries({}, optional={"errorCode": SCALAR_ERRORS, "errorMessage": SCALAR_ERRORS}))
def test_record_and_deployed_pattern_agree_on_success(errors: dict[str, object]) -> None:
    record = {"eventSource": "sqs.amazonaws.com", "eventName": "PurgeQueue", **errors}
    call = read_call(Received(record, on_bus(record)))

    assert matches(QUEUE_PURGED.event_pattern, on_bus(record)) is (call.outcome is Outcome.PURGED)


@given(record=mutated_records())
def test_whatever_a_rule_finds_gets_through_some_pattern(record: dict[str, object]) -> None:
    call = read_call(Received(record, on_bus(record)))

    assert finding_rule(call, NOTHING_KNOWN)
    assert any(matches(rule.event_pattern, on_bus(record)) for rule in RULES)
