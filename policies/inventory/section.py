"""What every mapping of the inventory has in common: how strictly it is read."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticKnownError


class Section(BaseModel):
    """What every mapping of the inventory has in common: unknown keys are refused, and no type is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def no_truth_value(value: object) -> object:
    """Refuse ``true`` where a number is chosen: to Python, and so to pydantic's literals, it equals 1."""
    if isinstance(value, bool):
        raise PydanticKnownError("literal_error", {"expected": "a number"})
    return value
