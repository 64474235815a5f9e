"""As much of the AWS CLI as the pages use: ``python -m tests.docs.aws_command sqs list-queues --region …``.

The CLI itself pins another botocore than the project's. Both take commands, parameters and their checks from
the same models, so a command that is misspelled on a page fails here too.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped] # it carries no types
from botocore import xform_name


def main(service: str, command: str, *words: str) -> None:
    """Run one command: every option is followed by one value."""
    options = dict(zip(words[::2], words[1::2], strict=True))
    query, output = options.pop("--query", "@"), options.pop("--output", "json")
    client: Any = boto3.client(
        service,  # type: ignore[call-overload] # the stubs know literals only
        region_name=options.pop("--region", "us-east-1"),
    )
    operation = client.meta.service_model.operation_model(
        _named(client.meta.service_model.operation_names, command)
    )
    parameters = {}
    for option, value in options.items():
        member = _named(operation.input_shape.members, option.removeprefix("--"))
        is_text = operation.input_shape.members[member].type_name == "string"
        parameters[member] = value if is_text else [_structure(value)]
    answer = getattr(client, xform_name(operation.name))(**parameters)
    answer.pop("ResponseMetadata")
    found = jmespath.search(query, answer)
    print(found if output == "text" else json.dumps(found, indent=4, default=str))


def _named(names: Any, hyphenated: str) -> str:  # noqa: ANN401 - botocore has its own kinds of lists
    (name,) = (name for name in names if xform_name(name, "-") == hyphenated)
    return str(name)


def _structure(shorthand: str) -> dict[str, object]:
    """Read ``Key=owner,Values=security``; what has a plural name is a list."""
    pairs = (pair.split("=") for pair in shorthand.split(","))
    return {name: [value] if name.endswith("s") else value for name, value in pairs}


if __name__ == "__main__":
    main(*sys.argv[1:])
