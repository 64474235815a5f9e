"""A local AWS with many accounts and regions, IAM enforced, for the demo and the tests.

It is ministack, an emulator, corrected where it differs from AWS on an event's path
(:mod:`demo.ministack_corrections`) and given a CloudTrail that feeds EventBridge (:mod:`demo.event_intake`).
It is a process of its own, listens on the loopback interface only, keeps everything in one temporary
directory and leaves nothing behind.

Start it by hand with ``python -m demo.local_aws --port 4566``, or from Python with :func:`local_aws`.
"""

import argparse
import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

LOOPBACK = "127.0.0.1"
LONGEST_START_SECONDS = 30.0

# ministack takes twelve digits as the access key of that account's root; this secret goes with all of them.
ROOT_SECRET_ACCESS_KEY = "test"  # noqa: S105 - opens nothing but an emulator on the loopback interface

_PROJECT = Path(__file__).resolve().parent.parent


class LocalAwsError(Exception):
    """The local AWS cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class LocalAws:
    """A running local AWS.

    Parameters
    ----------
    port : int
        Its port on the loopback interface.
    """

    port: int

    @property
    def endpoint(self) -> str:
        """The one URL under which every service answers."""
        return f"http://{LOOPBACK}:{self.port}"

    def client(self, service: str, account: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        """Return a boto3 client that acts as the root user of an account.

        Parameters
        ----------
        service : str
            A boto3 service name, such as ``"sqs"``.
        account : str
            The twelve digits of the account; it exists as soon as it is named.
        region : str
            A region name, such as ``"eu-central-1"``.

        Examples
        --------
        >>> with local_aws() as aws:
        ...     aws.client("sqs", "111122223333", "eu-central-1").create_queue(QueueName="orders")
        """
        return _session_without_profile().client(
            service,  # type: ignore[call-overload] # the stubs know literals only
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key=ROOT_SECRET_ACCESS_KEY,
            config=Config(proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def environment(self, account: str) -> dict[str, str]:
        """Return the environment of a command that shall act as an account's root user, Terraform for one.

        It is this process's environment without its AWS settings: no profile, session or endpoint that was
        meant for the real AWS is left in it. It names no region.
        """
        return _environment_without_aws() | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_ACCESS_KEY,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def local_aws() -> Iterator[LocalAws]:
    """Run a local AWS on a free port of the loopback interface, for as long as the block runs.

    The process, the functions that it runs and its temporary directory are gone when the block is left,
    however that happens. The processes end even if this one is killed.

    Raises
    ------
    LocalAwsError
        It did not come up within 30 seconds; the message ends with the last lines of its log.

    Examples
    --------
    >>> with local_aws() as aws:
    ...     aws.client("sts", "111122223333", "eu-central-1").get_caller_identity()["Arn"]
    'arn:aws:iam::111122223333:root'
    """
    with tempfile.TemporaryDirectory(prefix="local-aws-") as directory:
        log = Path(directory, "log.txt")
        # The socket listens before the process exists: nobody can take the port, and early requests wait.
        with socket.create_server((LOOPBACK, 0)) as listener:
            aws = LocalAws(port=listener.getsockname()[1])
            process = _start(listener, log, directory)
        try:
            _wait_until_healthy(aws, log)
            yield aws
        finally:
            _end(process)


def _start(listener: socket.socket, log: Path, directory: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603 - our own module, with our own arguments
            [sys.executable, "-m", "demo.local_aws", "--fd", str(listener.fileno())],
            cwd=_PROJECT,
            env=os.environ | {"TMPDIR": directory},
            pass_fds=[listener.fileno()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _wait_until_healthy(aws: LocalAws, log: Path) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, aws.port, timeout=LONGEST_START_SECONDS)
    try:
        connection.request("GET", "/_ministack/health")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise LocalAwsError(f"The local AWS did not come up: {error}. Its log ends:\n{_tail(log)}") from error
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        raise LocalAwsError(f"The local AWS is not healthy (HTTP {status}). Its log ends:\n{_tail(log)}")


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) or "(nothing)"


def _end(process: subprocess.Popen[bytes]) -> None:
    # It has nothing to save, so it gets no time to. The functions that it runs are in its process group.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@cache  # a session reads the service models anew, which takes longer than the calls
def _session_without_profile() -> boto3.session.Session:
    # An AWS_PROFILE that this machine does not know would stop even a client that brings its own keys.
    unnamed = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.session.Session(botocore_session=unnamed)


def _environment_without_aws() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def main() -> None:
    """Be the local AWS: the process that ``python -m demo.local_aws`` starts."""
    parser = argparse.ArgumentParser(prog="python -m demo.local_aws", description="Run a local AWS.")
    parser.add_argument(
        "--port", type=int, default=0, help="its port on the loopback interface (0: any free)"
    )
    parser.add_argument("--fd", type=int, help="listening socket to take over; end when standard input ends")
    arguments = parser.parse_args()
    if arguments.fd is None:
        try:
            listener = socket.create_server((LOOPBACK, arguments.port))
        except OSError as error:
            parser.error(f"{error.strerror}; choose another port, or 0 for any free one")
    else:
        listener = socket.socket(fileno=arguments.fd)
        threading.Thread(target=_end_with_standard_input, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="local-aws-") as directory:
        _serve(listener, directory)


def _end_with_standard_input() -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def _serve(listener: socket.socket, directory: str) -> None:
    port = listener.getsockname()[1]
    os.chdir(directory)
    tempfile.tempdir = directory
    # The functions that run here inherit this environment: they shall find neither a person's AWS settings
    # nor packages that they did not bring.
    environment = _environment_without_aws() | _settings(port, directory)
    environment.pop("PYTHONPATH", None)
    os.environ.clear()
    os.environ.update(environment)
    print(f"local AWS: {LocalAws(port).endpoint}", flush=True)

    # ministack reads its settings while it is imported, so it is imported here.
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from hypercorn.config import Config as ServerConfig  # noqa: PLC0415

    from demo.event_intake import CloudTrailIntake  # noqa: PLC0415
    from demo.ministack_corrections import corrected_application  # noqa: PLC0415

    server = ServerConfig()
    server.bind = [f"fd://{listener.detach()}"]
    server.graceful_timeout = 0.0
    asyncio.run(serve(CloudTrailIntake(corrected_application()), server))


def _settings(port: int, directory: str) -> dict[str, str]:
    return {
        "AUTH": "true",  # IAM decides every call, as on AWS
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": LOOPBACK,
        "HOME": directory,
        "TMPDIR": directory,
        "S3_DATA_DIR": f"{directory}/s3",
        "STATE_DIR": f"{directory}/state",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "LAMBDA_EXECUTOR": "local",
        "DOCKER_HOST": f"unix://{directory}/none",  # functions run as processes, whatever the machine has
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "NO_PROXY": LOOPBACK,
        "no_proxy": LOOPBACK,
    }


if __name__ == "__main__":
    main()
