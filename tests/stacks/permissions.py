"""Every policy statement of a stack, and how a security reviewer reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.synthesis import Stack


@dataclass(frozen=True)
class Grant:
    """A statement, and the resource and argument that hold it."""

    holder: str
    statement: dict[str, Any]

    @property
    def sid(self) -> str:
        return str(self.statement["Sid"])

    @property
    def actions(self) -> list[str]:
        return list(self.statement["Action"])

    @property
    def resources(self) -> list[str]:
        return list(self.statement.get("Resource", []))

    @property
    def principals(self) -> list[str]:
        """Who the statement is about, such as ``Service events.amazonaws.com``; none for its bearer."""
        named = self.statement.get("Principal", {})
        if named == "*":
            return ["*"]
        return [f"{kind} {name}" for kind, names in named.items() for name in names]

    @property
    def conditions(self) -> list[str]:
        """What has to hold, such as ``Bool aws:SecureTransport = false``; further values are on their own."""
        return [
            f"{operator} {key} = {value}" if first else f"or {value}"
            for operator, keys in self.statement.get("Condition", {}).items()
            for key, values in keys.items()
            for first, value in _told_from_first(values if isinstance(values, list) else [values])
        ]

    def __str__(self) -> str:
        lines = [f"    {self.statement['Effect']} {self.sid}"]
        for label, values in (
            ("principal", self.principals),
            ("action", self.actions),
            ("resource", self.resources),
            ("condition", self.conditions),
        ):
            lines += [
                f"      {label if first else '':<10} {value}" for first, value in _told_from_first(values)
            ]
        return "\n".join(lines)


def _told_from_first(values: list[str]) -> Iterator[tuple[bool, str]]:
    for index, value in enumerate(values):
        yield index == 0, value


def grants(stack: Stack) -> Iterator[Grant]:
    """Yield the statements of all policy documents and Lambda permissions."""
    for resource in stack.resources:
        for argument, value in resource.arguments.items():
            if isinstance(value, str) and '"Statement"' in value:
                for statement in json.loads(value)["Statement"]:
                    yield Grant(f"{resource.address} {argument}", statement)
        if resource.type == "aws_lambda_permission":
            yield Grant(resource.address, _permission(resource.arguments))


def _permission(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the statement that Lambda makes of a permission, for an alias where there is a qualifier."""
    function = ":".join(filter(None, (arguments["function_name"], arguments.get("qualifier"))))
    return {
        "Sid": "(named by Lambda)",
        "Effect": "Allow",
        "Principal": {"Service": [arguments["principal"]]},
        "Action": [arguments["action"]],
        "Resource": [function],
        "Condition": {"ArnLike": {"aws:SourceArn": arguments["source_arn"]}},
    }


def as_text(stacks: tuple[Stack, ...]) -> str:
    """Return the statements of some stacks, one below the other."""
    lines: list[str] = []
    for stack in stacks:
        lines += [stack.name, ""]
        holder = ""
        for grant in sorted(grants(stack), key=lambda each: each.holder):
            if grant.holder != holder:
                holder = grant.holder
                lines.append(f"  {holder}")
            lines += [str(grant), ""]
    return "\n".join(lines)
