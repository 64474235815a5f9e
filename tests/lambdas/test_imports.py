from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What boto3 brings along; everything else that is installed is blocked.
PROGRAM = """
import sys

sys.path.insert(0, sys.argv[1])
ALLOWED = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "lambdas", "policies"}

class OnlyBoto3:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED and top not in sys.stdlib_module_names:
            raise ImportError(f"{name} is not in the function's bundle")

sys.meta_path.insert(0, OnlyBoto3())
import boto3

before = set(sys.modules)
import lambdas.alert.handler

print(*sorted({name for name in set(sys.modules) - before}))
"""

# Each of these costs a cold start many milliseconds.
HEAVY = {
    "typing_extensions",
    "pydantic",
    "yaml",
    "email",
    "asyncio",
    "unittest",
    "xml",
    "sqlite3",
    "multiprocessing",
}


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, str(ROOT)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def imported_by_the_handler() -> set[str]:
    result = run(PROGRAM)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test_the_handler_needs_boto3_and_nothing_else() -> None:
    imported = imported_by_the_handler()

    assert "lambdas.alert.handler" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()


def test_the_handler_imports_of_ours_only_what_it_may() -> None:
    ours = {name for name in imported_by_the_handler() if name.partition(".")[0] == "policies"}
    outside = {name for name in ours if not name.startswith("policies.detection")}

    assert outside == {"policies", "policies.naming", "policies.partitions", "policies.settings"}


def test_a_package_that_is_not_in_the_bundle_is_refused() -> None:
    result = run(PROGRAM.replace("import lambdas.alert.handler", "import moto"))

    assert "moto is not in the function's bundle" in result.stderr
