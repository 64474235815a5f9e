"""Who could purge what in a large account: the whole command, from the snapshot on disk to its answers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.result import Result
from policies.evaluation import decide
from policies.exposure import exposure_of
from policies.snapshot import IAM_FILE, ORGANIZATION_FILE, QUEUES_FILE, read_snapshot

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "111122223333"
REGION = "eu-west-1"
ROLES = 10_000
QUEUES = 1_000
POLICIES = 40
MOST_SECONDS = 60.0
MOST_BYTES = 2 * 1024**3
SAMPLE_EVERY = 500

# ru_maxrss is in KiB on Linux and in bytes on macOS.
_PEAK = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak * (1 if sys.platform == "darwin" else 1024))
sys.exit(ended.returncode)
"""

Json = dict[str, Any]


class WrongAnswerError(Exception):
    """A decision of the bulk evaluation is not that of the pair alone."""


class TooMuchMemoryError(Exception):
    """The command needed more memory than it may."""


def measure() -> list[Result]:
    """Measure the command in both formats, and hold a sample of its answers against the pairs alone.

    Raises
    ------
    WrongAnswerError
        An answer differs.
    TooMuchMemoryError
        The command needed more than two GiB.
    """
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_snapshot(directory)
        _require_same_answers(directory)
        return [_command(directory, report_format) for report_format in ("table", "json")]


def _command(directory: Path, report_format: str) -> Result:
    program = "from purge_guard.cli import main; main()"
    options = ["--snapshot", str(directory), "--format", report_format]
    begun = time.perf_counter()
    ended = subprocess.run(  # noqa: S603 - our own arguments, no shell
        [sys.executable, "-c", _PEAK, sys.executable, "-c", program, "who-can", *options],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - begun
    peak = int(ended.stdout)
    if peak > MOST_BYTES:
        raise TooMuchMemoryError(f"who-can --format {report_format} needed {peak} of {MOST_BYTES} bytes")
    return Result(
        what=f"who-can --format {report_format}: {ROLES} roles, {QUEUES} queues, over {MOST_SECONDS:.0f} s;"
        f" {peak / MOST_BYTES:.2f} of 2 GiB",
        measured=seconds,
        limit=MOST_SECONDS,
    )


def _require_same_answers(directory: Path) -> None:
    exposure = exposure_of(read_snapshot(directory), "sqs:PurgeQueue")
    for principal, row in islice(exposure.rows(), 0, None, SAMPLE_EVERY):
        for queue, decision in zip(exposure.queues, row, strict=True):
            if decision != decide(principal, queue, exposure.action):
                raise WrongAnswerError(f"{principal.name} on {queue.arn}: {decision}")


def write_snapshot(directory: Path) -> None:
    """Write an account whose roles have up to three of forty policies and whose queues have each its own."""
    chance = random.Random(0)  # noqa: S311 - the same account every time, nothing secret
    policies = [_managed(number) for number in range(POLICIES)]
    details = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [_role(number, policies, chance) for number in range(ROLES)],
        "Policies": policies,
        "IsTruncated": False,
    }
    region = directory / ACCOUNT / REGION
    region.mkdir(parents=True)
    (directory / ORGANIZATION_FILE).write_text("null", encoding="utf-8")
    (directory / ACCOUNT / IAM_FILE).write_text(json.dumps(details), encoding="utf-8")
    queues = {f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{_name(n)}": _queue(n) for n in range(QUEUES)}
    (region / QUEUES_FILE).write_text(json.dumps(queues), encoding="utf-8")


def _managed(number: int) -> Json:
    team = f"arn:aws:sqs:*:{ACCOUNT}:team{number}-*"
    of_team = {"StringEquals": {"aws:PrincipalTag/team": f"team{number}"}}
    office = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    statements: list[Json] = [
        {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:ReceiveMessage"], "Resource": team}
    ]
    statements += (
        [],
        [{"Sid": "Team", "Effect": "Allow", "Action": "sqs:*", "Resource": team}],
        [{"Sid": "Tagged", "Effect": "Allow", "Action": "sqs:Purge*", "Resource": "*", "Condition": of_team}],
        [{"Sid": "Away", "Effect": "Deny", "Action": "sqs:*", "Resource": "*", "Condition": office}],
    )[number % 4]
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": _document(*statements)}
    name = f"team{number}"
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    return {"PolicyName": name, "Arn": arn, "DefaultVersionId": "v1", "PolicyVersionList": [version]}


def _role(number: int, policies: list[Json], chance: random.Random) -> Json:
    attached = chance.sample(policies, chance.randint(1, 3))
    trusted = {"Service": "lambda.amazonaws.com"}
    return {
        "Path": "/",
        "RoleName": f"role{number}",
        "RoleId": f"AROA{number:017}",
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/role{number}",
        "AssumeRolePolicyDocument": _document(
            {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
        ),
        "RolePolicyList": [],
        "AttachedManagedPolicies": [
            {"PolicyName": policy["PolicyName"], "PolicyArn": policy["Arn"]} for policy in attached
        ],
        "Tags": [{"Key": "team", "Value": f"team{number % POLICIES}"}],
    }


def _queue(number: int) -> Json:
    """Return the attributes of a queue: TLS only, a topic may send, and one role of its own may purge."""
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{_name(number)}"
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/role{number}"}
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    topic = {"Service": "sns.amazonaws.com"}
    statements: list[Json] = [
        {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn, "Condition": insecure},
        {"Effect": "Allow", "Principal": topic, "Action": "sqs:SendMessage", "Resource": arn},
        {"Effect": "Allow", "Principal": owner, "Action": "sqs:*", "Resource": arn},
    ]
    return {"QueueArn": arn, "Policy": json.dumps(_document(*statements))}


def _name(number: int) -> str:
    return f"team{number % POLICIES}-queue{number}"


def _document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}
