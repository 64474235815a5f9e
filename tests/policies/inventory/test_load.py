from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from policies.inventory import (
    CreatedTrail,
    EmailSubscription,
    ExistingTrail,
    Hub,
    InventoryError,
    Organization,
    OrganizationTrail,
    UnknownAccountError,
    load_inventory,
)
from tests.policies.inventory.conftest import BASE, PREVENTION, edited

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.inventory import Inventory, Trail

    Load = Callable[[str | bytes], Inventory]

EXAMPLE = Path(__file__).parents[3] / "purge-guard.yaml"


def test_the_example_works_as_it_stands_for_one_account() -> None:
    inventory = load_inventory(EXAMPLE)
    assert inventory.hub.account == inventory.accounts[0].id == "111122223333"
    assert inventory.accounts[0].trail.mode == "create"


def test_an_inventory_is_read_into_its_values(load: Load) -> None:
    inventory = load(BASE)
    assert inventory.organization == Organization(id="o-exampleorgid", management_account="999988887777")
    assert inventory.hub == Hub(account="222233334444", region="us-east-1")
    assert inventory.alerts.subscriptions == (
        EmailSubscription(protocol="email", endpoint="security@example.com"),
    )
    assert inventory.accounts[0].regions == ("us-east-1", "eu-west-1")
    assert inventory.tags == {"owner": "security"}
    assert inventory.partition.name == "aws"


def test_what_is_not_written_has_a_default(load: Load) -> None:
    text = BASE.replace("  remember_days: 90\n  log_retention_days: 365\n  tracing: false\n", "")
    inventory = load(text.partition("tags:")[0].replace("      expire_days: 365\n", ""))
    alerts = inventory.alerts
    assert (alerts.runbook_url, alerts.remember_days, alerts.log_retention_days) == (None, 90, 365)
    assert (alerts.reserved_concurrency, alerts.tracing) == (None, False)
    assert inventory.accounts[0].trail == CreatedTrail(
        mode="create", prefix="", expire_days=365, organization=False, force_destroy=False
    )
    assert inventory.tags == {}


def test_sections_that_are_empty_count_as_absent(load: Load) -> None:
    text = edited(
        'organization:\n  id: o-exampleorgid\n  management_account: "999988887777"', "organization:"
    )
    assert load(text).organization is None


@pytest.mark.parametrize(
    ("trail", "expected"),
    [
        ("{mode: existing, name: events}", ExistingTrail(mode="existing", name="events")),
        (
            "{mode: existing, name: 'arn:aws:cloudtrail:eu-west-1:999988887777:trail/events'}",
            ExistingTrail(mode="existing", name="arn:aws:cloudtrail:eu-west-1:999988887777:trail/events"),
        ),
        ("{mode: organization}", OrganizationTrail(mode="organization", name=None)),
        (
            "{mode: create, prefix: audit/2026, force_destroy: true}",
            CreatedTrail(mode="create", prefix="audit/2026", force_destroy=True),
        ),
    ],
    ids=["existing", "existing by ARN", "organization", "created"],
)
def test_a_trail_is_read_by_its_mode(trail: str, expected: Trail, load: Load) -> None:
    text = edited("trail:\n      mode: create\n      expire_days: 365\n", f"trail: {trail}\n")
    assert load(text).accounts[0].trail == expected


def test_who_may_still_purge_is_read(load: Load) -> None:
    prevention = load(BASE + PREVENTION).prevention
    assert prevention is not None
    assert prevention.deny == ("purge", "guard-tampering")
    assert prevention.break_glass.principals == ("arn:aws:iam::111122223333:user/alice",)
    assert prevention.break_glass.mfa_max_age_minutes == 30
    assert prevention.exempt_roles == ("arn:aws:iam::111122223333:role/ops/queue-drainer",)


def test_without_its_section_nothing_is_prevented(load: Load) -> None:
    inventory = load(BASE)
    assert inventory.prevention is None
    assert inventory.accounts[0].prevention is None


