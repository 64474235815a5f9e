"""The policy documents of a snapshot: each distinct one is parsed once, and the very object shared.

An account has thousands of roles and a few dozen policies, and evaluation knows them by the object.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import unquote

from policies.evaluation.document import PolicyDocument, read_document
from policies.evaluation.errors import PolicyError
from policies.evaluation.policy import Policy, PolicyKind

if TYPE_CHECKING:
    from policies.snapshot.files import Node


class Documents:
    """The documents that were read so far, by their text."""

    def __init__(self) -> None:
        self._documents: dict[str, PolicyDocument] = {}
        self._policies: dict[tuple[PolicyKind, str, str], Policy] = {}

    def read(self, source: Node) -> PolicyDocument:
        """Return a document.

        Parameters
        ----------
        source
            An object, as boto3 and the CLI give it; or text, which may be URL-encoded, as IAM's API gives it:
            "policies returned by this operation are URL-encoded compliant with RFC 3986".
            See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html

        Raises
        ------
        SnapshotError
            It is no policy that AWS would accept.
        """
        return self._read(_text_of(source), source)

    def policy(self, kind: PolicyKind, name: str, source: Node) -> Policy:
        """Return a policy, attached as a kind and called by a name.

        Raises
        ------
        SnapshotError
            It is no policy of this kind that AWS would accept.
        """
        text = _text_of(source)
        key = (kind, name, text)
        if key not in self._policies:
            try:
                self._policies[key] = Policy(kind, name, self._read(text, source))
            except PolicyError as error:
                raise source.error(str(error).removeprefix(f"{name}: ")) from None
        return self._policies[key]

    def _read(self, text: str, source: Node) -> PolicyDocument:
        if text not in self._documents:
            try:
                self._documents[text] = read_document(text)
            except PolicyError as error:
                raise source.error(str(error)) from None
        return self._documents[text]


def _text_of(source: Node) -> str:
    if isinstance(source.value, dict):
        return json.dumps(source.value)
    text = source.text()
    return text if text.lstrip().startswith("{") else unquote(text)
