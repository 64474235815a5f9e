"""What holds for everything that is written, whatever the inventory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.stacks.synthesis import ROOT, strings

if TYPE_CHECKING:
    from tests.stacks.synthesis import Synthesis

FORBIDDEN = {
    "a token that was not resolved": r"TfToken\[",
    "an expression that is no reference": r"(?<!\$)\$\{(?!aws_)",
    "a template directive": r"(?<!%)%\{",
    "a folder of this machine": rf"{re.escape(str(ROOT))}|^/(?!aws/|[A-Za-z0-9+/]{{42}}=$)|/tmp/|/home/|/root/|/Users/|file://",
    "a time": r"\d{4}-\d\d-\d\dT\d\d|\d\d:\d\d:\d\d|\b1[67]\d{8}\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_is_written_that_must_not_be(what: str, synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        assert [text for text in strings(stack.configuration) if re.search(FORBIDDEN[what], text)] == []


def test_both_major_versions_of_the_provider_are_accepted(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        settings = stack.configuration["terraform"]
        assert settings["required_providers"] == {"aws": {"source": "aws", "version": ">= 5.100, < 7"}}
        assert settings["required_version"] == ">= 1.5"


def test_no_resource_names_its_region_which_only_one_major_version_understands(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        assert [resource.address for resource in stack.resources if "region" in resource.arguments] == []


def test_a_stack_refers_to_no_other_stack(synthesis: Synthesis) -> None:
    for stack in synthesis.stacks:
        assert set(stack.configuration) <= {"//", "provider", "resource", "terraform"}
        own = {resource.address for resource in stack.resources}
        assert set(re.findall(r"\$\{(aws_[a-z0-9_]+\.[A-Za-z0-9_-]+)\.[a-z_]+\}", stack.text)) <= own
