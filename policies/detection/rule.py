"""The detection rules: each one a card that says what it finds, how bad that is and what to do about it.

A card carries the EventBridge pattern that its rule is deployed with. The names that AWS gives to the
event are written here and nowhere else.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html
and https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from policies.detection.severity import Severity, severity_of

if TYPE_CHECKING:
    from policies.detection.record import ApiCall

EVENT_SOURCE = "sqs.amazonaws.com"
"""``eventSource`` in the CloudTrail record."""

EVENT_NAME = "PurgeQueue"
"""``eventName`` in the CloudTrail record."""

BUS_SOURCE = "aws.sqs"
"""``source`` of the event on the bus. Nobody outside AWS can send a source that begins with ``aws.``."""

DETAIL_TYPE = "AWS API Call via CloudTrail"
"""``detail-type`` of the event on the bus."""


class Outcome(StrEnum):
    """What became of a call to PurgeQueue."""

    PURGED = "purged"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique of MITRE ATT&CK and the tactic that it serves; see https://attack.mitre.org/."""

    id: str
    name: str
    tactic_id: str
    tactic: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A detection rule.

    Parameters
    ----------
    id
        Its stable identity, part of every alert.
    version
        Raised whenever what it finds, or how it is judged, changes.
    name
        What people call it.
    description
        What it finds and why that matters.
    outcomes
        The outcomes of the call that it is about.
    risk
        0 to 99, before the factors of the single case.
    techniques
        What an attacker would do it for.
    references
        Pages to read, the first being the public rule that it follows.
    runbook
        The page of this repository that says how to respond.
    false_positives
        What usually turns out to be harmless.
    first_steps
        What the person who reads the alert does first.
    event_pattern
        The EventBridge pattern, ready for ``json.dumps``. It may let through more than the rule is
        about, never less: the function judges the record itself.
    """

    id: str
    version: int
    name: str
    description: str
    outcomes: frozenset[Outcome]
    risk: int
    techniques: tuple[Technique, ...]
    references: tuple[str, ...]
    runbook: str
    false_positives: tuple[str, ...]
    first_steps: tuple[str, ...]
    event_pattern: dict[str, object] = field(hash=False)

    @property
    def severity(self) -> Severity:
        """The severity before the factors of the single case."""
        return severity_of(self.risk)


PUBLIC_RULE_ID = "bab88bb8-cdd9-11ef-bd9a-f661ea17fbcd"
"""The public rule whose query, severity and risk the first rule equals."""

_TECHNIQUES = (
    Technique("T1562", "Impair Defenses", "TA0005", "Defense Evasion"),
    Technique("T1562.008", "Disable or Modify Cloud Logs", "TA0005", "Defense Evasion"),
    Technique("T1485", "Data Destruction", "TA0040", "Impact"),
)

_REFERENCES = (
    "https://github.com/elastic/detection-rules/blob/main/rules/integrations/aws/defense_evasion_sqs_purge_queue.toml",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html",
)

# Success as the public rule sees it: a code or a message that is null or empty is no error, and
# {"exists": false} alone would overlook both.
_NO_ERROR: list[object] = [{"exists": False}, None, ""]

# EventBridge refuses null inside anything-but, and an explicit null is anything but "". So a success that
# says "errorCode": null matches both rules. The function judges the record and the ledger merges the two
# deliveries, so this costs an invocation and never an alert.
_ERROR: list[object] = [{"anything-but": [""]}]


def _pattern(**error: object) -> dict[str, object]:
    """Return the pattern of a PurgeQueue call whose detail also meets ``error``."""
    return {
        "source": [BUS_SOURCE],
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": [EVENT_SOURCE], "eventName": [EVENT_NAME], **error},
    }


QUEUE_PURGED = Rule(
    id="sqs-queue-purged",
    version=1,
    name="SQS queue purged",
    description=(
        "Somebody emptied an SQS queue with PurgeQueue. Every message that waited in it is gone and cannot "
        "be brought back: work is lost, and so is any evidence that the messages carried."
    ),
    outcomes=frozenset({Outcome.PURGED}),
    risk=47,
    techniques=_TECHNIQUES,
    references=_REFERENCES,
    runbook="docs/runbooks/queue-purged.md",
    false_positives=(
        "An operator who clears stale or poisonous messages under a change ticket.",
        "A test or deployment pipeline that resets the queues of its own environment.",
        "A dead-letter queue that its team empties after it has dealt with the messages.",
    ),
    first_steps=(
        "Ask the queue's owner and the actor whether this purge was planned.",
        "If nobody planned it, suspend the actor's credentials and stop the queue's producers and consumers.",
        "Look at what else the actor did in the hour before and after.",
    ),
    event_pattern=_pattern(errorCode=_NO_ERROR, errorMessage=_NO_ERROR),
)

PURGE_REFUSED = Rule(
    id="sqs-queue-purge-refused",
    version=1,
    name="SQS queue purge refused or failed",
    description=(
        "Somebody called PurgeQueue and AWS denied it or could not carry it out. The messages are still "
        "there; the attempt may be a probe, or the first try of somebody who looks for another way."
    ),
    outcomes=frozenset({Outcome.DENIED, Outcome.FAILED}),
    risk=21,
    techniques=_TECHNIQUES,
    references=_REFERENCES,
    runbook="docs/runbooks/queue-purge-refused.md",
    false_positives=(
        "An operator or a pipeline that purges without having been given the permission.",
        "Two purges of one queue within 60 seconds, the second of which SQS refuses.",
        "A script that still names a queue that was deleted.",
    ),
    first_steps=(
        "Ask the actor what the call was meant to do.",
        "Look for the same actor on other queues, and for a purge that succeeded afterwards.",
        "If nobody can explain it: treat the actor's credentials as stolen.",
    ),
    event_pattern=_pattern(**{"$or": [{"errorCode": _ERROR}, {"errorMessage": _ERROR}]}),
)

RULES = (QUEUE_PURGED, PURGE_REFUSED)
"""Every rule, each deployed in every region that is watched."""

HUB_EVENT_PATTERN = _pattern()
"""What the hub passes to the alert function: every PurgeQueue call, whatever became of it."""


def rule_for(call: ApiCall) -> Rule | None:
    """Return the rule that finds a call, or None where no rule does."""
    return next((rule for rule in RULES if call.is_purge and call.outcome in rule.outcomes), None)
