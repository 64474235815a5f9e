from __future__ import annotations

import pytest

from policies.detection.triage.queue_tags import read_tags


@pytest.mark.parametrize(
    ("tags", "owner", "environment"),
    [
        ({"Owner": "payments", "Environment": "production"}, "payments", "production"),
        ({"TEAM": "payments", "ENV": "prod"}, "payments", "prod"),
        ({"owner-team": "payments", "Stage": "prod"}, "payments", "prod"),
        ({"acme:owner": "payments", "acme/env": "prod"}, "payments", "prod"),
        ({"Team Name": "payments"}, "payments", None),
        ({"team": "checkout", "owner": "payments"}, "payments", None),
        ({"owner": "", "team": "checkout"}, "checkout", None),
        ({"aws:cloudformation:stack-name": "orders", "aws:owner": "nobody"}, None, None),
        ({"owners": "payments", "environments": "all"}, None, None),
    ],
    ids=[
        "capitals",
        "synonyms",
        "hyphens",
        "prefixes",
        "blanks",
        "the more telling first",
        "empty",
        "AWS's own",
        "near misses",
    ],
)
def test_owner_and_environment_are_found_by_the_usual_keys(
    tags: dict[str, str], owner: str | None, environment: str | None
) -> None:
    evidence = read_tags({"Tags": tags}).evidence

    assert (evidence["queue_owner"], evidence["queue_environment"]) == (owner, environment)
    assert evidence["queue_tags"] == tags


def test_a_service_is_told() -> None:
    (finding,) = read_tags({"Tags": {"application": "checkout"}}).findings

    assert finding.text == "service checkout (application=checkout)"
    assert finding.data == {"tags": {"application": "checkout"}, "service": "checkout"}


def test_tags_that_say_nothing_are_shown_all_the_same() -> None:
    (finding,) = read_tags({"Tags": {"cost-center": "42"}}).findings

    assert finding.text == "say neither owner nor environment (cost-center=42)"


def test_many_tags_are_counted() -> None:
    (finding,) = read_tags({"Tags": {f"key-{number:02}": "v" for number in range(50)}}).findings

    assert finding.text.endswith("key-09=v, 40 more)")


@pytest.mark.parametrize("tags", [None, [], "text", {"Owner": 7}, {}], ids=repr)
def test_what_is_no_tag_is_none(tags: object) -> None:
    reading = read_tags({"Tags": tags})

    assert reading.findings[0].text == "none"
    assert reading.evidence["queue_tags"] == {}
