"""What it means that AWS refused a request: an error code as the status of a probe."""

from __future__ import annotations

from policies.detection.triage.finding import Status

# Every service spells the two in its own way, and these words are in all spellings:
# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
_DENIALS = ("accessdenied", "unauthorized", "notauthorized", "authorizationerror")
_THROTTLINGS = (
    "throttl",
    "toomanyrequests",
    "requestlimitexceeded",
    "throughputexceeded",
    "bandwidthlimitexceeded",
    "limitexceededexception",
    "slowdown",
)


def status_of(code: str) -> Status:
    """Return the status of a probe whose request AWS refused.

    Parameters
    ----------
    code
        The code of the error, as a client raises it.

    Examples
    --------
    >>> status_of("AWS.SimpleQueueService.RequestThrottled"), status_of("AccessDeniedException")
    (<Status.THROTTLED: 'throttled'>, <Status.DENIED: 'denied'>)
    """
    lower = code.lower()
    if any(word in lower for word in _DENIALS):
        return Status.DENIED
    if any(word in lower for word in _THROTTLINGS):
        return Status.THROTTLED
    return Status.FAILED
