"""What it means that AWS refused a request: an error code as the status of a probe."""

from __future__ import annotations

from policies.detection.error_codes import is_denial, is_throttling
from policies.detection.triage.finding import Status


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
    if is_denial(code):
        return Status.DENIED
    return Status.THROTTLED if is_throttling(code) else Status.FAILED
