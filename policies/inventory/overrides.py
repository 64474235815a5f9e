"""What accounts of one OU or environment have in common, written once: the section ``overrides``.

The name says what it does to purge-guard's own defaults; an account's own keys are never overridden. Whoever
reads an inventory gets accounts that have everything, so nobody else has to know that this section exists.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from policies.inventory.alerts import OwnerName
from policies.inventory.document import Document, Node, Value
from policies.inventory.exceptions import Slug
from policies.inventory.fields import OuPath, Region
from policies.inventory.prevention import AccountPrevention
from policies.inventory.section import Section
from policies.inventory.trail import Trail
from policies.inventory.values import as_mapping, as_text

Wave = Annotated[int, Field(ge=1, le=99, examples=[1])]


EXAMPLE_OVERRIDE: JsonDict = {"environment": "test", "wave": 1}


class Override(Section):
    """What the accounts of an OU, or of an environment, have unless they say otherwise themselves."""

    ou: OuPath | None = Field(default=None, examples=["Workloads/Test"])
    """The OU by its path below the root; the OUs in it are meant too."""

    environment: Slug | None = Field(default=None, examples=["test"])
    """The environment. With `ou` as well, both have to fit."""

    regions: tuple[Region, ...] | None = Field(
        default=None, min_length=1, examples=[["us-east-1"]], json_schema_extra={"uniqueItems": True}
    )
    """The regions whose queues are watched."""

    home_region: Region | None = None
    """Where the trail is created."""

    trail: Trail | None = None
    """Which trail records the accounts' API calls."""

    owner: OwnerName | None = None
    """The team that owns the queues of the accounts."""

    wave: Wave | None = None
    """The wave in which the accounts are deployed."""

    prevention: AccountPrevention | None = None
    """What of each account is protected against purges."""

    @model_validator(mode="after")
    def _fits_something(self) -> Self:
        if self.ou is None and self.environment is None:
            raise PydanticCustomError("overrides_nobody", "for whom? Write ou, environment, or both", {})
        return self


CRITERIA = ("ou", "environment")

OVERRIDABLE = tuple(name for name in Override.model_fields if name not in CRITERIA)
"""The keys of an account that an override can give."""


def settled(document: Document) -> Document:
    """Return an inventory in which its overrides are written into the accounts that they fit.

    An account's own keys win; of several overrides that fit, the one further down. What an account
    gets keeps its place in the file, so that what is wrong with it is reported there, and once.

    Parameters
    ----------
    document
        The file, right or not: what is of the wrong kind stays as it is, to be refused in its place.
    """
    children = document.root.children
    overrides = children["overrides"].children if "overrides" in children else {}
    if not overrides or "accounts" not in children:
        return document
    accounts = children["accounts"]
    given = {index: _settled_account(account, overrides) for index, account in accounts.children.items()}
    listed = replace(accounts, children=given, value=tuple(account.value for account in given.values()))
    root = document.root
    whole = {**as_mapping(root.value), "accounts": listed.value}
    return replace(document, root=replace(root, value=whole, children={**children, "accounts": listed}))


def _settled_account(account: Node, overrides: Mapping[str | int, Node]) -> Node:
    if not isinstance(account.value, dict):
        return account
    given: dict[str | int, Node] = {}
    for index, override in overrides.items():
        if fits(as_mapping(override.value), account.value):
            given |= {
                key: replace(override.children[key], origin=("overrides", index, key))
                for key in OVERRIDABLE
                if key in override.children
            }
    values = {str(key): node.value for key, node in given.items()}
    return replace(account, value={**values, **account.value}, children={**given, **account.children})


def fits(override: Mapping[str, Value], account: Mapping[str, Value]) -> bool:
    """Return whether an override is for an account, both as values of the file.

    Examples
    --------
    >>> fits({"ou": "Workloads"}, {"ou": "Workloads/Test"}), fits({"ou": "Work"}, {"ou": "Workloads"})
    (True, False)
    """
    ou, environment = as_text(override.get("ou")), as_text(override.get("environment"))
    path = as_text(account.get("ou")) or ""
    is_inside = ou is None or path == ou or path.startswith(f"{ou}/")
    is_same = environment is None or account.get("environment") == environment
    return (ou or environment) is not None and is_inside and is_same
