"""What tool a call was made with, as its user agent says: whoever makes a call can let it say anything.

See https://docs.aws.amazon.com/sdkref/latest/guide/ua-metadata.html for what the SDKs write.
"""

from __future__ import annotations

from enum import StrEnum


class Tool(StrEnum):
    """A kind of tool."""

    CONSOLE = "console"
    CLOUD_SHELL = "cloudshell"
    CLI = "cli"
    TERRAFORM = "terraform"
    SDK = "sdk"
    AWS_SERVICE = "aws-service"
    UNKNOWN = "unknown"


# The first that is found counts: Terraform calls itself so in front of the SDK that it uses, and CloudShell
# behind the CLI that runs in it.
_MARKS = (
    (Tool.CLOUD_SHELL, ("exec-env/cloudshell",)),
    (Tool.TERRAFORM, ("terraform", "opentofu", "hashicorp")),
    (Tool.CLI, ("aws-cli/", "awscli", "aws-shell/")),
    (Tool.CONSOLE, ("console.amazonaws.", "console.aws.", "signin.amazonaws.", "mozilla/")),
    (
        Tool.SDK,
        (
            "aws-sdk",
            "boto3/",
            "botocore/",
            "boto/",
            "aiobotocore/",
            "awssdk",
            "aws-chalice/",
            "powertools/",
        ),
    ),
)
_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")

# In some records the console's own calls have this in the place of an address and of an agent.
_CONSOLE_INTERNAL = "aws internal"


def tool_of(user_agent: str | None) -> Tool:
    """Return the kind of tool that a user agent names.

    Examples
    --------
    >>> tool_of("aws-cli/2.15"), tool_of("APN/1.0 HashiCorp/1.0 Terraform/1.11.0 aws-sdk-go-v2/1.30")
    (<Tool.CLI: 'cli'>, <Tool.TERRAFORM: 'terraform'>)
    """
    text = (user_agent or "").lower().strip()
    if text == _CONSOLE_INTERNAL:
        return Tool.CONSOLE
    for tool, marks in _MARKS:
        if any(mark in text for mark in marks):
            return tool
    return Tool.AWS_SERVICE if text.endswith(_SERVICE_SUFFIXES) else Tool.UNKNOWN
