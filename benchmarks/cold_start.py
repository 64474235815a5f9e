"""A cold start of the alert function: from the start of the process to the first call of AWS, for one event.

The answers of AWS are stubbed where botocore would send the request, so that everything before it runs as in
Lambda. Beside it run the floor, which is boto3 and one client, and Cloud Custodian's handler on the same
event.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.result import Result
from policies.settings import AlertSettings
from stacks.bundle import ALERT_BUNDLE, Bundle

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = "benchmarks.cold_start_programs"
CUSTODIAN = ROOT / ".tools" / "custodian" / "bin" / "python"
EVENT = ROOT / "tests" / "events" / "purged-by-role-session.json"
RUNS = 9

MOST_OF_FLOOR = 1.3
MOST_OF_CUSTODIAN = 0.75
MOST_KIBIBYTES_ABOVE_FLOOR = 10 * 1024

_SETTINGS = AlertSettings(
    topic_arn="arn:aws:sns:us-east-1:222233334444:purge-guard-alerts",
    ledger_table="purge-guard-ledger",
    ledger_days=90,
)
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    **_SETTINGS.to_environment(),
}


@dataclass(frozen=True, slots=True)
class _Start:
    """One start: seconds until the first call of AWS, and the most memory until then."""

    seconds: float
    kibibytes: int


def measure() -> list[Result]:
    """Start all three in turns and compare their medians."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder)
        _unpack(bundle)
        starters = {
            "floor": [sys.executable, "-m", f"{PROGRAMS}.floor"],
            "alert": [sys.executable, "-m", f"{PROGRAMS}.alert", str(bundle), str(EVENT)],
            "custodian": [str(CUSTODIAN), "-m", f"{PROGRAMS}.custodian", str(EVENT)],
        }
        medians = _medians(starters)
    floor, alert, custodian = (medians[name] for name in starters)
    return [
        _seconds("1.3 times boto3 and one client", alert, MOST_OF_FLOOR * floor.seconds),
        _seconds("0.75 times Cloud Custodian", alert, MOST_OF_CUSTODIAN * custodian.seconds),
        Result(
            what="memory at a cold start beyond boto3 and one client, over 10 MB",
            measured=(alert.kibibytes - floor.kibibytes) / 1024,
            limit=MOST_KIBIBYTES_ABOVE_FLOOR / 1024,
            unit="MB",
        ),
    ]


def _seconds(over: str, alert: _Start, limit: float) -> Result:
    return Result(f"cold start of the alert function, over {over}", measured=alert.seconds, limit=limit)


def _unpack(folder: Path) -> None:
    archive = Bundle.of(ALERT_BUNDLE).write(folder)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", archive, folder], check=True)  # noqa: S603 - our own file


def _medians(starters: dict[str, list[str]]) -> dict[str, _Start]:
    """Return the median start of each; the first round compiles the modules and does not count."""
    starts: dict[str, list[_Start]] = {name: [] for name in starters}
    for _ in range(RUNS + 1):
        for name, command in starters.items():
            starts[name].append(_start(command))
    return {
        name: _Start(
            statistics.median(start.seconds for start in series[1:]),
            int(statistics.median(start.kibibytes for start in series[1:])),
        )
        for name, series in starts.items()
    }


def _start(command: list[str]) -> _Start:
    """Start a program without what this environment says to Python or to AWS."""
    own = ("PYTHON", "AWS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    begun = time.time()
    ended = subprocess.run(  # noqa: S603 - our own programs, no shell
        command, cwd=ROOT, env=environment | _ENVIRONMENT, check=True, capture_output=True, text=True
    )
    told = json.loads(ended.stdout.splitlines()[-1])
    return _Start(told["time"] - begun, told["kibibytes"])
