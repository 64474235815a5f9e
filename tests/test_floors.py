"""The import contract in pyproject.toml holds, and each of its rules can be broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
LINT = (str(Path(sys.prefix) / "bin" / "lint-imports"), "--no-logo", "--no-cache")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to which a test may add an import."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("policies", "lambdas", "stacks", "purge_guard", "demo", "toolchain", "benchmarks"):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", copy)
    return copy


def lint_imports(folder: Path) -> str:
    environment = {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    ended = subprocess.run(LINT, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr


def test_the_contract_is_kept(house: Path) -> None:
    assert " 0 broken." in lint_imports(house)


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        pytest.param("policies.naming", "boto3", id="policies-call-nothing"),
        pytest.param("policies.naming", "toolchain.mirror", id="policies-stand-below-all"),
        pytest.param("policies.naming", "lambdas.alert.handler", id="policies-carry-lambdas"),
        pytest.param("lambdas.alert.handler", "stacks.hub", id="lambdas-and-stacks-never-meet"),
        pytest.param("stacks.hub", "purge_guard.cli", id="stacks-and-commands-never-meet"),
        pytest.param("purge_guard.cli", "lambdas.alert.handler", id="commands-and-lambdas-never-meet"),
        pytest.param("purge_guard.cli", "demo.local_aws", id="nothing-stands-on-the-demo"),
        pytest.param("purge_guard.cli", "benchmarks.result", id="nothing-stands-on-the-benchmarks"),
        pytest.param("benchmarks.start_up", "demo.local_aws", id="what-is-measured-is-not-the-demo"),
        pytest.param("benchmarks.start_up", "cdktf", id="one-door-to-cdktf-for-measurements-too"),
        pytest.param("lambdas.alert.handler", "pydantic", id="functions-carry-no-package"),
        pytest.param("lambdas.alert.handler", "policies.inventory", id="functions-read-no-inventory"),
        pytest.param("stacks.hub", "cdktf", id="one-door-to-cdktf"),
        pytest.param("stacks.hub", "cdktf_cdktf_provider_aws.sqs_queue", id="one-door-to-the-provider"),
        pytest.param("toolchain.mirror", "rich", id="the-toolchain-needs-no-package"),
        pytest.param("toolchain.mirror", "policies.naming", id="the-toolchain-stands-alone"),
    ],
)
def test_an_import_across_the_floors_breaks_the_contract(module: str, forbidden: str, house: Path) -> None:
    file = house / Path(*module.split(".")).with_suffix(".py")
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(f"{before}\nimport {forbidden}\n", encoding="utf-8")
        said = lint_imports(house)
    finally:
        file.write_text(before, encoding="utf-8")

    assert " 1 broken." in said or " 2 broken." in said
    assert f"{module} -> {forbidden.partition('.')[0]}" in said
