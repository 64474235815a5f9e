"""An alert for a chat channel: a custom notification of Amazon Q Developer in chat applications.

Whatever the maker of the call could choose stands between backquotes, where chat programs interpret
neither mentions nor links nor emphasis.

See https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html and
https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policies.detection.facts import facts_of
from policies.detection.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.alert import Alert

_LONGEST_VALUE = 200

# A name of these characters means nothing to a chat program. Others are left to the description.
_HARMLESS_NAME = re.compile(r"[A-Za-z0-9_-]+(\.fifo)?")

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"}


def chat_message(alert: Alert) -> str:
    """Return the notification as JSON, ready to be published to the topic that the channel listens to.

    Returns
    -------
    str
        A title and a description of at most 3,000 characters, the longest text that Slack shows in one piece.
    """
    content = {"textType": "client-markdown", "title": _title(alert), "description": "\n".join(_lines(alert))}
    return json.dumps({"version": "1.0", "source": "custom", "content": content})


def _title(alert: Alert) -> str:
    target = alert.target or ""
    return alert.title if _HARMLESS_NAME.fullmatch(target) else alert.headline_with_severity


def _lines(alert: Alert) -> Iterator[str]:
    yield _escaped(alert.summary)
    yield from (f"*{fact.label}:* {_quoted(fact.value)}" for fact in facts_of(alert))
    yield from (f"{number}. {_escaped(step)}" for number, step in enumerate(alert.first_steps, 1))
    if alert.runbook:
        yield f"*Runbook:* {_escaped(alert.runbook)}"
    yield from (f"- {_escaped(note)}" for note in alert.notes)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in visible(text))


def _quoted(value: str) -> str:
    """Return a value between backquotes, short enough even if all of it has to be escaped."""
    shown, left = "", _LONGEST_VALUE
    for char in visible(value[: _LONGEST_VALUE + 1]):
        escaped = _ESCAPES.get(char, char)
        left -= len(escaped)
        if left < 0:
            return f"`{shown} ...[truncated]`"
        shown += escaped
    return f"`{shown}`"
