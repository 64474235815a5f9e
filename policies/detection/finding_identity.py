"""What a finding is about, for those who keep findings and update them on news.

A call is told once, and whatever is known later of it is news of the same finding. So is an alarm that is
back to normal: it closes the finding that it opened.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from policies.detection.alarm import BACK_TO_NORMAL, AlarmChange
from policies.detection.json_text import json_text

if TYPE_CHECKING:
    from policies.detection.alert import Alert


def finding_key(alert: Alert) -> str:
    """Return what is common to all news about one thing: 64 hexadecimal digits."""
    subject = alert.subject
    identity: object = alert.key or alert.raw
    if isinstance(subject, AlarmChange) and subject.name:
        identity = [subject.account, subject.region, subject.name]
    return hashlib.sha256((json_text([alert.kind, identity]) or "").encode()).hexdigest()


def is_over(alert: Alert) -> bool:
    """Return whether the news is that there is nothing to be done any more."""
    return isinstance(alert.subject, AlarmChange) and alert.subject.state == BACK_TO_NORMAL
