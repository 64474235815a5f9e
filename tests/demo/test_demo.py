"""The demo, played as a newcomer plays it, and what it does when an alert is missing or too many."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from demo.deployment import ROOT
from demo.security_team import HUB, INBOX, AlertError, SecurityTeam
from policies import naming
from toolchain.terraform import why_provider_is_missing

if TYPE_CHECKING:
    from demo.local_aws import LocalAws


@pytest.mark.demo
def test_the_demo_shows_five_calls_and_their_alerts() -> None:
    if reason := why_provider_is_missing():
        pytest.skip(reason)
    played = subprocess.run(
        [sys.executable, "-m", "demo"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert re.findall(r"^  Subject: (.*)$", played.stdout, re.MULTILINE) == [
        "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)",
        "[MEDIUM] SQS queue purged: orders (111122223333 eu-west-1)",
        "[LOW] SQS queue purge denied: orders (111122223333 us-east-1)",
        "[LOW] SQS queue purge denied: orders (111122223333 us-east-1)",
        "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)",
    ]
    assert "Five calls to PurgeQueue, five alerts, and no other." in played.stdout


def publish(aws: LocalAws) -> None:
    """Send the team an alert by hand, over a topic that bears the name of the hub's."""
    sns = aws.client("sns", HUB.account, HUB.region)
    topic_arn = sns.create_topic(Name=naming.ALERT_TOPIC)["TopicArn"]
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=HUB.arn("sqs", INBOX))
    attributes = {"severity": {"DataType": "String", "StringValue": "medium"}}
    sns.publish(TopicArn=topic_arn, Subject="purged", Message="{}", MessageAttributes=attributes)


def test_an_alert_that_comes_is_received_with_its_attributes(aws: LocalAws) -> None:
    team = SecurityTeam(aws)
    publish(aws)

    alert = team.next_alert()

    assert (alert.subject, alert.message, alert.attributes) == ("purged", "{}", {"severity": "medium"})


def test_the_demo_fails_if_an_alert_does_not_come(aws: LocalAws) -> None:
    with pytest.raises(AlertError, match="no alert reached the security team within 1 seconds"):
        SecurityTeam(aws).next_alert(longest_wait_seconds=1)


def test_the_demo_fails_if_an_alert_comes_that_was_not_due(aws: LocalAws) -> None:
    team = SecurityTeam(aws)
    publish(aws)

    with pytest.raises(AlertError, match="an alert came that was not due: purged"):
        team.stay_quiet(seconds=5)
