from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from policies.estate import estate_of
from policies.inventory import Inventory, InventoryError
from policies.inventory.warnings import MOST_FILTERS, warnings_about
from tests.docs.pages import page
from tests.policies.inventory.conftest import BASE

if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[[str | bytes], Inventory]

NOW = datetime(2026, 11, 25, tzinfo=UTC)
OWNERS = """\
owners:
  - name: payments
    subscriptions: [{protocol: email, endpoint: payments@example.com}]
  - name: Data Platform
    subscriptions: [{protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:111122223333:alerts-of-data"}]
"""


def with_owner(name: str) -> str:
    """Return an inventory whose account belongs to an owner."""
    return BASE.replace("    name: production\n", f"    name: production\n    owner: {name}\n") + OWNERS


def refusal_of(load: Load, text: str) -> str:
    with pytest.raises(InventoryError) as caught:
        load(text)
    return str(caught.value)


def test_the_functions_know_owners_and_accounts(load: Load) -> None:
    text = with_owner("Data Platform").replace(
        "    name: production\n", "    name: production\n    environment: prod\n"
    )
    estate = estate_of(load(text))

    assert set(estate.owners) == {"payments", "Data Platform"}
    account = estate.accounts["111122223333"]
    assert (account.owner, account.environment) == ("Data Platform", "prod")


def test_the_owners_on_the_page_of_channels_are_right(load: Load) -> None:
    (example,) = page("docs/channels.md").blocks("yaml")
    owners, accounts = example.split("accounts:\n")
    names = accounts.partition("\n")[2]
    inventory = load(BASE.replace("    name: production\n", names) + owners)

    assert [owner.name for owner in inventory.owners] == ["payments", "orders"]
    assert inventory.accounts[0].owner == "payments"


@pytest.mark.parametrize(
    ("owner", "advice"),
    [
        ("payment", "did you mean payments?"),
        ("nobody", "describe it under owners"),
        # The filter of a subscription looks at every letter.
        ("Payments", "did you mean payments?"),
    ],
)
def test_an_account_belongs_to_an_owner_that_is_described(load: Load, owner: str, advice: str) -> None:
    answer = refusal_of(load, with_owner(owner))

    assert f'accounts[0].owner: there is no owner "{owner}": {advice}' in answer


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (
            "payments@example.com",
            "security@example.com",
            "owners[0].subscriptions[0].endpoint: this repeats alerts.subscriptions[0].endpoint",
        ),
        (
            '{protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:111122223333:alerts-of-data"}',
            "{protocol: email, endpoint: payments@example.com}",
            "owners[1].subscriptions[0].endpoint: this repeats owners[0].subscriptions[0].endpoint",
        ),
        ("name: Data Platform", "name: payments", "owners[1].name: this repeats owners[0].name"),
        ("name: Data Platform", "name: PAYMENTS", "owners[1].name: this repeats owners[0].name"),
        (
            "payments@example.com",
            "Security@Example.com",
            "owners[0].subscriptions[0].endpoint: this repeats alerts.subscriptions[0].endpoint",
        ),
        ("name: payments", "name: '*'", "owners[0].name: "),
        ("[{protocol: email, endpoint: payments@example.com}]", "[]", "owners[0].subscriptions: "),
        ("protocol: email", "protocol: sms", "owners[0].subscriptions[0].protocol: "),
    ],
    ids=[
        "the security team's",
        "another owner's",
        "same name",
        "capitals",
        "address in capitals",
        "wildcard",
        "nobody",
        "protocol",
    ],
)
def test_owners_that_could_not_be_subscribed_are_refused(load: Load, old: str, new: str, answer: str) -> None:
    assert OWNERS.count(old) == 1
    assert answer in refusal_of(load, BASE + OWNERS.replace(old, new))


@pytest.mark.parametrize("environment", ["Production", "pre prod", '""', "yes"])
def test_an_environment_is_one_small_word(load: Load, environment: str) -> None:
    line = f"    name: production\n    environment: {environment}\n"

    assert "accounts[0].environment: " in refusal_of(load, BASE.replace("    name: production\n", line))


def test_more_filters_than_a_topic_takes_are_a_warning(load: Load) -> None:
    emails = ", ".join(f"{{protocol: email, endpoint: team-{n}@example.com}}" for n in range(MOST_FILTERS))
    enough = f"{BASE}owners:\n  - name: everybody\n    subscriptions: [{emails}]\n"
    one_more = "  - {name: last, subscriptions: [{protocol: email, endpoint: last@example.com}]}\n"

    assert list(warnings_about(load(enough), NOW)) == []
    (warning,) = warnings_about(load(enough + one_more), NOW)
    assert warning.startswith(
        "the owners have 201 subscriptions together, and a topic takes 200 with a filter"
    )
