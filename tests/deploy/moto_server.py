"""moto's server: an AWS to which the real Terraform deploys."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK = "127.0.0.1"
LONGEST_START_SECONDS = 60
ACCOUNT = "111122223333"
REGION = "us-east-1"

Keys = tuple[str, str, str | None]
"""An access key, its secret, and the token of a session."""

NOBODYS_KEYS: Keys = ("testing", "testing", None)
"""They open nothing but an emulator on the loopback interface, for as long as it asks for no IAM."""


@dataclass(frozen=True)
class MotoServer:
    """A running server, all of whose callers are of one account."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def client(self, service: str, keys: Keys = NOBODYS_KEYS) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        access_key, secret_key, token = keys
        return boto3.client(
            service,  # type: ignore[call-overload] # the stubs know literals only
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )

    def enforce_iam(self) -> None:
        """Let IAM decide every call from now on, so that only keys are admitted which IAM has given out.

        See https://docs.getmoto.org/en/latest/docs/iam.html
        """
        connection = http.client.HTTPConnection(LOOPBACK, self.port)
        connection.request("POST", "/moto-api/reset-auth", body="0")
        assert connection.getresponse().status == http.HTTPStatus.OK
        connection.close()

    def environment(self) -> dict[str, str]:
        """The environment of a child process that shall meet this AWS and no other."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return own | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def moto_server(log: Path) -> Iterator[MotoServer]:
    """Run the server on a free port of the loopback interface for as long as the block runs."""
    with socket.create_server((LOOPBACK, 0)) as free:
        server = MotoServer(free.getsockname()[1])
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "moto_server", "-H", LOOPBACK, "-p", str(server.port)],
            env=os.environ | {"MOTO_ACCOUNT_ID": ACCOUNT},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_listening(server, process, log)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait_until_listening(server: MotoServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((LOOPBACK, server.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"moto's server does not listen:\n{log.read_text()}")
