"""What is wrong between two places of an inventory.

The checks take the values as they stand in the file and skip what is not of the right kind, so that one
mistake does not hide another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.inventory.exception_consistency import exception_arns, exception_contradictions
from policies.inventory.fields import LAYER_ARN
from policies.inventory.model import home_region_of
from policies.inventory.prevention_consistency import prevention_arns, prevention_contradictions
from policies.inventory.problems import quoted
from policies.inventory.regions import known_regions
from policies.inventory.suggestion import closest
from policies.inventory.values import as_account_id, as_list, as_mapping, as_text, repeated
from policies.naming import PREFIX
from policies.partitions import PARTITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.inventory.document import Value
    from policies.inventory.problems import Path
    from policies.inventory.values import Contradiction

SUPPORTED = frozenset(partition.name for partition in PARTITIONS)


@dataclass(frozen=True, slots=True)
class _Account:
    """As much of an account as can be made out."""

    path: Path
    id: str | None
    name: str | None
    regions: tuple[Value, ...]
    given_home: str | None
    trail: Mapping[str, Value]

    @classmethod
    def read(cls, value: Value, path: Path) -> _Account:
        account = as_mapping(value)
        return cls(
            path,
            id=as_account_id(account.get("id")),
            name=as_text(account.get("name")),
            regions=as_list(account.get("regions")),
            given_home=as_text(account.get("home_region")),
            trail=as_mapping(account.get("trail")),
        )

    def home_regions(self, partition: str) -> tuple[str, ...]:
        """Return the regions that its trail may be in; none while something is wrong with its regions."""
        right = [
            region
            for region in self.regions
            if isinstance(region, str) and known_regions().get(region) == partition
        ]
        return tuple(dict.fromkeys(right)) if len(right) == len(self.regions) else ()


def contradictions(root: Value) -> Iterator[Contradiction]:
    """Yield the path and the sentence of each mistake that concerns more than one place of the file."""
    inventory = as_mapping(root)
    subscriptions = as_list(as_mapping(inventory.get("alerts")).get("subscriptions"))
    accounts = [
        _Account.read(value, ("accounts", index))
        for index, value in enumerate(as_list(inventory.get("accounts")))
    ]
    yield from _repetitions(accounts, as_mapping(inventory.get("tags")))
    for account in accounts:
        yield from _trail(account, inventory.get("organization"))
    yield from prevention_contradictions(inventory)
    yield from _owners(inventory)
    yield from exception_contradictions(inventory)
    hub_region = as_text(as_mapping(inventory.get("hub")).get("region")) or ""
    yield from _layer(inventory, hub_region)
    hub_partition = known_regions().get(hub_region)
    if hub_partition in SUPPORTED:
        for account in accounts:
            yield from _home_region(account, hub_region, account.home_regions(hub_partition))
            yield from _foreign_regions(account, hub_partition)
        arns = (*_arns(accounts, subscriptions), *prevention_arns(inventory), *exception_arns(inventory))
        yield from _foreign_arns(arns, hub_partition)


def _owners(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Yield owners that nobody described, and addresses that SNS would have to subscribe twice."""
    owners = [as_mapping(owner) for owner in as_list(inventory.get("owners"))]
    names = [as_text(owner.get("name")) for owner in owners]
    # A queue's tag names its owner in any case.
    yield from repeated(
        (("owners", index, "name"), name.casefold() if name else None) for index, name in enumerate(names)
    )
    for index, account in enumerate(as_list(inventory.get("accounts"))):
        owner = as_text(as_mapping(account).get("owner"))
        if owner and owner not in names:
            suggestion = closest(owner, [name for name in names if name])
            advice = f"did you mean {suggestion}?" if suggestion else "describe it under owners"
            yield ("accounts", index, "owner"), f"there is no owner {quoted(owner)}: {advice}"
    endpoints = [
        (path, _endpoint(as_mapping(subscription)))
        for path, subscription in _subscriptions(inventory, owners)
    ]
    yield from repeated(endpoints)
    for path, endpoint in endpoints:
        if endpoint and endpoint.startswith("arn:") and f":{PREFIX}-" in endpoint:
            yield (
                path,
                "this is purge-guard's own, and would be told of its own alerts without end: remove it",
            )


def _endpoint(subscription: Mapping[str, Value]) -> str | None:
    """Return what a subscription delivers to; mail comes to the same person in any case."""
    endpoint = as_text(subscription.get("endpoint"))
    return endpoint.casefold() if endpoint and subscription.get("protocol") == "email" else endpoint


