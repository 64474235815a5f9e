"""What is wrong between the sections of an inventory that prevent purges, and the rest of it.

Like `policies.inventory.consistency`, the checks take the values as they stand in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.inventory.fields import ANY_QUEUE_ARN, KEY_ARN, ROLE_ARN, TARGET
from policies.inventory.prevention import ROOT_WORDS
from policies.inventory.regions import known_regions
from policies.inventory.values import as_account_id, as_list, as_mapping, as_text, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.inventory.document import Value
    from policies.inventory.problems import Path
    from policies.inventory.values import Contradiction

_TOP = ("prevention",)
_POLICIES = ("organization", "policies")
_TARGETS = ("scp_targets", "rcp_targets")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list of texts of the inventory, and where it stands."""

    path: Path
    items: tuple[Value, ...]

    @classmethod
    def under(cls, section: Mapping[str, Value], path: Path, key: str) -> _Listed:
        return cls((*path, key), as_list(section.get(key)))

    @property
    def texts(self) -> Iterator[tuple[Path, str]]:
        """Its texts, each with its place."""
        for index, item in enumerate(self.items):
            if isinstance(item, str):
                yield (*self.path, index), item


def prevention_contradictions(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    """Yield the path and the sentence of each mistake between places of which one prevents purges."""
    for listed in _lists(inventory):
        yield from repeated(listed.texts)
    yield from _empty(inventory)
    if inventory.get("prevention") is None:
        yield from _without_prevention(inventory)
    else:
        yield from _without_purge(inventory)
        yield from _without_deployer(inventory)
    for path, account in _accounts(inventory):
        yield from _elsewhere(account, path)
    yield from _targets(inventory)


def prevention_arns(inventory: Mapping[str, Value]) -> Iterator[tuple[Path, Value]]:
    """Yield each ARN that the sections about prevention name, or what stands in its place."""
    for listed in _lists(inventory):
        if listed.path[-1] in {"principals", "exempt_roles", "deployer_roles", "queues", "queue_keys"}:
            yield from listed.texts


def _lists(inventory: Mapping[str, Value]) -> Iterator[_Listed]:
    prevention = as_mapping(inventory.get("prevention"))
    for key in ("deny", "exempt_roles", "deployer_roles"):
        yield _Listed.under(prevention, _TOP, key)
    break_glass = as_mapping(prevention.get("break_glass"))
    yield _Listed.under(break_glass, (*_TOP, "break_glass"), "principals")
    policies = as_mapping(as_mapping(inventory.get("organization")).get("policies"))
    for key in _TARGETS:
        yield _Listed.under(policies, _POLICIES, key)
    for path, account in _accounts(inventory):
        section = as_mapping(account.get("prevention"))
        for key in ("queues", "queue_keys"):
            yield _Listed.under(section, (*path, "prevention"), key)
        for key in ("roles", "groups", "users"):
            yield _Listed.under(as_mapping(section.get("attach_to")), (*path, "prevention", "attach_to"), key)


def _accounts(inventory: Mapping[str, Value]) -> Iterator[tuple[Path, Mapping[str, Value]]]:
    for index, account in enumerate(as_list(inventory.get("accounts"))):
        yield ("accounts", index), as_mapping(account)


def _sections(inventory: Mapping[str, Value]) -> Iterator[tuple[Path, Value]]:
    """Yield the sections that need the section prevention, and are written, if only as a key."""
    for path, account in _accounts(inventory):
        if "prevention" in account:
            yield (*path, "prevention"), account["prevention"]
    organization = as_mapping(inventory.get("organization"))
    if "policies" in organization:
        yield _POLICIES, organization["policies"]


def _empty(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    top = [(_TOP, inventory["prevention"])] if "prevention" in inventory else []
    for path, value in (*top, *_sections(inventory)):
        if value is None:
            yield path, "empty: this prevents nothing: write what it is to prevent, or leave the key out"


def _without_prevention(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    for path, value in _sections(inventory):
        if value is not None:
            yield path, "this needs the section prevention, which says who may still purge: write that"


def _without_purge(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    denied = _Listed.under(as_mapping(inventory.get("prevention")), _TOP, "deny")
    words = {word for _, word in denied.texts}
    if words and words <= {"purge-equivalents", "guard-tampering"}:
        yield denied.path, "without it, whoever may purge would need none of the rest: add purge"


def _without_deployer(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    deployers = _Listed.under(as_mapping(inventory.get("prevention")), _TOP, "deployer_roles")
    arns = [arn for _, arn in deployers.texts if re.fullmatch(ROLE_ARN, arn)]
    if not arns or len(arns) < len(deployers.items):
        return  # whichever is wrong may be the one that seems to be missing
    deployable = {arn.split(":")[4] for arn in arns}
    ids = [account.get("id") for _, account in _accounts(inventory)]
    ids.append(as_mapping(inventory.get("hub")).get("account"))
    for account_id in dict.fromkeys(as_account_id(each) for each in ids):
        if account_id is not None and account_id not in deployable:
            yield (
                deployers.path,
                f"nobody could deploy purge-guard in {account_id} any more: add its deployer's ARN",
            )


def _elsewhere(account: Mapping[str, Value], path: Path) -> Iterator[Contradiction]:
    """Yield the queues and keys that are not of this account, or of no region that is watched."""
    account_id, regions = as_account_id(account.get("id")), as_list(account.get("regions"))
    section = as_mapping(account.get("prevention"))
    for key, pattern in (("queues", ANY_QUEUE_ARN), ("queue_keys", KEY_ARN)):
        for place, arn in _Listed.under(section, (*path, "prevention"), key).texts:
            if account_id is None or not re.fullmatch(pattern, arn):
                continue
            _, _, _, region, owner, _ = arn.split(":")
            if owner != account_id:
                yield place, f"this is of the account {owner}: write it there"
            elif key == "queues" and _all_known(regions) and region not in regions:
                yield place, f"{region} is none of the account's regions: add it, or remove the queue"


def _all_known(regions: tuple[Value, ...]) -> bool:
    known = known_regions()
    return bool(regions) and all(isinstance(region, str) and region in known for region in regions)


def _targets(inventory: Mapping[str, Value]) -> Iterator[Contradiction]:
    organization = as_mapping(inventory.get("organization"))
    policies = as_mapping(organization.get("policies"))
    manager = as_text(organization.get("management_account"))
    for key in _TARGETS:
        for place, target in _Listed.under(policies, _POLICIES, key).texts:
            if target == manager:
                yield place, "such policies have no effect in the management account: remove it"
            elif target.startswith("r-") and re.fullmatch(TARGET, target) and policies.get("root") is None:
                yield place, f"begin with one account or a small OU, or write root: {ROOT_WORDS}"
