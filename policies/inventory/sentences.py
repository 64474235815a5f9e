"""What pydantic refuses, in sentences that tell an operator what to write instead."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from policies.inventory.fields import EXPECTATIONS
from policies.inventory.model import Inventory
from policies.inventory.problems import LONGEST_ECHO, escaped, quoted
from policies.inventory.scalars import Unquoted, resolve
from policies.inventory.suggestion import closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from policies.inventory.document import Document, Value
    from policies.inventory.problems import Path, Problem

_TRUE_WORDS = frozenset({"y", "yes", "on", "true", "1"})
_PLAIN_ITEM = re.compile("[A-Za-z0-9][A-Za-z0-9_.@/-]*")
_FALSE_WORDS = frozenset({"n", "no", "off", "false", "0"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the inventory and what the models say about it.

    Parameters
    ----------
    path
        The way to it in the file. Pydantic's own way also names the member of a union.
    section
        The model of the mapping that it belongs to.
    field
        The field of that model; None for keys that the model does not know, and for tags.
    members
        The models that the value may be read as.
    """

    path: Path
    section: type[BaseModel]
    field: FieldInfo | None
    members: tuple[type[BaseModel], ...]

    @classmethod
    def of(cls, location: tuple[str | int, ...]) -> _Place:
        """Follow pydantic's way to an error through the models."""
        place = cls((), Inventory, None, (Inventory,))
        for step in location:
            place = place._step(step)
        return place

    def _step(self, step: str | int) -> _Place:
        if isinstance(step, int):
            return _Place((*self.path, step), self.section, self.field, self.members)
        if len(self.members) > 1:
            member = next(member for member in self.members if step in _discriminator_values(member))
            return _Place(self.path, self.section, self.field, (member,))
        if not self.members:
            return self if step == "[key]" else _Place((*self.path, step), self.section, None, ())
        section = self.members[0]
        field = section.model_fields.get(step)
        return _Place((*self.path, step), section, field, _models_in(field.annotation) if field else ())

    @property
    def key(self) -> str:
        """The last key on the path."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def example(self) -> str:
        """What could be written here, in the file's own language."""
        is_item = isinstance(self.path[-1], int)
        examples = self.field.examples if self.field else None
        if examples:
            example = examples[0][0] if is_item else examples[0]
        elif of_item := next((info.examples for info in self.item_fields if info.examples), None):
            example = of_item[0] if is_item else of_item[:1]
        else:
            return "a value, or leave the key out"
        return json.dumps(example) if is_item else f"{self.key}: {json.dumps(example)}"

    @property
    def item_fields(self) -> list[FieldInfo]:
        """What the models say about each item of the list here."""
        item = next(iter(get_args(self.field.annotation)), None) if self.field else None
        return [info for info in getattr(item, "__metadata__", ()) if isinstance(info, FieldInfo)]


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One of pydantic's errors: the place, the value or key there, its text, pydantic's parameters."""

    place: _Place
    value: Value
    text: str
    context: dict[str, Any]


def structural_problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    """Yield pydantic's errors as problems with a place in the file.

    Parameters
    ----------
    error
        What pydantic raised for the document's values.
    document
        The file.
    """
    details = error.errors(include_url=False)
    meant = set(_keys_meant(details))
    for detail in details:
        place = _Place.of(detail["loc"])
        if detail["type"] == "missing" and place.path in meant:
            continue  # the misspelt key is reported
        node = document.node(place.path)
        if detail["type"] == "too_short" and (node.children or not node.is_whole):
            continue  # there are items; each is reported
        yield _problem(detail, place, document)


def _problem(detail: ErrorDetails, place: _Place, document: Document) -> Problem:
    kind = detail["type"]
    at_key = kind == "extra_forbidden" or detail["loc"][-1:] == ("[key]",)
    text = place.key if at_key else document.node(place.path).text
    refusal = _Refusal(place, detail["input"], text, detail.get("ctx", {}))
    path = place.path
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        path = (*path, _discriminator(refusal))
    sentence = SENTENCES[kind](refusal) if kind in SENTENCES else detail["msg"]
    return document.problem(path, sentence, at_key=at_key)


def _keys_meant(details: list[ErrorDetails]) -> Iterator[Path]:
    """Yield the paths of the keys that somebody misspelt."""
    for detail in details:
        if detail["type"] == "extra_forbidden":
            place = _Place.of(detail["loc"])
            if suggestion := closest(place.key, place.section.model_fields):
                yield (*place.path[:-1], suggestion)


def _models_in(annotation: object) -> tuple[type[BaseModel], ...]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(model for part in get_args(annotation) for model in _models_in(part))


def _discriminator_values(member: type[BaseModel]) -> tuple[object, ...]:
    return next(get_args(field.annotation) for field in member.model_fields.values())


def _discriminator(refusal: _Refusal) -> str:
    name: str = refusal.context["discriminator"]
    return name.strip("'")


def _choices(refusal: _Refusal) -> list[str]:
    return [str(value) for member in refusal.place.members for value in _discriminator_values(member)]


def _missing(refusal: _Refusal) -> str:
    field = refusal.place.field
    return f"missing: write {refusal.place.example}. {(field.description if field else None) or ''}".strip()


def _unknown_key(refusal: _Refusal) -> str:
    known = refusal.place.section.model_fields
    if suggestion := closest(refusal.place.key, known):
        return f"there is no such key: write {suggestion}"
    return f"there is no such key here: remove it; the keys here are {', '.join(known)}"


def _text_wanted(refusal: _Refusal) -> str:
    if refusal.value is None:
        return f"empty: write {refusal.place.example}"
    pattern = next(_patterns(refusal.place), "")
    is_item, is_word = isinstance(refusal.place.path[-1], int), not isinstance(refusal.value, dict | tuple)
    if is_item and not (is_word and pattern):
        return f"write {refusal.place.example}"
    if not is_word:
        return "write text here, not a list or a mapping"
    if not re.search(pattern, refusal.text):
        return f"{escaped(refusal.text)}: {EXPECTATIONS[pattern]}"
    return f"without quotes, YAML does not take this for text: write {quoted(refusal.text)}"


def _patterns(place: _Place) -> Iterator[str]:
    """Yield the pattern of the text that belongs into a place, or into each item of its list."""
    if place.field is None:
        return
    for field in place.item_fields if isinstance(place.path[-1], int) else [place.field]:
        yield from (item.pattern for item in field.metadata if hasattr(item, "pattern"))


def _list_wanted(refusal: _Refusal) -> str:
    place, word = refusal.place, refusal.value
    if not isinstance(word, str) or not word or len(word) > LONGEST_ECHO or place.members:
        return f"this is a list: write {place.example}"
    choices = [choice for choice in _literals_in(place.field.annotation if place.field else None) if choice]
    if choices and word not in choices:
        return f"this is a list: write {place.example}"
    # In a list, an asterisk, a colon or a number has to stand in quotes to be the text that it was.
    item = word if _PLAIN_ITEM.fullmatch(word) and isinstance(resolve(word), str) else quoted(word)
    return f"this is a list: write {place.key}: [{item}]"


def _mapping_wanted(refusal: _Refusal) -> str:
    if not refusal.place.path:
        return "an inventory is a mapping: begin with version: 1"
    wrong = "empty" if refusal.value is None else "this is a mapping"
    if refusal.place.field and not refusal.place.field.examples and len(refusal.place.members) == 1:
        return f"{wrong}: its keys are {', '.join(refusal.place.members[0].model_fields)}"
    return f"{wrong}: write {refusal.place.example}"


def _member_wanted(refusal: _Refusal) -> str:
    if refusal.place.key == "trail" and refusal.value in _choices(refusal):
        return f"this is a mapping: write trail: {{mode: {refusal.value}}}"
    return _mapping_wanted(refusal)


def _whole_number_wanted(refusal: _Refusal) -> str:
    number = resolve(refusal.value) if isinstance(refusal.value, str) else None
    if isinstance(number, int) and not isinstance(number, bool):
        return f"write {number}, without quotes"
    return "write a whole number in plain digits, such as 90"


def _truth_wanted(refusal: _Refusal) -> str:
    word = refusal.text.casefold()
    if word in _TRUE_WORDS:
        return "write true"
    return "write false" if word in _FALSE_WORDS else "write true or false"


def _literals_in(annotation: object) -> tuple[int | str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(choice for part in get_args(annotation) for choice in _literals_in(part))


def _choice_wanted(refusal: _Refusal) -> str:
    choices = _literals_in(refusal.place.field.annotation) if refusal.place.field else ()
    words = [choice for choice in choices if isinstance(choice, str)]
    numbers = [choice for choice in choices if isinstance(choice, int)]
    return _word_wanted(refusal, words) if words else _number_wanted(refusal, numbers)


def _word_wanted(refusal: _Refusal, words: list[str]) -> str:
    suggestion = words[0] if len(words) == 1 else closest(refusal.text, words)
    return f"write {suggestion}" if suggestion else f"write one of {', '.join(words)}"


def _number_wanted(refusal: _Refusal, choices: list[int]) -> str:
    if len(choices) == 1:
        return f"write {choices[0]}: this release reads no other"
    offered = ", ".join(map(str, choices))
    if isinstance(refusal.value, bool) or not isinstance(refusal.value, int):
        return f"write one of {offered}"
    enough = next((choice for choice in choices if choice >= refusal.value), choices[-1])
    return f"write {enough}: the possible values are {offered}"


def _member_unknown(refusal: _Refusal) -> str:
    choices = _choices(refusal)
    written = refusal.value.get(_discriminator(refusal)) if isinstance(refusal.value, dict) else None
    word = written if isinstance(written, str) else written.text if isinstance(written, Unquoted) else ""
    if suggestion := closest(word, choices):
        return f"there is no {escaped(word)}: write {suggestion}"
    return f"write one of {', '.join(choices)}"


def _member_missing(refusal: _Refusal) -> str:
    return f"missing: write one of {', '.join(_choices(refusal))}"


def _pattern_wanted(refusal: _Refusal) -> str:
    return f"{quoted(refusal.text)}: {EXPECTATIONS[refusal.context['pattern']]}"


def _empty_list(refusal: _Refusal) -> str:
    return f"empty: write {refusal.place.example}"


def _limit(sentence: str) -> Callable[[_Refusal], str]:
    """Return a sentence with the limit in it, by its name in pydantic, and with the length of the text."""
    return lambda refusal: sentence.format(**refusal.context, length=len(refusal.text))


SENTENCES: dict[str, Callable[[_Refusal], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "string_type": _text_wanted,
    "tuple_type": _list_wanted,
    "dict_type": _mapping_wanted,
    "model_type": _mapping_wanted,
    "model_attributes_type": _member_wanted,
    "int_type": _whole_number_wanted,
    "bool_type": _truth_wanted,
    "literal_error": _choice_wanted,
    "union_tag_invalid": _member_unknown,
    "union_tag_not_found": _member_missing,
    "string_pattern_mismatch": _pattern_wanted,
    "string_too_short": _limit("write at least {min_length} characters"),
    "string_too_long": _limit("write at most {max_length} characters; these are {length}"),
    "too_short": _empty_list,
    "too_long": _limit("keep at most {max_length} of these"),
    "greater_than_equal": _limit("write {ge} or more"),
    "less_than_equal": _limit("write {le} or less"),
}
"""A sentence for each kind of error that pydantic can find; our own validators bring theirs."""
