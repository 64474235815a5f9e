"""What the codes of AWS's errors mean. Every service spells them in its own way.

See https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

# These words are in all spellings.
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


def is_denial(code: str) -> bool:
    """Return whether a code says that the caller may not do what it asked for.

    Examples
    --------
    >>> is_denial("AccessDeniedException"), is_denial("AWS.SimpleQueueService.NonExistentQueue")
    (True, False)
    """
    return any(word in code.lower() for word in _DENIALS)


def is_throttling(code: str) -> bool:
    """Return whether a code says that too much was asked for at once.

    Examples
    --------
    >>> is_throttling("AWS.SimpleQueueService.RequestThrottled")
    True
    """
    return any(word in code.lower() for word in _THROTTLINGS)
