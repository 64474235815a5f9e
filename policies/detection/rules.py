"""Every detection rule, and which of them finds a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.cards.guard_tampering import GUARD_TAMPERED, is_let_through
from policies.detection.cards.purge import PURGE_REFUSED, QUEUE_PURGED
from policies.detection.cards.purge_equivalent import PURGE_EQUIVALENT
from policies.detection.rule import DETAIL_TYPE

if TYPE_CHECKING:
    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall
    from policies.detection.rule import Detection, Rule

RULES = (GUARD_TAMPERED, QUEUE_PURGED, PURGE_REFUSED, PURGE_EQUIVALENT)
"""Every rule, each deployed in every region that is watched. The first one that finds a call counts: to purge
a queue of purge-guard's own is tampering first of all."""

HUB_EVENT_PATTERN: dict[str, object] = {"source": [{"prefix": "aws."}], "detail-type": [DETAIL_TYPE]}
"""What the hub passes to the alert function: every call that an account's rules forward to it."""


def finding_rule(call: ApiCall, estate: Estate) -> tuple[Rule, Detection] | None:
    """Return the rule that finds a call with what it finds, or None where no rule does."""
    found = ((rule, rule.find(call, estate)) for rule in RULES)
    return next(((rule, detection) for rule, detection in found if detection), None)


def is_harmless(call: ApiCall, estate: Estate) -> bool:
    """Return whether a call is one that some pattern lets through, and that no rule minds."""
    is_looked_at = any(rule.looks_at(call) for rule in RULES) or is_let_through(call)
    return is_looked_at and finding_rule(call, estate) is None
