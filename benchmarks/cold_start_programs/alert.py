"""The alert function as it is deployed: arguments are the folder of its archive and an event."""

import json
import sys
from pathlib import Path

from benchmarks.cold_start_programs.first_call import end_at_first_call

end_at_first_call()
sys.path.insert(0, sys.argv[1])

from lambdas.alert.handler import handle  # noqa: E402 - as Lambda does, after the archive is in the path


class _Context:
    """The context of an invocation that has all its time before it."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the function's timeout."""
        return 60_000


handle(json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["event"], _Context())
