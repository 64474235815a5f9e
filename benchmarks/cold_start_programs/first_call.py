"""Ends the process at the first request to AWS, having said when that was and how much memory it took."""

import json
import os
import resource
import sys
import time

from botocore.httpsession import URLLib3Session


def end_at_first_call() -> None:
    """Put an end in the place of botocore's HTTP session."""
    URLLib3Session.send = _end  # type: ignore[method-assign, assignment]  # which is the point


def _end(_session: object, _request: object) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"time": time.time(), "kibibytes": peak}))
    sys.stdout.flush()
    os._exit(0)
