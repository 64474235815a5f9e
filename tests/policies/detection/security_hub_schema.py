"""What Security Hub takes, by botocore's model of it and by the lengths that its documentation states.

botocore itself checks types and names only, so the rest is read out of the same model: each string has to
have something to see, and the descriptions of fields say how long they may be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.session import get_session
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATION = get_session().get_service_model("securityhub").operation_model("BatchImportFindings")

_LENGTH = re.compile(
    r"Length Constraints: ?(?:Minimum (?:length )?of \d+(?: length)?\. )?(?:Maximum (?:length )?of )?(\d+)"
)
_ITEMS = re.compile(r"Maximum number of (\d+) items")
_PAIRS = re.compile(
    r"up to (\d+) key-value pairs.* key can contain up to (\d+) .* value can contain up to (\d+)"
)


def security_hub_problems(finding: dict[str, Any]) -> list[str]:
    """Return what Security Hub would refuse in a finding."""
    shape = _OPERATION.input_shape
    assert shape is not None
    report = ParamValidator().validate({"Findings": [finding]}, shape)
    by_model = [report.generate_report()] if report.has_errors() else []
    return [*by_model, *_problems({"Findings": [finding]}, shape, "")]


def _problems(value: Any, shape: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON, and no types
    documentation = re.sub("<[^>]+>", "", shape.documentation)
    if shape.type_name == "structure":
        for name, inner in value.items():
            yield from _problems(inner, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        most = _ITEMS.search(documentation)
        if most and len(value) > int(most[1]):
            yield f"{path} has {len(value)} items"
        for index, inner in enumerate(value):
            yield from _problems(inner, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map":
        yield from _pair_problems(value, shape, documentation, path)
    elif shape.type_name == "string":
        yield from _text_problems(value, shape, documentation, path)


def _pair_problems(value: dict[str, str], shape: Any, documentation: str, path: str) -> Iterator[str]:  # noqa: ANN401 - see above
    if most := _PAIRS.search(documentation):
        pairs, longest_key, longest_value = map(int, most.groups())
        if len(value) > pairs:
            yield f"{path} has {len(value)} pairs"
        yield from (f"{path}.{key} is too long" for key in value if len(key) > longest_key)
        yield from (
            f"{path}.{key} holds too much" for key, text in value.items() if len(text) > longest_value
        )
    for key, text in value.items():
        yield from _problems(key, shape.key, f"{path} key {key}")
        yield from _problems(text, shape.value, f"{path}.{key}")


def _text_problems(value: str, shape: Any, documentation: str, path: str) -> Iterator[str]:  # noqa: ANN401 - see above
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield f"{path} does not match {pattern}"
    choices = shape.metadata.get("enum")
    if choices and value not in choices:
        yield f"{path} is none of {choices}"
    most = _LENGTH.search(documentation)
    if most and len(value) > int(most[1]):
        yield f"{path} has {len(value)} characters"
