"""What the pages count is what is deployed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, page

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = """\
version: 1
hub: {account: "222233334444", region: us-east-1}
alerts: {subscriptions: [{protocol: email, endpoint: security@example.com}]}
accounts:
  - id: "111122223333"
    name: production
    regions: [us-east-1, eu-west-1]
    home_region: us-east-1
    trail: {mode: create}
  - {id: "222233334444", name: security, regions: [us-east-1], trail: {mode: existing, name: events}}
"""

REGIONS = 2
"""Of the first account, which has a created trail; the second is in the hub's own place."""


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Counter[str]]:
    """How many resources of each type the stacks have that the tables count."""
    folder: Path = tmp_path_factory.mktemp("synthesized")
    (folder / "purge-guard.yaml").write_text(INVENTORY, encoding="utf-8")
    settings = {
        "CDKTF_OUTDIR": str(folder),
        "PURGE_GUARD_INVENTORY": "purge-guard.yaml",
        "PURGE_GUARD_STACKS": "hub,production,security",
    }
    subprocess.run([sys.executable, ROOT / "main.py"], cwd=folder, env=os.environ | settings, check=True)
    stacks = {"hub": "hub", "account": "account-111122223333", "beside": "account-222233334444"}
    return {name: resources(folder / "stacks" / stack / "cdk.tf.json") for name, stack in stacks.items()}


def resources(file: Path) -> Counter[str]:
    synthesized = json.loads(file.read_text(encoding="utf-8"))["resource"]
    return Counter({kind: len(instances) for kind, instances in synthesized.items()})


def test_the_table_of_resources_is_what_is_deployed(deployed: dict[str, Counter[str]]) -> None:
    stated = {
        kind.strip("`"): [int(count) for count in counts]
        for kind, counts in page("docs/how-it-works.md").rows().items()
        if kind.startswith("`aws_")
    }
    assert +Counter({kind: hub for kind, (hub, _, _) in stated.items()}) == deployed["hub"]
    once_and_in_regions = {kind: once + REGIONS * each for kind, (_, once, each) in stated.items()}
    assert +Counter(once_and_in_regions) == deployed["account"]


def test_beside_the_hub_one_rule_with_its_target_is_missing(deployed: dict[str, Counter[str]]) -> None:
    rows = page("docs/how-it-works.md").rows()
    alarms, rules, targets = (
        int(rows[f"`aws_cloudwatch_{kind}`"][2]) for kind in ("metric_alarm", "event_rule", "event_target")
    )

    assert deployed["beside"]["aws_cloudwatch_metric_alarm"] == alarms
    assert deployed["beside"]["aws_cloudwatch_event_rule"] == rules - 1
    assert deployed["beside"]["aws_cloudwatch_event_target"] == targets - 1


@pytest.mark.parametrize(
    ("row", "kind"), [("KMS keys", "aws_kms_key"), ("CloudWatch alarms", "aws_cloudwatch_metric_alarm")]
)
def test_the_cost_counts_what_is_deployed(row: str, kind: str, deployed: dict[str, Counter[str]]) -> None:
    hub, once, each = (int(cell) for cell in page("docs/cost.md").rows()[row][1:])
    assert hub == deployed["hub"][kind]
    assert once + REGIONS * each == deployed["account"][kind]


def test_the_cost_of_a_month_follows_from_prices_and_counts() -> None:
    table = page("docs/cost.md").rows()
    priced = [table["KMS keys"], table["CloudWatch alarms"]]
    prices = [float(re.findall(r"[\d.]+", cells[0])[0]) for cells in priced]
    for column in (1, 2, 3):
        month = sum(price * int(cells[column]) for price, cells in zip(prices, priced, strict=True))
        assert table["**A month**"][column] == f"**{month:.2f}**"


def test_the_readme_states_the_cost_of_one_account_and_region() -> None:
    parts = [float(cell.strip("*")) for cell in page("docs/cost.md").rows()["**A month**"][1:]]
    assert f"{sum(parts):.2f} US dollars" in page("README.md").text
    assert f"**{sum(parts):.2f}**" in page("docs/cost.md").text
