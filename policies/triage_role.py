"""The triage role: what the alert function may read in every account, and who may read it.

An investigation reads a queue's tags and attributes, its metrics, the event history, and who the actor is. No
message, no object and no secret is within its reach, and it changes nothing.

See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies import naming
from policies.document import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.inventory import Inventory
    from policies.naming import Place

QUEUE_READS = ("sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues", "sqs:ListQueueTags")
METRIC_READS = ("cloudwatch:GetMetricData",)
HISTORY_READS = ("cloudtrail:LookupEvents",)
IDENTITY_READS = ("iam:ListAccessKeys", "iam:SimulatePrincipalPolicy")


def triage_permissions(account: naming.Place) -> tuple[Statement, ...]:
    """Return what the role may do: read, and nothing but what a probe asks for.

    Parameters
    ----------
    account
        The account, in any of its regions: the role reads in all of them.
    """
    queues = f"arn:{account.partition.name}:sqs:*:{account.account}:*"
    identities = tuple(account.global_arn("iam", f"{kind}/*") for kind in ("role", "user"))
    return (
        Statement("ReadQueues", QUEUE_READS, (queues,)),
        # CloudWatch and CloudTrail cannot limit these to a resource.
        Statement("ReadMetrics", METRIC_READS, ("*",)),
        Statement("ReadTheEventHistory", HISTORY_READS, ("*",)),
        Statement("ReadIdentities", IDENTITY_READS, identities),
    )


def triage_trust(hub: Place) -> Statement:
    """Return who may assume the role: the alert function of the hub and nobody else.

    The principal is the hub's account and a condition names the function's role. A role that is named as the
    principal would have to exist first, and would be lost once it is made anew: IAM stores its id.
    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

    Parameters
    ----------
    hub
        The hub's account and region.
    """
    return Statement(
        "LetTheAlertFunctionAssume",
        ("sts:AssumeRole",),
        (),
        principals={"AWS": (hub.global_arn("iam", "root"),)},
        conditions={
            "ArnEquals": {"aws:PrincipalArn": hub.global_arn("iam", f"role/{naming.ALERT_FUNCTION_ROLE}")}
        },
    )


def assume_permission(inventory: Inventory) -> Statement:
    """Return the alert function's permission to assume the role in the organization, or the listed accounts.

    Anybody can make a role of this name that admits us, and answer what they like.
    """
    hub = naming.Place(inventory.hub.account, inventory.hub.region)
    roles = f"arn:{hub.partition.name}:iam::*:role/{naming.TRIAGE_ROLE}"
    return Statement(
        "AssumeTheTriageRoles",
        ("sts:AssumeRole",),
        (roles,),
        conditions={"StringEquals": _ours(inventory)},
    )


def _ours(inventory: Inventory) -> Mapping[str, str | tuple[str, ...]]:
    """Return the condition that a resource is ours; ids take less room in a policy than ARNs."""
    if inventory.organization is not None:
        return {"aws:ResourceOrgID": inventory.organization.id}
    return {"aws:ResourceAccount": tuple(account.id for account in inventory.accounts)}
