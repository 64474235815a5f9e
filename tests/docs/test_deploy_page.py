"""Whoever follows docs/deploy.md gets an alert, and in the end nothing is left. On the local AWS."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from demo.deployment import Deployment
from demo.local_aws import ROOT_SECRET_ACCESS_KEY, LocalAws, local_aws
from demo.security_team import HUB, INBOX, SecurityTeam
from tests.docs.pages import ROOT, page
from toolchain.terraform import terraform_environment, why_provider_is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = page("docs/deploy.md")
PROFILES = {"security": HUB.account, "production": "111122223333"}


@dataclass(frozen=True)
class Reader:
    """Somebody who follows the page in a folder that looks like a checkout."""

    folder: Path
    aws: LocalAws

    def follow(self, title: str) -> str:
        """Run the commands of a section and return what they print."""
        commands = PAGE.section("Before you begin") + PAGE.section(title)
        ended = subprocess.run(
            ["/usr/bin/env", "bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout
        return re.sub(r"\x1b\[[\d;]*m", "", ended.stdout)

    def environment(self) -> dict[str, str]:
        """The tools' environment, without any AWS settings but those that lead to the local AWS."""
        tools = terraform_environment(ROOT)
        return {name: value for name, value in tools.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": self.aws.endpoint,
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def write_programs(folder: Path) -> None:
    """Let the page's programs answer without a person, a registry and the AWS CLI."""
    programs = folder / ".tools" / "bin"
    programs.mkdir(parents=True)
    scripts = {
        "cdktf": 'case "$1" in deploy | destroy) set -- "$@" --auto-approve ;; esac\n'
        f'exec {ROOT}/.tools/bin/cdktf "$@" --skip-provider-lock',
        "aws": f'PYTHONPATH={ROOT} exec {sys.executable} -m tests.docs.aws_command "$@"',
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    (folder / "Makefile").write_text("setup:\n\t@true\n", encoding="utf-8")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    if reason := why_provider_is_missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("checkout")
    write_programs(folder)
    for file, content in PAGE.files().items():
        (folder / file).write_text(content, encoding="utf-8")
    credentials = (
        f"[{profile}]\naws_access_key_id = {account}\naws_secret_access_key = {ROOT_SECRET_ACCESS_KEY}\n"
        for profile, account in PROFILES.items()
    )
    (folder / "credentials").write_text("".join(credentials), encoding="utf-8")
    with local_aws() as aws:
        Deployment.prepare(folder, aws)
        yield Reader(folder, aws)


@pytest.mark.deploy
def test_the_steps_of_the_page_deploy_tell_and_remove(reader: Reader) -> None:
    team = SecurityTeam(reader.aws)
    (policy,) = PAGE.blocks("json")
    sqs = reader.aws.client("sqs", HUB.account, HUB.region)
    url = sqs.get_queue_url(QueueName=INBOX)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    assert "Plan:" in reader.follow("Deploy the hub")
    subscriptions = json.loads(reader.follow("Confirm the subscriptions"))["Subscriptions"]
    assert {each["Protocol"] for each in subscriptions} == {"email", "sqs"}
    assert "Plan:" in reader.follow("Deploy the accounts")

    reader.follow("See an alert")
    alert = team.next_alert()
    assert (alert.attributes["outcome"], alert.attributes["queue"]) == ("purged", "try-a-purge")

    reader.follow("Hear an alarm")
    alarm = team.next_alert()
    told = json.loads(alarm.message)
    assert (told["AlarmName"], told["NewStateValue"]) == ("purge-guard-hub-function-failing", "ALARM")
    assert told["NewStateReason"] == "Tried out: nothing has failed"
    assert told["AlarmDescription"].startswith("The alert function failed")
    assert alarm.attributes == {}

    assert re.search("Plan: 0 to add, .* 0 to destroy", reader.follow("Change it, or deploy a part of it"))
    left = re.findall(r'"(.*)"', reader.follow("Remove it").rpartition("Destroy complete!")[2])
    assert left
    assert all(arn.startswith("arn:aws:kms:") for arn in left), left
