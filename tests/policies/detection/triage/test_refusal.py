from __future__ import annotations

import pytest

from policies.detection.triage.finding import Status
from policies.detection.triage.refusal import status_of


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDenied", Status.DENIED),
        ("AccessDeniedException", Status.DENIED),
        ("AuthorizationError", Status.DENIED),
        ("UnauthorizedOperation", Status.DENIED),
        ("Throttling", Status.THROTTLED),
        ("ThrottlingException", Status.THROTTLED),
        ("ThrottledException", Status.THROTTLED),
        ("RequestThrottled", Status.THROTTLED),
        ("AWS.SimpleQueueService.RequestThrottled", Status.THROTTLED),
        ("TooManyRequestsException", Status.THROTTLED),
        ("RequestLimitExceeded", Status.THROTTLED),
        ("ProvisionedThroughputExceededException", Status.THROTTLED),
        ("LimitExceededException", Status.THROTTLED),
        ("SlowDown", Status.THROTTLED),
        ("InternalFailure", Status.FAILED),
        ("InvalidAddress", Status.FAILED),
        ("ExpiredToken", Status.FAILED),
        ("", Status.FAILED),
    ],
)
def test_a_code_is_a_denial_a_throttling_or_another_failure(code: str, status: Status) -> None:
    assert status_of(code) is status
