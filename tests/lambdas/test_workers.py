from __future__ import annotations

import threading
import time
from queue import SimpleQueue

from lambdas.alert.workers import Workers

PATIENCE = 5.0
TIMES = 20


def test_what_comes_later_is_done_by_a_thread_that_is_there_already() -> None:
    workers, done = Workers(), SimpleQueue[threading.Thread]()

    def work() -> None:
        done.put(threading.current_thread())

    # The threads themselves: the identity of one that has ended may be given to the next.
    threads = set()
    for _ in range(TIMES):
        workers.start(work)
        threads.add(done.get(timeout=PATIENCE))
        # A thread is idle a moment after its work is seen.
        time.sleep(0.01)

    assert len(threads) < TIMES


def test_what_hangs_holds_up_nothing() -> None:
    workers, done, end = Workers(), SimpleQueue[str](), threading.Event()
    for _ in range(3):
        workers.start(lambda: (end.wait(PATIENCE), None)[1])
    workers.start(lambda: done.put("done"))

    assert done.get(timeout=PATIENCE) == "done"
    end.set()


def test_many_things_at_once_are_all_begun_at_once() -> None:
    workers, barrier, done = Workers(), threading.Barrier(12), SimpleQueue[int]()

    def meet() -> None:
        done.put(barrier.wait(PATIENCE))

    for _ in range(2):
        for _ in range(12):
            workers.start(meet)
        assert {done.get(timeout=PATIENCE) for _ in range(12)} == set(range(12))
