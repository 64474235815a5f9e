"""A digest as a finding: what Security Hub takes, and what the schema of OCSF allows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.digest import MOST_ENTRIES, Digest
from policies.detection.digest_finding import digest_detection_finding, digest_security_finding
from policies.detection.severity import Severity
from policies.naming import Place
from tests.policies.detection.digests import LOG, entry, longest_entry
from tests.policies.detection.security_hub_schema import security_hub_problems
from tests.policies.detection.test_ocsf import problems

HUB = Place("222233334444", "us-east-1")
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)
LARGEST_FINDING = 240 * 1024

LATER = entry(
    2, severity=Severity.HIGH, time="2026-01-15T10:02:00Z", account="444455556666", target="invoices"
)
UNKNOWN = entry(3, time=None, region="unknown", account="unknown", target="unknown", actor="unknown")

DIGESTS = {
    "one": (entry(1),),
    "two queues": (entry(1), LATER),
    "nothing known": (UNKNOWN,),
    "elsewhere": (entry(1, region="cn-north-1"), entry(2, region="us-gov-west-1")),
    "the longest": tuple(longest_entry(number, '"') for number in range(MOST_ENTRIES)),
    "many": tuple(entry(number, target=f"queue-{number}", actor=f"role {number}") for number in range(500)),
}
EVERY_DIGEST = pytest.mark.parametrize("entries", DIGESTS.values(), ids=DIGESTS)

TEXTS = st.text(min_size=1, max_size=120)


def security_finding(*entries: Any) -> dict[str, Any]:  # noqa: ANN401 - entries, which DIGESTS holds as tuples
    finding = digest_security_finding(Digest(entries, LOG), HUB, NOW)
    assert security_hub_problems(finding) == []
    assert len(json.dumps(finding)) <= LARGEST_FINDING
    return finding


def detection_finding(*entries: Any) -> dict[str, Any]:  # noqa: ANN401 - see above
    text = digest_detection_finding(Digest(entries, LOG), NOW)
    assert text.isascii()
    assert text.isprintable()
    finding: dict[str, Any] = json.loads(text)
    assert problems(finding) == []
    return finding


@EVERY_DIGEST
def test_security_hub_takes_every_digest(entries: Any) -> None:  # noqa: ANN401 - see above
    finding = security_finding(*entries)

    assert finding["Title"] == Digest(entries, LOG).title
    assert finding["ProductFields"]["purge-guard/count"] == str(len(entries))


@EVERY_DIGEST
def test_every_digest_is_a_detection_finding(entries: Any) -> None:  # noqa: ANN401 - see above
    finding = detection_finding(*entries)

    assert finding["count"] == len(entries)
    assert finding["unmapped"]["keys"] == [each.key for each in entries]


@given(target=TEXTS, actor=TEXTS, region=TEXTS, account=TEXTS)
def test_no_text_makes_a_finding_that_is_refused(target: str, actor: str, region: str, account: str) -> None:
    hostile = entry(1, target=target, actor=actor, region=region, account=account)

    security_finding(hostile)
    detection_finding(hostile)


def test_a_finding_says_when_it_began_how_bad_it_is_and_what_it_is_about() -> None:
    finding = security_finding(entry(1), LATER)

    assert finding["Severity"] == {"Label": "HIGH"}
    assert (finding["FirstObservedAt"], finding["LastObservedAt"]) == (
        "2026-01-15T10:00:00Z",
        "2026-01-15T10:02:00Z",
    )
    assert finding["UpdatedAt"] == "2026-01-15T10:02:00Z"
    assert [resource["Id"] for resource in finding["Resources"]] == [
        "111122223333/us-east-1/orders",
        "444455556666/us-east-1/invoices",
    ]
    assert "2 alerts in addition to those that were sent at once" in finding["Description"]


def test_a_detection_finding_says_the_same() -> None:
    finding = detection_finding(entry(1), LATER)

    assert (finding["severity"], finding["end_time"] - finding["start_time"]) == ("High", 120_000)
    assert [resource["name"] for resource in finding["resources"]] == ["orders", "invoices"]


def test_the_same_alerts_make_the_same_finding_and_others_another() -> None:
    first = security_finding(entry(1), LATER)["Id"]

    assert security_finding(LATER, entry(1))["Id"] == first
    assert security_finding(LATER)["Id"] != first
    assert detection_finding(entry(1), LATER)["finding_info"]["uid"] in first
