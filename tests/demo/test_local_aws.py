import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import boto3
import pytest

from demo.local_aws import LOOPBACK, LocalAws, LocalAwsError, local_aws
from tests.demo.actions import ALLOW_SQS, FRANKFURT, MEMBER, Json, make_role


def test_a_commands_environment_leads_to_the_local_aws_and_nowhere_else(
    running: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.eu-central-1.amazonaws.com")

    environment = running.environment(MEMBER)

    assert environment["PATH"] == "/bin"
    assert {name: value for name, value in environment.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_ACCESS_KEY_ID": MEMBER,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_a_client_needs_no_profile_of_the_person_at_the_keyboard(
    running: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "on-another-machine")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    caller = running.client("sts", MEMBER, FRANKFURT).get_caller_identity()

    assert caller["Arn"] == f"arn:aws:iam::{MEMBER}:root"


def test_a_function_sees_no_aws_settings_of_the_person_at_the_keyboard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))

    with local_aws() as aws:
        role = make_role(aws, MEMBER, "function", {"Service": "lambda.amazonaws.com"}, ALLOW_SQS)
        seen = run_function(aws, role, FUNCTION)

    assert seen == {
        "endpoints": {"AWS_ENDPOINT_URL": aws.endpoint},
        "caller": f"arn:aws:sts::{MEMBER}:assumed-role/function/probe",
        "import path": None,
    }


FUNCTION = """
import os

import boto3


def handle(event, context):
    return {
        "endpoints": {name: value for name, value in os.environ.items() if "ENDPOINT" in name},
        "caller": boto3.client("sts").get_caller_identity()["Arn"],
        "import path": os.environ.get("PYTHONPATH"),
    }
"""


def run_function(aws: LocalAws, role: str, source: str) -> Json:
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("probe.py", source)
    functions = aws.client("lambda", MEMBER, FRANKFURT)
    functions.create_function(
        FunctionName="probe",
        Runtime="python3.13",
        Role=role,
        Handler="probe.handle",
        Code={"ZipFile": bundle.getvalue()},
    )
    result: Json = json.loads(functions.invoke(FunctionName="probe")["Payload"].read())
    return result


def test_it_answers_on_the_loopback_address_only(running: LocalAws) -> None:
    with pytest.raises(OSError, match=r"refused|assign"):
        socket.create_connection(("127.0.0.2", running.port))


def test_an_interrupt_leaves_no_process_and_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ports: list[int] = []

    def be_interrupted() -> None:
        with local_aws() as aws:
            ports.append(aws.port)
            aws.client("s3", MEMBER, "us-east-1").create_bucket(Bucket="files")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, ports[0]))
    assert list(tmp_path.iterdir()) == []


STARTER = """
from demo.local_aws import local_aws
with local_aws() as aws:
    print(aws.port, flush=True)
    input()
"""


def test_it_ends_when_the_process_that_started_it_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TMPDIR": str(tmp_path)},
    ) as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        starter.kill()

    assert refuses(port, within_seconds=10)


def refuses(port: int, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except ConnectionRefusedError:
            return True
        time.sleep(0.05)
    return False


def test_one_that_does_not_come_up_says_what_its_log_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # An empty package in front of the real one, which is also found where the project is installed.
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "__init__.py").touch()
    monkeypatch.setattr("demo.local_aws._PROJECT", tmp_path)

    with pytest.raises(LocalAwsError, match=r"did not come up(?s:.*)No module named"), local_aws():
        pytest.fail("it came up")