def _subscriptions(
    inventory: Mapping[str, Value], owners: list[Mapping[str, Value]]
) -> Iterator[tuple[Path, Value]]:
    """Yield every subscription: a topic has one for an endpoint, so that none may be told twice."""
    for index, subscription in enumerate(as_list(as_mapping(inventory.get("alerts")).get("subscriptions"))):
        yield ("alerts", "subscriptions", index, "endpoint"), subscription
    for number, owner in enumerate(owners):
        for index, subscription in enumerate(as_list(owner.get("subscriptions"))):
            yield ("owners", number, "subscriptions", index, "endpoint"), subscription


def _repetitions(accounts: list[_Account], tags: Mapping[str, Value]) -> Iterator[Contradiction]:
    yield from repeated(((*account.path, "id"), account.id) for account in accounts)
    yield from repeated(
        ((*account.path, "name"), account.name.casefold() if account.name else None) for account in accounts
    )
    for account in accounts:
        yield from repeated(
            ((*account.path, "regions", index), as_text(region))
            for index, region in enumerate(account.regions)
        )
    yield from repeated((("tags", key), key.casefold()) for key in tags)


def _home_region(account: _Account, hub_region: str, choices: tuple[str, ...]) -> Iterator[Contradiction]:
    path = (*account.path, "home_region")
    if not choices:
        return
    if account.given_home is None:
        if home_region_of(choices, hub_region) is None:
            advice = f"write home_region: {_either(choices)}"
            yield path, f"missing: none of several regions is the hub's: {advice}"
    elif account.given_home not in choices:
        yield path, f"the trail cannot be outside the account's regions: write {_either(choices)}"


def _trail(account: _Account, organization: Value) -> Iterator[Contradiction]:
    mode, of_organization = account.trail.get("mode"), account.trail.get("organization")
    if mode == "organization" and organization is None:
        path = (*account.path, "trail", "mode")
        yield path, "the organization's trail needs the section organization: write that, or another mode"
    if mode != "create" or of_organization is not True:
        return
    management_account = as_account_id(as_mapping(organization).get("management_account"))
    path = (*account.path, "trail", "organization")
    if organization is None:
        yield path, "an organization trail needs the section organization: write that, or false"
    elif management_account is not None and account.id is not None and account.id != management_account:
        manager = f"the management account {management_account}"
        yield path, f"only {manager} can create the organization's trail: write false"


def _foreign_regions(account: _Account, hub_partition: str) -> Iterator[Contradiction]:
    for index, region in enumerate(account.regions):
        partition = known_regions().get(region) if isinstance(region, str) else None
        if partition in SUPPORTED and partition != hub_partition:
            yield (*account.path, "regions", index), _crossing("this region", partition, hub_partition)


def _arns(accounts: list[_Account], subscriptions: tuple[Value, ...]) -> Iterator[tuple[Path, Value]]:
    for index, subscription in enumerate(subscriptions):
        yield ("alerts", "subscriptions", index, "endpoint"), as_mapping(subscription).get("endpoint")
    for account in accounts:
        yield (*account.path, "trail", "name"), account.trail.get("name")


def _layer(inventory: Mapping[str, Value], hub_region: str) -> Iterator[Contradiction]:
    layer = as_text(as_mapping(inventory.get("alerts")).get("geoip_layer")) or ""
    region = layer.split(":")[3] if re.match(LAYER_ARN, layer) else hub_region
    if hub_region and region != hub_region:
        path = ("alerts", "geoip_layer")
        yield path, f"a function uses layers of its own region: publish it in the hub's, {hub_region}"


def _foreign_arns(arns: tuple[tuple[Path, Value], ...], hub_partition: str) -> Iterator[Contradiction]:
    for path, arn in arns:
        partition = arn.split(":")[1] if isinstance(arn, str) and arn.startswith("arn:") else hub_partition
        if partition in SUPPORTED and partition != hub_partition:
            yield path, _crossing("this ARN", partition, hub_partition)


def _crossing(what: str, partition: str, hub_partition: str) -> str:
    return (
        f"{what} lies in the partition {partition} and the hub in {hub_partition}, and nothing crosses:"
        " write an inventory for each partition"
    )


def _either(regions: tuple[str, ...]) -> str:
    return " or ".join(regions[:4])
