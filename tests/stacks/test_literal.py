"""What an operator writes reaches AWS as it was written, whatever it means to Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.literal import literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.stacks.synthesis import Synthesis


@pytest.mark.parametrize(
    ("text", "template"),
    [
        pytest.param("https://example.com", "https://example.com", id="plain"),
        pytest.param("${aws:username}", "$${aws:username}", id="interpolation"),
        pytest.param("100%{if}", "100%%{if}", id="directive"),
        pytest.param("5$ {} 5%", "5$ {} 5%", id="marks-that-mean-nothing"),
    ],
)
def test_template_marks_are_doubled(text: str, template: str) -> None:
    assert literal(text) == template


def test_the_inventorys_free_text_is_escaped_wherever_it_goes(
    synthesized: Callable[[str], Synthesis],
) -> None:
    hub = synthesized("template-marks").hub

    assert {each["endpoint"] for each in hub.of_type("aws_sns_topic_subscription")} == {
        "$${name}@example.com",
        "https://example.com/alerts?user=$${aws:username}&share=100%%{if}",
    }
    variables = hub.only("aws_lambda_function")["environment"]["variables"]
    assert (
        variables["PURGE_GUARD_RUNBOOK_URL"]
        == "https://example.com/runbooks?user=$${aws:username}&share=100%%{if}"
    )
