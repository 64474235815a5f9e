"""Terraform and the oldest provider that is accepted know every argument, and none is on its way out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.stacks.terraform import CONFIGURATION, PLANNED, PROCESSES, copied, validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.stacks.synthesis import Synthesis

pytestmark = [pytest.mark.deploy, pytest.mark.usefixtures("provider")]


# Together they have every argument, every partition's ARNs and every escaped text.
@pytest.mark.parametrize("scenario", ["organization", "china", "template-marks", "prevention"])
def test_terraform_finds_nothing_wrong_and_nothing_deprecated(
    scenario: str, synthesized: Callable[[str], Synthesis], tmp_path: Path
) -> None:
    copies = [copied(stack, tmp_path) for stack in synthesized(scenario).stacks]

    with ThreadPoolExecutor(PROCESSES) as pool:
        assert list(pool.map(validate, copies)) == [[]] * len(copies)


def test_an_argument_that_only_the_next_major_version_has_is_found(
    synthesized: Callable[[str], Synthesis], tmp_path: Path
) -> None:
    stack = synthesized("example").hub
    folder = copied(stack, tmp_path)
    configuration = json.loads((folder / CONFIGURATION).read_text(encoding="utf-8"))
    for queue in configuration["resource"]["aws_sqs_queue"].values():
        queue["region"] = "us-east-1"
    (folder / CONFIGURATION).write_text(json.dumps(configuration), encoding="utf-8")

    found = validate(folder)

    assert {diagnostic["severity"] for diagnostic in found} == {"error"}
    assert len(found) == 3
    assert all('"region"' in diagnostic["detail"] for diagnostic in found)


def test_every_resource_is_planned_to_be_created(
    plans: tuple[Path, ...], synthesized: Callable[[str], Synthesis]
) -> None:
    planned = {
        (file.parent.parent.name, file.parent.name, change["address"])
        for file in plans
        for change in json.loads(file.read_text(encoding="utf-8"))["resource_changes"]
        if change["change"]["actions"] == ["create"]
    }

    assert planned == {
        (scenario, stack.name, resource.address)
        for scenario in PLANNED
        for stack in synthesized(scenario).stacks
        for resource in stack.resources
    }


def test_every_resource_that_can_have_tags_gets_the_inventorys(plans: tuple[Path, ...]) -> None:
    seen = set()
    for file in plans:
        for change in json.loads(file.read_text(encoding="utf-8"))["resource_changes"]:
            after = change["change"]["after"]
            if "tags_all" in after:
                seen.add(change["type"])
                assert after["tags_all"]["managed-by"] == "purge-guard"
                assert after["tags_all"]["owner"] == "security"
    assert len(seen) >= 11
