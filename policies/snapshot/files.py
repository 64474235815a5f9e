"""The files of a snapshot: what they are called, and their JSON as values that know their place.

```
organization.json
111122223333/iam.json
111122223333/eu-west-1/queues.json
```

Where something could not be read, ``unread.json`` beside it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.detection.text import elided, visible
from policies.evaluation.errors import PolicyError
from policies.evaluation.policy_json import load_json_texts
from policies.snapshot.errors import SnapshotError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ORGANIZATION_FILE = "organization.json"
IAM_FILE = "iam.json"
QUEUES_FILE = "queues.json"
UNREAD_FILE = "unread.json"

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Node:
    """A value in a file.

    Parameters
    ----------
    file
        The file, as messages name it.
    place
        The way from the top of the file, such as ``RoleDetailList[3].Arn``; empty for the top.
    value
        What stands there: dictionaries, lists, texts, booleans, None. Numbers are texts.
    """

    file: str
    place: str
    value: object

    def error(self, sentence: str) -> SnapshotError:
        """Return the error that says what is wrong here."""
        return SnapshotError(
            f"{self.file}: {self.place}: {sentence}" if self.place else f"{self.file}: {sentence}"
        )

    @property
    def is_null(self) -> bool:
        """Whether ``null`` stands here."""
        return self.value is None

    def members(self) -> Iterator[tuple[str, Node]]:
        """Yield the keys of an object with their values.

        Raises
        ------
        SnapshotError
            It is no object.
        """
        for key, value in self._object().items():
            yield key, self._member(key, value)

    def get(self, key: str) -> Node | None:
        """Return a member of an object, or None where there is none.

        Raises
        ------
        SnapshotError
            It is no object.
        """
        value = self._object()
        return self._member(key, value[key]) if key in value else None

    def __getitem__(self, key: str) -> Node:
        member = self.get(key)
        if member is None:
            raise self.error(f"{key} is missing")
        return member

    def items(self) -> Iterator[Node]:
        """Yield the items of a list.

        Raises
        ------
        SnapshotError
            It is no list.
        """
        if not isinstance(self.value, list):
            raise self.error("write a list")
        for index, value in enumerate(self.value):
            yield Node(self.file, f"{self.place}[{index}]", value)

    def items_of(self, key: str) -> Iterator[Node]:
        """Yield the items of a list that may be left out."""
        member = self.get(key)
        return iter(()) if member is None else member.items()

    def text(self) -> str:
        """Return a text.

        Raises
        ------
        SnapshotError
            It is something else, or empty.
        """
        if not isinstance(self.value, str) or not self.value:
            raise self.error("write text")
        return self.value

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.error("write an object")
        return self.value

    def _member(self, key: str, value: object) -> Node:
        shown = elided(visible(key), _LONGEST_KEY)
        return Node(self.file, f"{self.place}.{shown}" if self.place else shown, value)


def read_file(directory: Path, name: str) -> Node:
    """Return the content of a file of a snapshot, which is one JSON text.

    Raises
    ------
    SnapshotError
        As :func:`read_pages` says; or there are several texts.
    """
    first, *others = read_pages(directory, name)
    if others:
        raise others[0].error("write one JSON text: this is another one")
    return first


def read_pages(directory: Path, name: str) -> list[Node]:
    """Return the JSON texts that a file of a snapshot consists of, one at least.

    Parameters
    ----------
    directory
        The directory of the snapshot.
    name
        The file's place in it, such as ``111122223333/iam.json``.

    Raises
    ------
    SnapshotError
        There is no such file, or it is no JSON, or an object in it repeats a key.
    """
    path = directory / name
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever, and a device never end
            raise SnapshotError(f"{name}: this is no file: collect it again")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SnapshotError(f"{name}: missing: collect it, or write it as docs/snapshot.md shows") from None
    except OSError as error:
        raise SnapshotError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SnapshotError(f"{name}: not UTF-8: save it as UTF-8") from None
    try:
        first, *others = load_json_texts(text)
    except PolicyError as error:
        # It names the whole text "the policy", as which it is mostly read.
        raise SnapshotError(f"{name}: {visible(str(error).removeprefix('the policy: '))}") from None
    return [Node(name, "", first), *(Node(name, f"[{n}]", value) for n, value in enumerate(others, 1))]
