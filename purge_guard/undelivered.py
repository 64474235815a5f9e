"""Messages of the topic as their dead-letter queue keeps them: what was told and reached nobody.

See https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from policies.detection.fields import text_in
from policies.detection.json_text import json_or_text, json_text
from policies.detection.text import visible

_NOTIFICATION = "Notification"
_OWN_KEYS = ("kind", "title")


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that SNS could not deliver: an alert or a digest, in the form that the subscriber gets.

    Parameters
    ----------
    subject
        Its subject; None where there is none.
    message
        The text for people, or the JSON for programs.
    """

    subject: str | None
    message: str

    @property
    def text(self) -> str:
        """The message as it was sent, in which every character can be seen: anybody can write such a file."""
        lines = [visible(line) for line in self.message.rstrip("\n").split("\n")]
        if self.subject and not isinstance(json_or_text(self.message), dict):
            lines = [f"Subject: {visible(self.subject)}", "", *lines]
        return "\n".join(lines)


def undelivered_in(document: object) -> Undelivered | None:
    """Return the message that a JSON value is, with what SNS puts around it or bare; None where it is none.

    Examples
    --------
    >>> undelivered_in({"Type": "Notification", "Message": "Somebody emptied a queue."}).text
    'Somebody emptied a queue.'
    """
    if not isinstance(document, dict):
        return None
    message = text_in(document, "Message")
    if message and document.get("Type") == _NOTIFICATION:
        return Undelivered(text_in(document, "Subject"), message)
    is_own = "schema" in document and all(text_in(document, key) for key in _OWN_KEYS)
    # Not as `json_text` writes it: the keys keep the order in which they were sent.
    return Undelivered(None, json.dumps(document)) if is_own and json_text(document) else None
