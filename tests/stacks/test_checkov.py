"""checkov over what is synthesized and over what is planned: nothing fails but what is excused.

What holds of every resource is excused in .checkov.yaml, what holds of one alone in EXCUSED.

Each of the two sees what the other does not: in a configuration a policy is a text, which most checks do not
read, and a plan lacks what is known only after the apply. Neither reads a policy that stands inside a queue;
those are approved in test_permissions.py.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pytest
import yaml

from tests.stacks.synthesis import ROOT, SCENARIOS
from tests.stacks.terraform import CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tests.stacks.synthesis import Stack, Synthesis

pytestmark = pytest.mark.deploy

SETTINGS = ROOT / ".checkov.yaml"
KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-4111-8111-111111111111"
SKIPPED = frozenset(yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))["skip-check"])

HELD = {
    "CKV_AWS_7": ("alerts_key", "alert_key", "ledger_key", "trail_key"),
    "CKV_AWS_33": ("alerts_key", "alert_key", "ledger_key", "trail_key"),
    "CKV_AWS_26": ("alerts_topic",),
    "CKV_AWS_27": ("alert_failures_queue", "alerts_undelivered_queue", "us-east-1_undelivered_queue"),
    "CKV_AWS_28": ("ledger_table",),
    "CKV_AWS_119": ("ledger_table",),
    "CKV_AWS_158": ("alert_log",),
    "CKV_AWS_338": ("alert_log",),
    "CKV_AWS_173": ("alert_function",),
    "CKV_AWS_364": ("hub_purge-guard-hub-purges-permission",),
    "CKV_AWS_35": ("trail",),
    "CKV_AWS_36": ("trail",),
    "CKV_AWS_67": ("trail",),
    "CKV_AWS_53": ("trail_public-access",),
    "CKV_AWS_21": ("trail_bucket",),
    "CKV_AWS_145": ("trail_bucket",),
    "CKV2_AWS_6": ("trail_bucket",),
}
"""Checks, and resources that have to pass them in either scan."""

TRIAGE, OPERATOR, BREAK_GLASS = (
    "triage_role-policy",
    "prevention_purge-guard-queue-operator",
    "prevention_break-glass-policy",
)

HELD_IN_A_PLAN = {
    "CKV_AWS_169": ("alerts_policy",),
    "CKV_AWS_385": ("alerts_policy",),
    "CKV_AWS_290": ("alert_role-policy", "forwarder_role-policy", TRIAGE, OPERATOR, BREAK_GLASS),
    "CKV_AWS_355": ("alert_role-policy", "forwarder_role-policy", TRIAGE, OPERATOR, BREAK_GLASS),
}
"""Checks of policies, which only a plan shows."""

EXCUSED = {
    # A boundary grants nothing, and permits nothing that it does not allow.
    "prevention_purge-guard-boundary": {
        *("CKV_AWS_62", "CKV_AWS_63", "CKV2_AWS_40"),
        *("CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355"),
    },
    # It admits one role of the hub's account: the condition says which, and checkov does not read conditions.
    "triage_role": {"CKV_AWS_61"},
    # An inventory may bind a user, who is in no group of its own.
    "prevention_purge-guard-deny-user-bobexamplecom": {"CKV_AWS_40"},
}
"""Resources, and the checks that fail of them alone."""


@dataclass(frozen=True)
class Scan:
    """What checkov found: the ids of checks, each with the name of a resource."""

    passed: frozenset[tuple[str, str]]
    failed: frozenset[tuple[str, str]]
    unread: tuple[str, ...]

    @classmethod
    def read(cls, output: str) -> Self:
        report = json.loads(output)
        # Where nothing was scanned, there is a count of zeros instead of results.
        results = report.get("results", {"passed_checks": [], "failed_checks": [], "parsing_errors": []})
        passed, failed = (
            frozenset((check["check_id"], _name(check["resource"])) for check in results[which])
            for which in ("passed_checks", "failed_checks")
        )
        return cls(passed, failed, tuple(results["parsing_errors"]))

    @property
    def failing(self) -> set[str]:
        return {check for check, _ in self.failed}


def _name(address: str) -> str:
    """Return the construct's part of ``aws_kms_key.trail_key_F3BA5FEF``: its hash stays out of the tables."""
    return re.sub(r"_[0-9A-F]{8}$", "", address.rpartition(".")[2])


