"""The second opinion: ``@cloud-copilot/iam-simulate``, run as a program of its own.

It is licensed under the AGPL-3.0: it is installed for these tests alone, and nothing of it is copied.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from policies.evaluation.request_context import lookup_of, read_context
from tests.differential.worlds import (
    ALLOW_ALL,
    EVERY_KEY,
    MANAGEMENT,
    Json,
    World,
    request_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent
INSTALL_SECONDS = 120
RUN_SECONDS = 300


class OracleUnavailableError(Exception):
    """The oracle cannot be run here. The sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the oracle says.

    Parameters
    ----------
    results
        ``Allowed``, ``ImplicitlyDenied`` or ``ExplicitlyDenied``, a world each.
    seconds
        How long it thought, without the time to start and to read.
    """

    results: list[str]
    seconds: float


def install() -> None:
    """Install the locked version of the oracle, unless it is there.

    Raises
    ------
    OracleUnavailableError
        There is no Node or npm, or npm could not install it.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise OracleUnavailableError("there is no Node with npm here")
    if (FOLDER / "node_modules" / "@cloud-copilot" / "iam-simulate").is_dir():
        return
    command = [npm, "ci", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise OracleUnavailableError(f"npm cannot install @cloud-copilot/iam-simulate: {error}") from error


def ask(worlds: Sequence[World]) -> Opinions:
    """Return what the oracle says of some worlds."""
    lines = "".join(f"{json.dumps(simulation_of(world))}\n" for world in worlds)
    ended = subprocess.run(
        [shutil.which("node") or "node", "bridge.mjs"],
        cwd=FOLDER,
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        timeout=RUN_SECONDS,
    )
    *results, seconds = ended.stdout.splitlines()
    return Opinions(results, float(seconds))


def simulation_of(world: World) -> Json:
    """Return a world as the oracle takes it, with what it leaves to its callers done.

    It fills in no context key, and it knows neither root users nor service-linked roles nor management
    accounts.
    """
    # Only what follows from principal and queue is of interest here, and reading policies takes time.
    bare = replace(world, identity=[], boundary=None, session=None, queue_policy=[], scps=[], rcps=[])
    principal, resource, context = request_of(bare)
    lookup = lookup_of(principal, resource, world.action.lower(), read_context(context))
    known = {key: lookup(key.lower()) for key in EVERY_KEY}
    linked = world.kind == "service-linked role"
    simulation: Json = {
        "request": {
            "principal": _principal(world),
            "action": world.action,
            "resource": {"resource": world.arn, "accountId": world.queue_account},
            "contextVariables": {key: value for key, value in known.items() if value is not None},
        },
        "identityPolicies": [_named([ALLOW_ALL] if world.kind == "root" else world.identity, world.version)],
        "serviceControlPolicies": _levels([] if linked or world.account == MANAGEMENT else world.scps),
        "resourceControlPolicies": _levels([] if linked or world.queue_account == MANAGEMENT else world.rcps),
    }
    if world.kind in {"service", "anonymous"}:
        simulation["identityPolicies"] = []
    if world.boundary is not None:
        simulation["permissionBoundaryPolicies"] = [_named(world.boundary)]
    if world.session is not None:
        simulation["sessionPolicy"] = _document(world.session)
    if world.queue_policy:
        simulation["resourcePolicy"] = _document(world.queue_policy)
    return simulation


def _principal(world: World) -> str:
    if world.kind == "service":
        return world.name
    if world.kind == "anonymous":
        return "*"
    if world.kind == "role":
        return f"arn:aws:sts::{world.account}:assumed-role/{world.name.rpartition('/')[2]}/session"
    if world.kind == "service-linked role":
        return f"arn:aws:sts::{world.account}:assumed-role/AWSServiceRoleForSQS/session"
    if world.kind == "federated user":
        return f"arn:aws:sts::{world.account}:federated-user/{world.name}"
    return f"arn:aws:iam::{world.account}:{'root' if world.kind == 'root' else world.name}"


def _document(statements: list[Json], version: str = "2012-10-17") -> Json:
    return {"Version": version, "Statement": statements}


def _named(statements: list[Json], version: str = "2012-10-17") -> Json:
    return {"name": "policy", "policy": _document(statements, version)}


def _levels(levels: list[list[Json]]) -> list[Json]:
    return [
        {"orgIdentifier": f"level-{number}", "policies": [_named(level)]}
        for number, level in enumerate(levels)
    ]
