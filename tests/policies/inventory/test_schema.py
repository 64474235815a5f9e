from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from policies.inventory.composing import compose
from policies.inventory.schema import inventory_schema, schema_text
from tests.policies.inventory.conftest import BASE
from tests.policies.inventory.mistakes import STRUCTURAL, Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory.document import Value

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "schema" / "purge-guard.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_published_schema_is_the_generated_one() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_takes_the_example_and_the_base_inventory(validator: jsonschema.Draft7Validator) -> None:
    for text in (BASE, (ROOT / "purge-guard.yaml").read_text(encoding="utf-8")):
        validator.validate(yaml.safe_load(text))


def test_the_example_names_the_schema_for_editors() -> None:
    first_line = (ROOT / "purge-guard.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first_line == f"# yaml-language-server: $schema={PUBLISHED.relative_to(ROOT).as_posix()}"


@pytest.mark.parametrize("mistake", STRUCTURAL, ids=lambda mistake: mistake.name)
def test_the_schema_refuses_what_is_wrong_by_its_look(
    mistake: Mistake, validator: jsonschema.Draft7Validator
) -> None:
    assert not validator.is_valid(_as_json(compose(mistake.text).root.value))


def _as_json(value: Value) -> object:
    """The value with lists for tuples; what YAML's versions disagree about is of no type that JSON has."""
    if isinstance(value, dict):
        return {key: _as_json(child) for key, child in value.items()}
    return [_as_json(child) for child in value] if isinstance(value, tuple) else value


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for section in (schema, *schema["$defs"].values()):
        for key, about in section["properties"].items():
            yield f"{section['title']}.{key}", about


def test_every_key_is_described_for_editors() -> None:
    assert [key for key, about in _properties(inventory_schema()) if not about.get("description")] == []


def test_optional_keys_show_their_default() -> None:
    defaults = {key: about["default"] for key, about in _properties(inventory_schema()) if "default" in about}
    assert defaults == {
        "Inventory.organization": None,
        "Inventory.overrides": [],
        "Override.ou": None,
        "Override.environment": None,
        "Override.regions": None,
        "Override.home_region": None,
        "Override.trail": None,
        "Override.owner": None,
        "Override.wave": None,
        "Override.prevention": None,
        "Account.wave": 1,
        "Inventory.prevention": None,
        "Inventory.owners": [],
        "Inventory.exceptions": [],
        "ExceptionSection.principals": [],
        "ExceptionSection.queues": [],
        "ExceptionSection.accounts": [],
        "ExceptionSection.environments": [],
        "ExceptionSection.schedule": None,
        "ExceptionSection.user_agents": [],
        "ExceptionSection.calls": ["PurgeQueue"],
        "ExceptionSection.trial": False,
        "Alerts.json_format": "own",
        "Alerts.chat": False,
        "Alerts.security_hub": False,
        "Alerts.events": True,
        "Organization.policies": None,
        "OrganizationPolicies.scp_targets": [],
        "OrganizationPolicies.rcp_targets": [],
        "OrganizationPolicies.root": None,
        "Account.prevention": None,
        "AccountPrevention.queues": [],
        "AccountPrevention.queue_keys": [],
        "Attachments.roles": [],
        "Attachments.groups": [],
        "Attachments.users": [],
        "Prevention.deny": ["purge"],
        "Prevention.exempt_roles": [],
        "BreakGlass.mfa_max_age_minutes": 15,
        "Alerts.runbook_url": None,
        "Alerts.remember_days": 90,
        "Alerts.log_retention_days": 365,
        "Alerts.reserved_concurrency": None,
        "Alerts.geoip_layer": None,
        "Alerts.tracing": False,
        "CreatedTrail.prefix": "",
        "CreatedTrail.expire_days": 365,
        "CreatedTrail.organization": False,
        "CreatedTrail.force_destroy": False,
        "OrganizationTrail.name": None,
    }


def test_examples_and_defaults_in_the_schema_are_right() -> None:
    schema = inventory_schema()
    for key, about in _properties(schema):
        defaults = [about["default"]] if about.get("default", []) not in ([], None) else []
        for example in (*about.get("examples", []), *defaults):
            errors = jsonschema.Draft7Validator({**about, "$defs": schema["$defs"]}).iter_errors(example)
            assert [error.message for error in errors] == [], key


def test_the_schema_names_no_host_of_its_own() -> None:
    assert inventory_schema()["$id"] == "urn:purge-guard:inventory:1"
