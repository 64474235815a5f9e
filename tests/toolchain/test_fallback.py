"""A machine with neither Node nor Terraform: both come from PyPI, and cdktf and Terraform work on them."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from toolchain.node import install_cdktf
from toolchain.terraform import install_terraform, terraform_environment, why_provider_is_missing

pytestmark = pytest.mark.deploy

PROJECT = Path(__file__).parents[2]

APPLICATION = """
from stacks.provider import App, AwsProvider, SqsQueue, TerraformStack

app = App()
stack = TerraformStack(app, "one")
AwsProvider(
    stack,
    "aws",
    region="eu-central-1",
    access_key="111122223333",
    secret_key="secret",
    skip_credentials_validation=True,
    skip_requesting_account_id=True,
    skip_metadata_api_check="true",
)
stack.add_override("terraform.required_providers.aws.version", ">= 5.100, < 7")
SqsQueue(stack, "queue", name="orders")
app.synth()
"""


@pytest.fixture(scope="module")
def bare_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project set up where PATH has only what every system has."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(PROJECT / "requirements", root / "requirements")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PROJECT / name, root / name)
    (root / ".venv").symlink_to(PROJECT / ".venv")
    programs = tmp_path_factory.mktemp("programs")
    for name in ("sh", "env", "dirname", "uname"):
        (programs / name).symlink_to(shutil.which(name) or "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(programs))
        patch.delenv("TERRAFORM_BINARY_NAME", raising=False)
        install_cdktf(root)
        install_terraform(root)
        yield root


def run(root: Path, folder: Path, command: Sequence[str]) -> str:
    environment = terraform_environment(root) | {"PYTHONPATH": str(PROJECT)}
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_node_and_npm_come_from_pypi(bare_machine: Path) -> None:
    assert run(bare_machine, bare_machine, ["node", "--version"]).startswith("v22.")
    assert run(bare_machine, bare_machine, ["npm", "--version"]).count(".") == 2


def test_terraform_comes_from_pypi_and_answers_like_terraform(bare_machine: Path) -> None:
    assert run(bare_machine, bare_machine, ["terraform", "version"]).startswith("Terraform v1.")

    terraform = bare_machine / ".tools" / "bin" / "terraform"
    refused = subprocess.run([terraform, "no-such-command"], capture_output=True, text=True, check=False)

    assert refused.returncode == 1
    assert 'Terraform has no command named "no-such-command"' in refused.stderr


@pytest.mark.skipif(why_provider_is_missing() is not None, reason=str(why_provider_is_missing()))
def test_cdktf_synthesizes_and_terraform_plans_on_them(bare_machine: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APPLICATION, encoding="utf-8")
    settings = {"language": "python", "app": "python app.py", "projectId": "one", "sendCrashReports": "false"}
    (tmp_path / "cdktf.json").write_text(json.dumps(settings), encoding="utf-8")

    run(bare_machine, tmp_path, ["cdktf", "synth"])
    stack = tmp_path / "cdktf.out" / "stacks" / "one"
    run(bare_machine, stack, ["terraform", "init", "-no-color"])
    plan = run(bare_machine, stack, ["terraform", "plan", "-no-color"])

    assert "aws_sqs_queue.queue will be created" in plan
