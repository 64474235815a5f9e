"""``purge-guard matrix``: what a pipeline deploys, a job a stack."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from policies.naming import HUB_STACK, ORGANIZATION_STACK
from policies.rollout import MOST_JOBS, NoSuchBlockError, block, blocks_of, jobs_of, waves_of
from purge_guard.inventory_options import DEFAULT_INVENTORY, InventoryPath, read_inventory, wrong_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policies.rollout import Job

SCHEMA = 1


class PipelineFormat(StrEnum):
    """For whom the jobs are written."""

    JSON = "json"
    GITHUB = "github"
    OUTPUTS = "outputs"
    GITLAB = "gitlab"
    TEXT = "text"


def matrix(
    *,
    inventory_path: InventoryPath = DEFAULT_INVENTORY,
    wave: Annotated[
        str | None,
        typer.Option(metavar="hub|N|organization", help="Only the jobs of this wave. Default: all of them."),
    ] = None,
    environment: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only the accounts of this environment.")
    ] = None,
    changed_since: Annotated[
        str | None,
        typer.Option(
            metavar="REV", help="Only stacks that are synthesized otherwise than at this git revision."
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--block", metavar="N", help="Only this block of the jobs, the first being 1."),
    ] = None,
    size: Annotated[
        int, typer.Option("--block-size", min=1, max=MOST_JOBS, help="How many jobs make a block.")
    ] = MOST_JOBS,
    pipeline_format: Annotated[
        PipelineFormat,
        typer.Option(
            "--format",
            help="JSON for programs; for GitHub Actions the value of strategy.matrix, or lines for"
            " $GITHUB_OUTPUT; a child pipeline for GitLab CI; or names a line each.",
        ),
    ] = PipelineFormat.JSON,
    template: Annotated[
        str,
        typer.Option(metavar="PATH", help="With --format gitlab: the file that has .purge-guard-deploy."),
    ] = "examples/gitlab/deploy.yml",
) -> None:
    """Print the stacks that a pipeline deploys, a job each, in the order of a rollout.

    The hub comes first, then the waves of accounts, and the organization's policies last. Exit codes: 0
    printed, also where there is nothing to deploy; 2 the command line or the inventory is wrong, or the
    revision cannot be compared with.
    """
    from policies.selection import select  # noqa: PLC0415 - --help need not wait for what reads inventories

    inventory = read_inventory(inventory_path)
    known = jobs_of(inventory, select(inventory, None))
    _refuse_unknown(wave, environment, known)
    jobs = [job for job in known if wave in (None, job.wave) and environment in (None, job.environment)]
    if changed_since is not None:
        jobs = _changed(jobs, changed_since, inventory_path)
    blocks = blocks_of(jobs, size)
    if number is not None:
        try:
            jobs = [*block(jobs, number, size)]
        except NoSuchBlockError as error:
            raise wrong_input(str(error)) from None
    typer.echo(_written(jobs, blocks, pipeline_format, template), nl=False)


def _refuse_unknown(wave: str | None, environment: str | None, jobs: Sequence[Job]) -> None:
    """End the command where nobody has such a wave or environment: a typo must not deploy nothing."""
    known_waves = dict.fromkeys((HUB_STACK, *waves_of(jobs), ORGANIZATION_STACK))
    if wave is not None and wave not in known_waves:
        raise wrong_input(f"no account is in the wave {wave!r}: there are {', '.join(known_waves)}")
    environments = dict.fromkeys(job.environment for job in jobs if job.environment)
    if environment is not None and environment not in environments:
        there_are = f"there are {', '.join(environments)}" if environments else "no account has one"
        raise wrong_input(f"no account is of the environment {environment!r}: {there_are}")


def _changed(jobs: Sequence[Job], revision: str, inventory_path: str) -> list[Job]:
    from purge_guard.changed_stacks import (  # noqa: PLC0415 - few ask for it
        ComparisonError,
        changed_stacks,
    )

    if not jobs:
        return []
    try:
        changed = changed_stacks(revision, inventory_path, [job.stack for job in jobs])
    except ComparisonError as error:
        raise wrong_input(str(error)) from None
    return [job for job in jobs if job.stack in changed]


def _written(
    jobs: Sequence[Job], blocks: tuple[int, ...], pipeline_format: PipelineFormat, template: str
) -> str:
    match pipeline_format:
        case PipelineFormat.GITHUB:
            return json.dumps({"include": [asdict(job) for job in jobs]}) + "\n"
        case PipelineFormat.GITLAB:
            return _child_pipeline(jobs, template)
        case PipelineFormat.TEXT:
            return "".join(f"{job.stack}\n" for job in jobs)
        case PipelineFormat.OUTPUTS:
            return f"count={len(jobs)}\nblocks={json.dumps(blocks)}\nwaves={json.dumps(waves_of(jobs))}\n"
    counted = {"count": len(jobs), "waves": waves_of(jobs), "blocks": blocks}
    return json.dumps({"schema": SCHEMA, **counted, "jobs": [asdict(job) for job in jobs]}, indent=2) + "\n"


def _child_pipeline(jobs: Sequence[Job], template: str) -> str:
    """Return a pipeline of GitLab: a stage for each wave, and a job for each stack.

    See https://docs.gitlab.com/ci/pipelines/downstream_pipelines/#dynamic-child-pipelines
    """
    import yaml  # noqa: PLC0415 - few ask for it

    if not jobs:
        # GitLab refuses a pipeline without jobs.
        return yaml.safe_dump({"nothing-to-deploy": {"script": ["echo Nothing to deploy."]}})
    stages = [f"wave-{wave}" for wave in waves_of(jobs)]
    pipeline: dict[str, object] = {"include": [{"local": template}], "stages": stages}
    for job in jobs:
        pipeline[job.stack] = {
            "extends": ".purge-guard-deploy",
            "stage": f"wave-{job.wave}",
            "resource_group": job.stack,
            "environment": {"name": job.environment or job.name, "action": "prepare"},
            "variables": {"PURGE_GUARD_STACKS": job.stack, "PURGE_GUARD_ACCOUNT": job.account},
        }
    text: str = yaml.safe_dump(pipeline, sort_keys=False, width=110)
    return text
