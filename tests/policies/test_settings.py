from __future__ import annotations

import pytest

from policies.settings import AlertSettings, SettingError

SETTINGS = AlertSettings(
    topic_arn="arn:aws:sns:us-east-1:222233334444:purge-guard-alerts",
    ledger_table="purge-guard-ledger",
    ledger_days=90,
    runbook_url="https://example.com/runbooks/queue-purged",
)


@pytest.mark.parametrize("runbook_url", ["", "https://example.com/runbooks/queue-purged"])
def test_what_a_stack_writes_is_what_the_function_reads(runbook_url: str) -> None:
    settings = AlertSettings(SETTINGS.topic_arn, SETTINGS.ledger_table, 30, runbook_url)

    assert AlertSettings.from_environment(settings.to_environment()) == settings


def test_lambda_takes_the_names_of_the_variables() -> None:
    # A letter first, and nothing that Lambda keeps to itself.
    for name in SETTINGS.to_environment():
        assert name.replace("_", "").isalpha()
        assert name.startswith("PURGE_GUARD_")


def test_what_else_is_in_the_environment_does_not_matter() -> None:
    assert AlertSettings.from_environment(SETTINGS.to_environment() | {"PATH": "/bin"}) == SETTINGS


@pytest.mark.parametrize("name", list(SETTINGS.to_environment()))
def test_a_setting_that_is_missing_is_named(name: str) -> None:
    environment = SETTINGS.to_environment()
    del environment[name]

    with pytest.raises(SettingError, match=f"the environment variable {name} is not set: deploy the hub"):
        AlertSettings.from_environment(environment)


@pytest.mark.parametrize("days", ["", "ninety", "90.0"])
def test_a_number_that_is_none_is_named_and_shown(days: str) -> None:
    environment = SETTINGS.to_environment() | {"PURGE_GUARD_LEDGER_DAYS": days}

    with pytest.raises(SettingError) as refusal:
        AlertSettings.from_environment(environment)

    assert str(refusal.value) == (
        f"the environment variable PURGE_GUARD_LEDGER_DAYS is {days!r} and no number: deploy the hub stack"
    )
