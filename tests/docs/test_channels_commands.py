"""The commands of ``docs/channels.md``, run as they stand there."""

from __future__ import annotations

import shlex

import boto3
import pytest
from moto import mock_aws

from tests.docs.aws_command import main
from tests.docs.pages import page

COMMANDS = page("docs/channels.md").shell_commands()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_test_message_is_published(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, service, operation, *words = shlex.split(command)
    assert program == "aws"
    with mock_aws():
        topic = boto3.client("sns", region_name="eu-west-1").create_topic(Name="purge-guard-chat")["TopicArn"]
        given = [topic if word.startswith("arn:") else word for word in words]

        main(service, operation, *given, "--region", "eu-west-1")

    assert "MessageId" in capsys.readouterr().out
