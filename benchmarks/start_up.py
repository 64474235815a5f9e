"""What it costs to start: the synthesis of one account, and a cold start of the alert function."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.result import Result

ROOT = Path(__file__).resolve().parent.parent
RUNS = 7

MOST_SYNTHESES_PER_IMPORT = 2.5
SYNTHESIS_ALLOWANCE_SECONDS = 1.0
MOST_HANDLER_SECONDS = 0.060


def measure() -> list[Result]:
    """Measure every start-up cost against its floor."""
    return [_synthesis(), _handler()]


def _synthesis() -> Result:
    """Compare `python main.py` for one account with the import of the construct library alone."""
    with tempfile.TemporaryDirectory() as outdir:
        account = {"CDKTF_OUTDIR": outdir, "PURGE_GUARD_STACKS": "production"}
        floor, synthesis = _alternate(["-c", "import cdktf"], [str(ROOT / "main.py")], account)
    limit = MOST_SYNTHESES_PER_IMPORT * floor + SYNTHESIS_ALLOWANCE_SECONDS
    return Result(
        what="python main.py for one account, over 2.5 times `import cdktf` plus 1 s",
        measured=synthesis,
        limit=limit,
    )


def _handler() -> Result:
    """Compare the import of the alert function's handler with that of boto3 alone."""
    floor, handler = _alternate(["-c", "import boto3"], ["-c", "import boto3, lambdas.alert.handler"], {})
    return Result(
        what="import of the alert handler beyond boto3, over 60 ms",
        measured=handler - floor,
        limit=MOST_HANDLER_SECONDS,
    )


def _alternate(first: list[str], second: list[str], settings: dict[str, str]) -> tuple[float, float]:
    """Return the median seconds of two Python commands, which take turns to meet the same machine."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for arguments, series in zip((first, second), seconds, strict=True):
            begun = time.perf_counter()
            subprocess.run(  # noqa: S603 - our own arguments, no shell
                [sys.executable, *arguments],
                cwd=ROOT,
                env=os.environ | settings,
                check=True,
                capture_output=True,
            )
            series.append(time.perf_counter() - begun)
    return statistics.median(seconds[0]), statistics.median(seconds[1])
