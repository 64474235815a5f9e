from __future__ import annotations

from datetime import UTC, datetime

import pytest

from policies.detection.estate import Estate, KnownAccount
from policies.detection.estate_document import EstateError, estate_json, read_estate
from policies.detection.exceptions import PurgeException, Schedule

EVERYTHING = Estate(
    accounts={"111122223333": KnownAccount("shop", "production", "payments")},
    organization_id="o-exampleorgid",
    management_account="999988887777",
    exempt_roles=("arn:aws:iam::111122223333:role/ops/Sweeper",),
    deployer_roles=("arn:aws:iam::111122223333:role/Deployer",),
    queue_keys=("arn:aws:kms:us-east-1:111122223333:key/1",),
    trails=("organization-trail",),
    trusts_any_trail=True,
    owners=("payments",),
    exceptions=(
        PurgeException(
            "weekly",
            'clean-up \u2028 of "tests"',
            "payments",
            "OPS-1",
            expires=datetime(2027, 1, 1, 12, 30, tzinfo=UTC),
            principals=("arn:aws:iam::111122223333:role/ops/*",),
            queues=("arn:aws:sqs:*:111122223333:test-*",),
            tags={"environment": "test"},
            accounts=("111122223333",),
            environments=("test",),
            schedule=Schedule(frozenset({0, 4}), 540, 1020, "Europe/Berlin"),
            user_agents=("aws-cli/*",),
            is_trial=True,
        ),
        PurgeException("bare", "reason", "payments", "OPS-2", expires=datetime(2027, 1, 1, tzinfo=UTC)),
    ),
)


@pytest.mark.parametrize("estate", [Estate(), EVERYTHING], ids=["nothing", "everything"])
def test_an_estate_survives_its_journey(estate: Estate) -> None:
    assert read_estate(estate_json(estate)) == estate


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", estate_json(Estate())[:-9]])
def test_anything_else_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(EstateError, match=r"^estate.json cannot be read \(.*\): deploy the hub stack again$"):
        read_estate(text)
