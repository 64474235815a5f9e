"""The inventory's JSON Schema, by which editors complete and check the file while it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from policies.inventory.model import Inventory
from policies.inventory.overrides import OVERRIDABLE

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core.core_schema import TaggedUnionSchema


class _EditorSchema(GenerateJsonSchema):
    # The newest dialect that the YAML language servers of the common editors know completely.
    schema_dialect = "http://json-schema.org/draft-07/schema#"

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002  as the base class has it
        """Leave out titles that only repeat the key."""
        return False

    def tagged_union_schema(self, schema: TaggedUnionSchema) -> JsonSchemaValue:
        """Leave out the discriminator, which is OpenAPI and no JSON Schema."""
        union = super().tagged_union_schema(schema)
        del union["discriminator"]
        return union


def inventory_schema() -> dict[str, Any]:
    """Return the JSON Schema of an inventory.

    It says what a file must look like. What holds between two places of the file, such as that a home
    region is one of the account's, is for `load_inventory`.

    Examples
    --------
    >>> inventory_schema()["required"]
    ['version', 'hub', 'alerts', 'accounts']
    """
    schema = Inventory.model_json_schema(schema_generator=_EditorSchema)
    account = schema["$defs"]["Account"]
    # Only without overrides does the account itself have to say what they can give.
    overridable = [key for key in account["required"] if key in OVERRIDABLE]
    account["required"] = [key for key in account["required"] if key not in OVERRIDABLE]
    schema["if"] = {"required": ["overrides"]}
    schema["else"] = {"properties": {"accounts": {"items": {"required": overridable}}}}
    return {"$schema": _EditorSchema.schema_dialect, "$id": "urn:purge-guard:inventory:1", **schema}


def schema_text() -> str:
    """Return the JSON Schema as the file ``schema/purge-guard.schema.json`` holds it."""
    return json.dumps(inventory_schema(), indent=2, ensure_ascii=False) + "\n"
