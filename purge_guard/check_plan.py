"""``purge-guard check-plan``: whether a Terraform plan destroys more than it may."""

from __future__ import annotations

from typing import Annotated

import typer

from policies.detection.text import visible
from policies.plan import PlanError, losses_in, refusals
from purge_guard.event_input import UnreadableEventError, input_name, read_document
from purge_guard.inventory_options import wrong_input

DESTROYS = 6
"""How the command ends where a plan destroys more than it may."""

MOST_DESTROYED = 5


def check_plan(
    plans: Annotated[
        list[str],
        typer.Argument(metavar="PLAN.json...", help="What `terraform show -json PLAN` prints; - for stdin."),
    ],
    *,
    most: Annotated[
        int, typer.Option("--most-destroyed", min=0, help="How many resources each plan may destroy.")
    ] = MOST_DESTROYED,
    allowed: Annotated[
        list[str] | None,
        typer.Option(
            "--allow", metavar="ADDRESS", help="A resource that may be destroyed; repeat it for more."
        ),
    ] = None,
) -> None:
    """Refuse a plan that destroys too much, or what holds evidence.

    The trail and its bucket, the bus, the ledger, the topic and the keys may neither be destroyed nor
    replaced, however few they are, unless they are allowed by name. Exit codes: 0 may be applied; 2 a plan
    cannot be read; 6 a plan destroys more than it may.
    """
    sentences = [sentence for plan in plans for sentence in _refusals_of(plan, most, allowed or [])]
    for sentence in sentences:
        typer.echo(sentence, err=True)
    if sentences:
        raise typer.Exit(DESTROYS)


def _refusals_of(plan: str, most: int, allowed: list[str]) -> list[str]:
    name = input_name(plan)
    try:
        losses = losses_in(read_document(plan, "a plan"))
    except (UnreadableEventError, PlanError) as error:
        raise wrong_input(f"{name}: {error}") from None
    found = [f"{name}: {visible(why)}" for why in refusals(losses, most, allowed)]
    if not found:
        typer.echo(f"{name}: destroys {len(losses)}, and may")
    return found
