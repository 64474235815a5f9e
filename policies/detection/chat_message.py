"""An alert for a chat channel: a custom notification of Amazon Q Developer in chat applications.

Whatever is not purge-guard's own text stands between backquotes, where chat programs interpret neither
mentions nor links nor emphasis.

See https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html and
https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policies.detection.facts import facts_of, findings_of
from policies.detection.text import is_plain, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.detection.alert import Alert

_LONGEST_DESCRIPTION = 3_000
_LONGEST_VALUE = 200
_CUT = "...[truncated]"

# A link of these characters is nothing but a link, so that it can be left for the chat program to follow.
_HARMLESS_LINK = re.compile(r"[A-Za-z0-9:/?#=+,.%_-]{1,500}")

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "'"}


def chat_message(alert: Alert) -> str:
    """Return the notification as JSON, ready to be published to the topic that the channel listens to.

    Returns
    -------
    str
        A title and a description of at most 3,000 characters, the longest text that Slack shows in one piece.
    """
    return chat_notification(_title(alert), _description(alert))


def chat_notification(title: str, description: str) -> str:
    """Return a custom notification as JSON."""
    content = {"textType": "client-markdown", "title": title, "description": description}
    return json.dumps({"version": "1.0", "source": "custom", "content": content})


def _title(alert: Alert) -> str:
    return alert.title if is_plain(alert.target or "") else alert.headline_with_severity


def _description(alert: Alert) -> str:
    """Return as many whole lines as the limit leaves room for."""
    shown: list[str] = []
    left = _LONGEST_DESCRIPTION - len(_CUT)
    for line in _lines(alert):
        left -= len(line) + 1
        if left < 0:
            return "\n".join([*shown, _CUT])
        shown.append(line)
    return "\n".join(shown)


def _lines(alert: Alert) -> Iterator[str]:
    yield _escaped(alert.summary)
    yield from (f"*{fact.label}:* {chat_quoted(fact.value, fact.remark)}" for fact in facts_of(alert))
    yield from (f"{number}. {_escaped(step)}" for number, step in enumerate(alert.first_steps, 1))
    if alert.runbook:
        is_harmless = _HARMLESS_LINK.fullmatch(alert.runbook)
        yield f"*Runbook:* {alert.runbook if is_harmless else chat_quoted(alert.runbook)}"
    yield from (f"- {chat_quoted(note)}" for note in alert.notes)
    yield from (f"*{fact.label}:* {chat_quoted(fact.value)}" for fact in findings_of(alert))


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in visible(text))


def chat_quoted(value: str, remark: str = "") -> str:
    """Return a value between backquotes, short enough even if all of it has to be escaped."""
    shown, left = "", _LONGEST_VALUE
    for char in visible(value[: _LONGEST_VALUE + 1]):
        escaped = _ESCAPES.get(char, char)
        left -= len(escaped)
        if left < 0:
            shown += f" {_CUT}"
            break
        shown += escaped
    return f"`{shown}{_escaped(remark)}`"
