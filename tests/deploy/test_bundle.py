"""The deployed archive, run with boto3 and nothing else against the deployed topic and ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from policies import naming
from tests.deploy.moto_server import ACCOUNT, REGION
from tests.events import event_named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.moto_server import MotoServer
    from tests.deploy.terraform import Deployed

# Without `site`, this checkout is not importable, which a path file in the environment would make it. Of the
# packages there, those that Lambda does not have are refused.
RUN = """
import json, sys
sys.path[:0] = sys.argv[1:3]
class OnlyWhatLambdaHas:
    sdk = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in self.sdk | sys.stdlib_module_names | {"policies", "lambdas"}:
            raise ModuleNotFoundError(f"Lambda has no {name}")
sys.meta_path.insert(0, OnlyWhatLambdaHas())
from lambdas.alert import handler
assert handler.__file__.startswith(sys.argv[1]), handler.__file__
class Context:
    def get_remaining_time_in_millis(self):
        return 30_000
handler.handle(json.load(sys.stdin), Context())
"""


def run_archive(archive: Path, event: Any, environment: dict[str, str], folder: Path) -> str:  # noqa: ANN401
    with zipfile.ZipFile(archive) as members:
        members.extractall(folder / "function")
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, folder / "function", sysconfig.get_path("purelib")],
        input=json.dumps(event),
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def inbox(aws: MotoServer, deployed: Deployed) -> str:  # noqa: ARG001 - it subscribes to the deployed topic
    url: str = aws.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    aws.client("sns").subscribe(
        TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:{naming.ALERT_TOPIC}",
        Protocol="sqs",
        Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:inbox",
    )
    return url


def test_the_deployed_archive_alerts_once_with_what_lambda_has(
    aws: MotoServer, deployed: Deployed, inbox: str, tmp_path: Path
) -> None:
    (archive,) = deployed.folder.glob("cdktf.out/stacks/hub/assets/*/*/*.zip")
    function = aws.client("lambda").get_function_configuration(FunctionName=naming.ALERT_FUNCTION)
    environment = aws.environment() | function["Environment"]["Variables"] | {"AWS_DEFAULT_REGION": REGION}
    event = event_named("purged-by-role-session")

    run_archive(archive, event, environment, tmp_path)
    run_archive(archive, event, environment, tmp_path)

    messages = aws.client("sqs").receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)["Messages"]
    (envelope,) = (json.loads(message["Body"]) for message in messages)
    assert envelope["Subject"] == "[MEDIUM] SQS queue purged: orders (111122223333 us-east-1)"
    assert json.loads(envelope["Message"])["outcome"] == "purged"
    assert envelope["MessageAttributes"]["severity"]["Value"] == "medium"
