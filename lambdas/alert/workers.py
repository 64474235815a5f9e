"""Threads that outlive an invocation: one for each question that waits for AWS; nobody waits for them.

To start a thread costs more than most answers take to read. A thread that hangs is lost until AWS's client
gives up; whoever needs one meanwhile gets a new one.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Workers:
    """Threads that do what they are given, as many as there is to do at once. Safe for threads."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._lock = threading.Lock()
        self._idle = 0

    def start(self, task: Callable[[], None]) -> None:
        """Begin with something that raises nothing, without waiting for it."""
        with self._lock:
            is_taken = self._idle > 0
            self._idle -= is_taken
        if is_taken:
            self._tasks.put(task)
        else:
            # Not even the end of the process waits for a thread that hangs.
            threading.Thread(target=self._work, args=(task,), daemon=True).start()

    def _work(self, task: Callable[[], None]) -> None:
        while True:
            task()
            with self._lock:
                self._idle += 1
            task = self._tasks.get()
