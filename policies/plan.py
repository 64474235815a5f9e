"""What a Terraform plan would take away, for whoever has to agree to it.

See https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

KEPT_TYPES = frozenset(
    {
        "aws_cloudtrail",
        "aws_cloudwatch_event_bus",
        "aws_dynamodb_table",
        "aws_kms_key",
        "aws_s3_bucket",
        "aws_sns_topic",
    }
)
"""What holds evidence, or is known to others by its name: the trail and its bucket, the bus, the ledger, the
topic with its subscriptions, and the keys without which none of them can be read."""

FORMAT = "1."
"""How ``format_version`` of the plans begins that are understood."""


class PlanError(Exception):
    """What was given is no plan; the message is the end of a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A resource that a plan destroys.

    Parameters
    ----------
    address
        As Terraform calls it.
    type
        Such as ``aws_sns_topic``.
    is_replaced
        Whether another one is created in its place.
    """

    address: str
    type: str
    is_replaced: bool


def losses_in(plan: object) -> tuple[Loss, ...]:
    """Return the resources that a plan destroys, replaced ones included.

    Parameters
    ----------
    plan
        What ``terraform show -json`` prints of a plan, as parsed from JSON.

    Raises
    ------
    PlanError
        It is no plan, or of a format that nobody knows here.

    Examples
    --------
    >>> change = {"address": "a.b", "type": "a", "change": {"actions": ["delete", "create"]}}
    >>> losses_in({"format_version": "1.2", "resource_changes": [change]})
    (Loss(address='a.b', type='a', is_replaced=True),)
    """
    if not isinstance(plan, dict) or "format_version" not in plan:
        raise PlanError("is no plan: write one with `terraform show -json PLAN`")
    version = str(plan["format_version"])
    if not version.startswith(FORMAT):
        raise PlanError(f"is a plan of the format {version}, and {FORMAT}x is understood: update purge-guard")
    changes = plan.get("resource_changes", [])
    try:
        return tuple(_losses(changes))
    except (KeyError, TypeError) as error:
        raise PlanError(f"is a damaged plan ({error!r}): write it anew") from None


def refusals(losses: Collection[Loss], most: int, allowed: Collection[str] = ()) -> Iterator[str]:
    """Yield why a plan must not be applied unseen.

    Parameters
    ----------
    losses
        What it destroys.
    most
        How many resources it may destroy.
    allowed
        The addresses of those that somebody agreed to lose.
    """
    left = [loss for loss in losses if loss.address not in allowed]
    for loss in left:
        if loss.type in KEPT_TYPES:
            verb = "replaces" if loss.is_replaced else "destroys"
            yield f"it {verb} {loss.address}, and with it what it holds"
    if len(left) > most:
        named = ", ".join(loss.address for loss in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED} more" if len(left) > _MOST_NAMED else ""
        yield f"it destroys {len(left)} resources, and {most} are the most: {named}{more}"


_MOST_NAMED = 5


def _losses(changes: list[Mapping[str, object]]) -> Iterator[Loss]:
    for change in changes:
        planned = change["change"]
        if not isinstance(planned, dict):
            raise TypeError("a change is an object")
        actions = planned["actions"]
        if "delete" in actions:
            yield Loss(str(change["address"]), str(change["type"]), is_replaced="create" in actions)
