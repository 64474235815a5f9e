"""The demo, played as a newcomer plays it, and what it does when an alert is missing or too many."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from demo.deployment import ROOT, Deployment
from demo.local_aws import LocalAws
from demo.security_team import HUB, INBOX, AlertError, SecurityTeam
from policies import naming
from toolchain.terraform import why_provider_is_missing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.demo
def test_the_demo_shows_seven_calls_and_their_alerts() -> None:
    if reason := why_provider_is_missing():
        pytest.skip(reason)
    of_the_real_aws = {"AWS_PROFILE": "of-another-day", "AWS_DEFAULTS_MODE": "none", "AWS_REGION": "nowhere"}
    played = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=os.environ | of_the_real_aws,
        check=False,
        capture_output=True,
        text=True,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert re.findall(r"^  Subject: (.*)$", played.stdout, re.MULTILINE) == [
        "[HIGH] SQS queue purged: orders (111122223333 us-east-1)",
        "[HIGH] SQS queue purged: orders (111122223333 eu-west-1)",
        "[MEDIUM] SQS queue purge denied: invoices (111122223333 us-east-1)",
        "[MEDIUM] SQS queue purge denied: refunds (111122223333 us-east-1)",
        "[MEDIUM] SQS queue purged: returns (111122223333 us-east-1)",
        "[HIGH] SQS retention set to 60 seconds: shipments (111122223333 us-east-1)",
        "[CRITICAL] purge-guard tampered with: purge-guard-undelivered (111122223333 us-east-1)",
    ]
    assert "Seven calls, seven alerts, and no other." in played.stdout


@pytest.mark.demo
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_the_demo_leaves_nothing_behind_when_it_is_ended(ending: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        # As one that was started in the background, where shells let programs ignore these signals.
        ["/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" -u -m demo", sys.executable],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        assert any("cdktf deploy hub" in line for line in demo.stdout)
        demo.send_signal(ending)
        assert "Interrupted. The local AWS is stopped and nothing is left." in demo.stdout.read()
    assert demo.returncode == 130
    assert list(tmp_path.glob("*aws*")) == list(tmp_path.glob("purge-guard*")) == []


def test_the_command_for_cdktf_survives_a_shell_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "my folder"
    folder.mkdir()
    Deployment.prepare(folder, LocalAws(port=1))

    app = json.loads((folder / "cdktf.json").read_text())["app"]

    assert shlex.split(app) == [str(ROOT / ".venv/bin/python"), str(ROOT / "main.py")]


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
