"""The two cards on PurgeQueue itself: the public rule's, and one for the attempts that it leaves out.

The names that AWS gives to the event are written here and nowhere else.

See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.rule import DETAIL_TYPE, Detection, Outcome, Rule, RuleKind, Technique, bus_source

if TYPE_CHECKING:
    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall

EVENT_SOURCE = "sqs.amazonaws.com"
"""``eventSource`` in the CloudTrail record."""

EVENT_NAME = "PurgeQueue"
"""``eventName`` in the CloudTrail record."""

PUBLIC_RULE_ID = "bab88bb8-cdd9-11ef-bd9a-f661ea17fbcd"
"""The public rule whose query, severity and risk the first rule equals."""

_CALLS = {EVENT_SOURCE: frozenset({EVENT_NAME})}

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
        "source": [bus_source(EVENT_SOURCE)],
        "detail-type": [DETAIL_TYPE],
        "detail": {"eventSource": [EVENT_SOURCE], "eventName": [EVENT_NAME], **error},
    }


def _purged(call: ApiCall, _estate: Estate) -> Detection | None:
    if call.outcome is not Outcome.PURGED:
        return None
    return Detection(
        "SQS queue purged",
        "Somebody emptied an SQS queue. Every message that was in it is gone and cannot be brought back.",
    )


def _refused(call: ApiCall, _estate: Estate) -> Detection | None:
    if call.outcome is Outcome.PURGED:
        return None
    is_denied = call.outcome is Outcome.DENIED
    return Detection(
        f"SQS queue purge {'denied' if is_denied else 'failed'}",
        f"A call to empty an SQS queue {'was denied' if is_denied else 'failed'}. This call deleted nothing.",
    )


QUEUE_PURGED = Rule(
    id="sqs-queue-purged",
    version=1,
    kind=RuleKind.PURGE,
    name="SQS queue purged",
    description=(
        "Somebody emptied an SQS queue with PurgeQueue. Every message that waited in it is gone and cannot "
        "be brought back: work is lost, and so is any evidence that the messages carried."
    ),
    calls=_CALLS,
    judge=_purged,
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
    public_id=PUBLIC_RULE_ID,
)

PURGE_REFUSED = Rule(
    id="sqs-queue-purge-refused",
    version=1,
    kind=RuleKind.PURGE,
    name="SQS queue purge refused or failed",
    description=(
        "Somebody called PurgeQueue and AWS denied it or could not carry it out. The messages are still "
        "there; the attempt may be a probe, or the first try of somebody who looks for another way."
    ),
    calls=_CALLS,
    judge=_refused,
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
