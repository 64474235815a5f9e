"""A mapping of the inventory: strict, unchangeable, and described by the sentence below each field."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What every mapping of the inventory has in common: unknown keys are refused, and no type is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)