def scan(target: Path, framework: str, settings: Path) -> Scan:
    """Run checkov as a person would, on every file of a folder."""
    ended = subprocess.run(
        [
            *(ROOT / ".tools" / "checkov" / "bin" / "checkov", "--directory", target),
            *("--framework", framework, "--config-file", settings, "--output", "json", "--soft-fail"),
        ],
        # Elsewhere than where checkov would find the project's settings by itself.
        cwd=target,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return Scan.read(ended.stdout)


def write_configuration(configuration: dict[str, Any], folder: Path) -> None:
    """Write a configuration without its ``terraform`` block.

    checkov 3.3 takes each of its settings for a block, gives the whole file up where one is a text, as
    ``required_version`` is, and ends well.
    """
    folder.mkdir(parents=True)
    kept = {key: value for key, value in configuration.items() if key != "terraform"}
    (folder / CONFIGURATION).write_text(json.dumps(kept, indent=2), encoding="utf-8")


@pytest.fixture(scope="session")
def without_skips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings, with nothing excused."""
    settings = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    del settings["skip-check"]
    file = tmp_path_factory.mktemp("settings") / "checkov.yaml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def configurations(synthesized: Callable[[str], Synthesis], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the configurations of every scenario."""
    folder = tmp_path_factory.mktemp("configurations")
    for scenario in SCENARIOS:
        for stack in synthesized(scenario).stacks:
            write_configuration(stack.configuration, folder / scenario / stack.name)
    return folder


@pytest.fixture(scope="session")
def plan_folder(plans: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plans and nothing else."""
    folder = tmp_path_factory.mktemp("planned")
    for file in plans:
        copy = folder / file.parent.parent.name / file.parent.name
        copy.mkdir(parents=True)
        plan = json.loads(file.read_text(encoding="utf-8"))
        complete_policies(plan, json.loads((file.parent / CONFIGURATION).read_text(encoding="utf-8")))
        (copy / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return folder


def complete_policies(plan: dict[str, Any], configuration: dict[str, Any]) -> None:
    """Put a key's ARN where a policy is unknown because AWS has not made that key yet."""
    for kind, address, values in planned_values(plan):
        policy = configuration["resource"][kind][address.partition(".")[2]].get("policy")
        if policy is not None:
            values["policy"] = re.sub(r"\$\{aws_kms_key[^}]*\}", KEY_ARN, policy)


def planned_values(plan: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield type, address and values of every resource, from both places in which a plan has them."""
    for each in plan["planned_values"]["root_module"]["resources"]:
        yield each["type"], each["address"], each["values"]
    for each in plan["resource_changes"]:
        yield each["type"], each["address"], each["change"]["after"]


@pytest.fixture(scope="session")
def scan_of_configurations(configurations: Path) -> Scan:
    return scan(configurations, "terraform_json", SETTINGS)


@pytest.fixture(scope="session")
def scan_of_plans(plan_folder: Path) -> Scan:
    return scan(plan_folder, "terraform_plan", SETTINGS)


def excused() -> set[tuple[str, str]]:
    return {(check, resource) for resource, checks in EXCUSED.items() for check in checks}


def test_nothing_fails_in_what_is_synthesized(scan_of_configurations: Scan) -> None:
    assert scan_of_configurations.failed <= excused()
    assert scan_of_configurations.unread == ()


def test_nothing_fails_in_what_is_planned(scan_of_plans: Scan) -> None:
    assert scan_of_plans.failed <= excused()
    assert scan_of_plans.unread == ()


def in_pairs(held: dict[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((check, resource) for check, resources in held.items() for resource in resources)


def test_the_scan_of_configurations_is_not_empty(scan_of_configurations: Scan) -> None:
    assert set(in_pairs(HELD)) <= scan_of_configurations.passed


def test_the_scan_of_plans_is_not_empty_and_reads_policies(scan_of_plans: Scan) -> None:
    assert set(in_pairs(HELD)) <= scan_of_plans.passed
    assert set(in_pairs(HELD_IN_A_PLAN)) <= scan_of_plans.passed


def test_every_skip_is_needed_and_nothing_else_is_skipped(
    configurations: Path, plan_folder: Path, without_skips: Path
) -> None:
    failed = scan(configurations, "terraform_json", without_skips).failed
    failed |= scan(plan_folder, "terraform_plan", without_skips).failed

    assert excused() <= failed
    assert {check for check, _ in failed - excused()} == SKIPPED


def test_every_skip_has_its_reason_above_it() -> None:
    lines = SETTINGS.read_text(encoding="utf-8").partition("skip-check:\n")[2].splitlines()

    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("  - "):
            assert before.startswith("  # ")
    assert len(SKIPPED) == sum(line.startswith("  - ") for line in lines)


WEAKENED = {
    ("aws_sqs_queue", "sqs_managed_sse_enabled"): (False, "CKV_AWS_27"),
    ("aws_kms_key", "enable_key_rotation"): (False, "CKV_AWS_7"),
    ("aws_cloudtrail", "enable_log_file_validation"): (False, "CKV_AWS_36"),
    ("aws_cloudtrail", "is_multi_region_trail"): (False, "CKV_AWS_67"),
    ("aws_cloudwatch_log_group", "retention_in_days"): (7, "CKV_AWS_338"),
    ("aws_s3_bucket_public_access_block", "block_public_acls"): (False, "CKV_AWS_53"),
    ("aws_lambda_function", "runtime"): ("python3.6", "CKV_AWS_363"),
}
"""Argument, a weak value for it, and the check that has to find it in either scan."""

WEAKENED_IN_A_CONFIGURATION = {
    ("aws_sns_topic", "kms_master_key_id"): (None, "CKV_AWS_26"),
    ("aws_dynamodb_table", "server_side_encryption"): (None, "CKV_AWS_119"),
}
"""In a plan, the key is still there as a reference."""

FOR_ANYBODY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}],
    }
)

WEAKENED_IN_A_PLAN = {
    ("aws_sns_topic_policy", "policy"): (FOR_ANYBODY, "CKV_AWS_169"),
    ("aws_iam_role_policy", "policy"): (FOR_ANYBODY, "CKV_AWS_62"),
    ("aws_s3_bucket_policy", "policy"): (FOR_ANYBODY, "CKV_AWS_70"),
}


def test_a_weakened_configuration_fails(synthesized: Callable[[str], Synthesis], tmp_path: Path) -> None:
    for stack in synthesized("example").stacks:
        write_configuration(weakened(stack), tmp_path / stack.name)

    found = scan(tmp_path, "terraform_json", SETTINGS)

    assert {check for _, check in (WEAKENED | WEAKENED_IN_A_CONFIGURATION).values()} <= found.failing


def weakened(stack: Stack) -> dict[str, Any]:
    configuration: dict[str, Any] = json.loads(stack.text)
    for (kind, argument), (value, _) in (WEAKENED | WEAKENED_IN_A_CONFIGURATION).items():
        for resource in configuration["resource"].get(kind, {}).values():
            resource[argument] = value
    return configuration


def test_a_weakened_plan_fails(plan_folder: Path, tmp_path: Path) -> None:
    for file in (plan_folder / "example").rglob("plan.json"):
        plan = json.loads(file.read_text(encoding="utf-8"))
        for (kind, argument), (value, _) in (WEAKENED | WEAKENED_IN_A_PLAN).items():
            for each, _, values in planned_values(plan):
                if each == kind:
                    values[argument] = value
        (tmp_path / file.parent.name).mkdir()
        (tmp_path / file.parent.name / "plan.json").write_text(json.dumps(plan), encoding="utf-8")

    found = scan(tmp_path, "terraform_plan", SETTINGS)

    assert {check for _, check in (WEAKENED | WEAKENED_IN_A_PLAN).values()} <= found.failing


def test_the_terraform_block_still_has_to_be_left_out(
    synthesized: Callable[[str], Synthesis], without_skips: Path, tmp_path: Path
) -> None:
    # Once checkov reads the whole configuration, `write_configuration` may copy it as it is.
    (tmp_path / "cdk.tf.json").write_text(synthesized("example").hub.text, encoding="utf-8")

    assert [*scan(tmp_path, "terraform_json", without_skips).unread] == [str(tmp_path / "cdk.tf.json")]
