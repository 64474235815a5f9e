"""Stacks as they are synthesized, and how tests look into them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from policies.inventory import Inventory, load_inventory
from policies.selection import select
from stacks.app import synthesize
from stacks.provider import App

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
INVENTORIES = Path(__file__).parent / "inventories"

SCENARIOS = {
    "example": ROOT / "purge-guard.yaml",
    **{file.stem: file for file in sorted(INVENTORIES.glob("*.yaml"))},
}
"""The inventories that tests synthesize: the published example, and those of this folder."""

# The attributes by which one resource refers to another.
_REFERENCE = re.compile(r"\$\{(?P<address>[a-z0-9_]+\.[A-Za-z0-9_-]+)\.[a-z_]+\}")


@dataclass(frozen=True)
class Resource:
    """One resource of a stack, as Terraform is told of it."""

    type: str
    name: str
    arguments: dict[str, Any]

    @property
    def address(self) -> str:
        return f"{self.type}.{self.name}"

    def __getitem__(self, argument: str) -> Any:  # noqa: ANN401 - an argument is any JSON value
        return self.arguments[argument]

    def get(self, argument: str) -> Any:  # noqa: ANN401 - an argument is any JSON value
        return self.arguments.get(argument)

    def document(self, argument: str) -> list[dict[str, Any]]:
        """Return the statements of the policy document that an argument holds."""
        statements: list[dict[str, Any]] = json.loads(self.arguments[argument])["Statement"]
        return statements


@dataclass(frozen=True)
class Stack:
    """A synthesized stack."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def text(self) -> str:
        return (self.folder / "cdk.tf.json").read_text(encoding="utf-8")

    @cached_property
    def configuration(self) -> dict[str, Any]:
        configuration: dict[str, Any] = json.loads(self.text)
        return configuration

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every resource, without the construct library's own remarks."""
        return tuple(
            Resource(kind, name, {key: value for key, value in arguments.items() if key != "//"})
            for kind, named in self.configuration["resource"].items()
            for name, arguments in named.items()
        )

    @property
    def providers(self) -> tuple[dict[str, Any], ...]:
        return tuple(self.configuration["provider"]["aws"])

    @property
    def account(self) -> str:
        """The account whose credentials alone the stack accepts."""
        account: str
        (account,) = self.providers[0]["allowed_account_ids"]
        return account

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for resource in self.resources if resource.type == kind)

    def only(self, kind: str) -> Resource:
        (resource,) = self.of_type(kind)
        return resource

    def named(self, kind: str, name: str) -> Resource:
        """Return the resource of a type that is called so in AWS."""
        (resource,) = (each for each in self.of_type(kind) if name_of(each) == name)
        return resource

    def referred(self, reference: str) -> Resource:
        """Return the resource that ``${type.name.attribute}`` refers to."""
        found = _REFERENCE.fullmatch(reference)
        assert found, f"{reference} refers to no resource"
        (resource,) = (each for each in self.resources if each.address == found["address"])
        return resource


_NAME_ARGUMENTS = {
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_lambda_function": "function_name",
    "aws_s3_bucket": "bucket",
}


def name_of(resource: Resource) -> str | None:
    """Return what a resource is called in AWS, or None where it has no name of its own."""
    name: str | None = resource.get(_NAME_ARGUMENTS.get(resource.type, "name"))
    return name


@dataclass(frozen=True)
class Synthesis:
    """All stacks of an inventory."""

    folder: Path
    inventory: Inventory

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        return tuple(Stack(folder) for folder in sorted((self.folder / "stacks").iterdir()))

    @property
    def hub(self) -> Stack:
        return self.stack("hub")

    @property
    def accounts(self) -> tuple[Stack, ...]:
        return tuple(stack for stack in self.stacks if stack.name.startswith("account-"))

    def stack(self, name: str) -> Stack:
        (stack,) = (stack for stack in self.stacks if stack.name == name)
        return stack

    def account(self, name: str) -> Stack:
        return self.stack(f"account-{self.inventory.account(name).id}")


def synthesize_into(
    folder: Path, inventory_file: Path, *, wanted: str | None = None, endpoint: str = ""
) -> Synthesis:
    """Synthesize an inventory in this process, which is started with Node.js once for all of them."""
    inventory = load_inventory(inventory_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        # Node.js took the default folder from the environment in which it was started.
        patch.setattr("stacks.app.App", partial(App, outdir=str(folder)))
        synthesize(inventory, select(inventory, wanted))
    return Synthesis(folder, inventory)


def strings(value: object) -> Iterator[str]:
    """Yield every text within a JSON value, keys too, but no remark, which Terraform does not read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key != "//":
                yield key
                yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
