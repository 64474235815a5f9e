from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from policies.inventory.warnings import warnings_about
from tests.policies.inventory.conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hub", "regions", "missing"),
    [
        ("us-east-1", "us-east-1, eu-west-1", None),
        ("eu-west-1", "eu-west-1", "us-east-1"),
        ("cn-north-1", "cn-north-1", None),
        ("cn-north-1", "cn-northwest-1", "cn-north-1"),
        ("us-gov-west-1", "us-gov-east-1", "us-gov-west-1"),
    ],
)
def test_an_account_that_does_not_see_iam_is_told_of(
    load: Callable[[str | bytes], Inventory], hub: str, regions: str, missing: str | None
) -> None:
    text = BASE.replace("region: us-east-1", f"region: {hub}")
    inventory = load(text.replace("regions: [us-east-1, eu-west-1]", f"regions: [{regions}]"))

    sentence = (
        f"the account production is not watched in {missing}, where the calls to IAM are recorded: nobody"
        f" hears of changes to purge-guard's roles and policies; add {missing} to its regions"
    )

    assert list(warnings_about(inventory, NOW)) == ([sentence] if missing else [])
