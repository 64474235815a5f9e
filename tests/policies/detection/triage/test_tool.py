from __future__ import annotations

import pytest

from policies.detection.triage.tool import Tool, tool_of


@pytest.mark.parametrize(
    ("user_agent", "tool"),
    [
        ("aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64.amzn.2023 prompt/off", Tool.CLI),
        ("aws-cli/2.15.30 md/awscrt#0.19 exec-env/CloudShell md/prompt#off", Tool.CLOUD_SHELL),
        ("Boto3/1.43.106 md/Botocore#1.43.106 ua/2.0 os/linux", Tool.SDK),
        ("aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22", Tool.SDK),
        ("APN/1.0 HashiCorp/1.0 Terraform/1.11.0 aws-sdk-go-v2/1.30.3", Tool.TERRAFORM),
        ("APN/1.0 HashiCorp/1.0 OpenTofu/1.9.0 aws-sdk-go-v2/1.30.3", Tool.TERRAFORM),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36", Tool.CONSOLE),
        ("AWS Internal", Tool.CONSOLE),
        ("cloudformation.amazonaws.com", Tool.AWS_SERVICE),
        ("lambda.amazonaws.com.cn", Tool.AWS_SERVICE),
        ("curl/8.0", Tool.UNKNOWN),
        ("", Tool.UNKNOWN),
        (None, Tool.UNKNOWN),
        ("nothing\n<b>", Tool.UNKNOWN),
    ],
)
def test_knows_a_tool_by_what_it_calls_itself(user_agent: str | None, tool: Tool) -> None:
    assert tool_of(user_agent) is tool