def test_only_the_purge_is_denied_unless_more_is_asked_for(load: Load) -> None:
    prevention = load(BASE + PREVENTION.replace("  deny: [purge, guard-tampering]\n", "")).prevention
    assert prevention is not None
    assert prevention.deny == ("purge",)


def test_the_root_is_a_target_where_the_inventory_says_so_in_words(load: Load) -> None:
    manager = 'management_account: "999988887777"\n'
    words = f"{manager}  policies: {{scp_targets: [r-abcd], root: bind every account at once}}\n"
    organization = load(edited(manager, words) + PREVENTION).organization
    assert organization is not None
    assert organization.policies is not None
    assert organization.policies.scp_targets == ("r-abcd",)


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "first.last+purges@security.example.com"),
        ("https", "https://hooks.example.com:8443/purges?team=security"),
        ("https", "https://8.8.8.8/purges"),
        ("sqs", "arn:aws:sqs:eu-west-1:444455556666:purges"),
        ("lambda", "arn:aws:lambda:us-east-1:111122223333:function:page-someone:live"),
    ],
)
def test_every_protocol_takes_its_kind_of_endpoint(protocol: str, endpoint: str, load: Load) -> None:
    text = edited(
        "- protocol: email\n      endpoint: security@example.com",
        f"- protocol: {protocol}\n      endpoint: '{endpoint}'",
    )
    (subscription,) = load(text).alerts.subscriptions
    assert (subscription.protocol, subscription.endpoint) == (protocol, endpoint)


@pytest.mark.parametrize(
    ("regions", "home_region"),
    [
        ("[eu-west-1, us-east-1]", "us-east-1"),
        ("[eu-west-1]", "eu-west-1"),
        ("[eu-west-1, us-east-1]\n    home_region: eu-west-1", "eu-west-1"),
        ("[eu-west-1, eu-west-2]\n    home_region: eu-west-2", "eu-west-2"),
    ],
    ids=["the hub's region", "the only region", "said, not the hub's", "said, because it must be"],
)
def test_the_home_region_is_settled(regions: str, home_region: str, load: Load) -> None:
    assert load(edited("[us-east-1, eu-west-1]", regions)).accounts[0].home_region == home_region


@pytest.mark.parametrize(("region", "partition"), [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")])
def test_an_inventory_may_lie_in_another_partition(region: str, partition: str, load: Load) -> None:
    text = BASE.replace("[us-east-1, eu-west-1]", f"[{region}]").replace("us-east-1", region)
    assert load(text).partition.name == partition


@pytest.mark.parametrize("id_or_name", ["111122223333", "production"])
def test_an_account_is_found_by_id_and_by_name(id_or_name: str, load: Load) -> None:
    inventory = load(BASE)
    assert inventory.account(id_or_name) is inventory.accounts[0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("Prodction", 'the inventory lists no account "Prodction": did you mean production?'),
        ("444455556666", 'the inventory lists no account "444455556666"'),
    ],
)
def test_an_unlisted_account_is_refused_by_name(asked: str, sentence: str, load: Load) -> None:
    with pytest.raises(UnknownAccountError) as caught:
        load(BASE).account(asked)
    assert str(caught.value) == sentence


def test_an_inventory_cannot_be_changed(load: Load) -> None:
    inventory = load(BASE)
    with pytest.raises(ValidationError, match="frozen"):
        inventory.hub.region = "eu-west-1"  # type: ignore[misc]  # what the type forbids must fail, too
    with pytest.raises(TypeError):
        inventory.tags["owner"] = "me"  # type: ignore[index]  # what the type forbids must fail, too


def test_the_error_says_each_problem_on_a_line_that_editors_can_open(tmp_path: Path) -> None:
    path = tmp_path / "purge-guard.yaml"
    path.write_text(BASE.replace("version: 1", "version: 2").replace("tracing: false", "tracing: yes"))
    with pytest.raises(InventoryError) as caught:
        load_inventory(path)
    assert str(caught.value) == (
        f"{path}:1:10: version: write 1: this release reads no other\n"
        f"{path}:14:12: alerts.tracing: write true"
    )
