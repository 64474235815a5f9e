"""The alert function: its code, its settings, and what becomes of an event that it fails on."""

from __future__ import annotations

import base64
import hashlib
import importlib
from typing import TYPE_CHECKING

import pytest

from policies.settings import AlertSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Resource, Stack, Synthesis


@pytest.fixture
def function(hub: Stack) -> Resource:
    return hub.only("aws_lambda_function")


@pytest.fixture
def plain(synthesized: Callable[[str], Synthesis]) -> Resource:
    """The function of an inventory that sets nothing."""
    return synthesized("example").hub.only("aws_lambda_function")


def test_it_runs_on_the_chosen_runtime_and_processor(function: Resource) -> None:
    assert (function["runtime"], function["architectures"]) == ("python3.13", ["arm64"])


def test_its_handler_exists(function: Resource) -> None:
    module, _, name = function["handler"].rpartition(".")

    assert callable(getattr(importlib.import_module(module), name))


def test_its_hash_is_that_of_the_archive(synthesis: Synthesis) -> None:
    # F09: a hash of anything else either misses a change or deploys without one.
    function = synthesis.hub.only("aws_lambda_function")
    archive = (synthesis.hub.folder / function["filename"]).read_bytes()

    assert function["source_code_hash"] == base64.b64encode(hashlib.sha256(archive).digest()).decode()


def test_it_reads_the_settings_that_the_inventory_gives(function: Resource) -> None:
    assert AlertSettings.from_environment(function["environment"]["variables"]) == AlertSettings(
        topic_arn="arn:aws:sns:us-east-1:222233334444:purge-guard-alerts",
        ledger_table="purge-guard-ledger",
        ledger_days=30,
        runbook_url="https://example.com/runbooks/queue-purged",
        bus_name="purge-guard-hub",
        digest_queue_url="${aws_sqs_queue.alert_digests_queue_0D274E19.url}",
        own_keys=(
            "${aws_kms_key.alerts_key_553AF43B.arn}",
            "${aws_kms_key.ledger_key_DB22BBB3.arn}",
            "${aws_kms_key.alert_key_F8DF9499.arn}",
        ),
    )


def test_its_settings_and_its_log_are_encrypted_with_its_own_key(hub: Stack, function: Resource) -> None:
    log = hub.only("aws_cloudwatch_log_group")

    assert function["kms_key_arn"] == log["kms_key_id"]
    assert hub.referred(log["kms_key_id"])["description"] == "purge-guard: logs and settings of the functions"


@pytest.mark.parametrize(
    ("scenario", "days"),
    [pytest.param("example", 365, id="default"), pytest.param("organization", 400, id="set")],
)
def test_its_log_is_kept_as_long_as_the_inventory_says(
    scenario: str, days: int, synthesized: Callable[[str], Synthesis]
) -> None:
    log = synthesized(scenario).hub.only("aws_cloudwatch_log_group")

    assert (log["name"], log["retention_in_days"]) == ("/aws/lambda/purge-guard-alert", days)


def test_the_log_is_there_before_the_function_which_would_make_one_without_key(
    hub: Stack, function: Resource
) -> None:
    assert hub.only("aws_cloudwatch_log_group").address in function["depends_on"]


def test_concurrency_is_set_aside_only_where_the_inventory_says_so(
    function: Resource, plain: Resource
) -> None:
    assert function["reserved_concurrent_executions"] == 10
    assert "reserved_concurrent_executions" not in plain.arguments


def test_x_ray_traces_and_may_be_told_only_where_the_inventory_says_so(
    function: Resource, plain: Resource, synthesized: Callable[[str], Synthesis]
) -> None:
    permissions = synthesized("example").hub.only("aws_iam_role_policy")["policy"]

    assert function["tracing_config"] == {"mode": "Active"}
    assert plain["tracing_config"] == {"mode": "PassThrough"}
    assert "xray" not in permissions


def test_an_event_that_it_fails_on_three_times_is_kept(hub: Stack) -> None:
    failing = hub.only("aws_lambda_function_event_invoke_config")

    assert failing["maximum_retry_attempts"] == 2
    assert failing["maximum_event_age_in_seconds"] == 6 * 3600
    queue = hub.referred(failing["destination_config"]["on_failure"]["destination"])
    assert queue["name"] == "purge-guard-alert-failures"


def test_it_may_send_to_that_queue(hub: Stack) -> None:
    policy = hub.named("aws_iam_role_policy", "alert").document("policy")
    (sending,) = (statement for statement in policy if statement["Action"] == ["sqs:SendMessage"])

    assert sending["Resource"] == ["arn:aws:sqs:us-east-1:222233334444:purge-guard-alert-failures"]
