"""Everybody in the table of decisions, by a name that says what is special about them.

Identity policies let everybody do everything unless the name says otherwise: what remains refused is refused
by our documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.evaluation import PolicyKind, Principal
from tests.policies.prevention.world import ANYTHING, HUB, MANAGEMENT, OURS, OUTSIDE, policy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.policies.prevention.world import World

SSO = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Purge_0123456789abcdef"

UNLOCK_QUEUE = {
    "Effect": "Allow",
    "Action": ["sqs:GetQueueAttributes", "sqs:SetQueueAttributes", "s3:PutBucketPolicy"],
    "Resource": "*",
}
"""As much of the policies of the root tasks that unlock queues and buckets as matters here."""


def allowing(**elements: Any) -> Mapping[str, Any]:  # noqa: ANN401 - an element is text or a list
    return {"Effect": "Allow", "Resource": "*", **elements}


def _assumed_root(world: World) -> Principal:
    task = policy(PolicyKind.SESSION, "task", (UNLOCK_QUEUE,))
    return Principal.assumed_root(world.account(OURS), (task,))


def _omitting(world: World) -> Principal:
    """Return dave, whom a queue's policy names, with a boundary that merely omits the purge."""
    omits = policy(PolicyKind.BOUNDARY, "omits", (dict(allowing(Action="sqs:SendMessage")),))
    dave = world.user("dave")
    return Principal.user(dave.name, world.account(OURS), identity=dave.identity, boundary=omits)


PRINCIPALS: Mapping[str, Callable[[World], Principal]] = {
    "administrator": lambda world: world.role("admin", ANYTHING),
    "user with sqs:*": lambda world: world.user("bob", allowing(Action="sqs:*")),
    "user with SQS:purgequeue": lambda world: world.user("bob", allowing(Action="SQS:purgequeue")),
    "user with sqs:PURGE*": lambda world: world.user("bob", allowing(Action="sqs:PURGE*")),
    "user with sqs:?urgeQueue": lambda world: world.user("bob", allowing(Action=["sqs:?urgeQueue"])),
    "user with sqs:*Queue": lambda world: world.user("bob", allowing(Action="sqs:*Queue")),
    "user with all but iam:*": lambda world: world.user("bob", allowing(NotAction="iam:*")),
    "user with all but the purge": lambda world: world.user("bob", allowing(NotAction="sqs:PurgeQueue")),
    "user with sqs:Purge": lambda world: world.user("bob", allowing(Action=["sqs:Purge", "sqs:PurgeQueues"])),
    "federated user": lambda world: world.federated_user(),
    "exempt role": lambda world: world.role("ops/queue-drainer", ANYTHING),
    "exempt role without its path": lambda world: world.role("queue-drainer", ANYTHING),
    "exempt role in other capitals": lambda world: world.role("ops/Queue-Drainer", ANYTHING),
    "exempt permission set": lambda world: world.role(SSO, ANYTHING, session="alice@example.com"),
    "other permission set": lambda world: world.role(SSO.replace("Purge", "Admin"), ANYTHING),
    "deployer": lambda world: world.role("ci/deployer", ANYTHING),
    "break-glass role": lambda world: world.role(
        "purge-guard-break-glass", *world.documents["break-glass permissions"]
    ),
    "break-glass name with a path": lambda world: world.role("x/purge-guard-break-glass", ANYTHING),
    "queue operator": lambda world: world.role("operator", *world.documents["operator"]),
    "alert function": lambda world: world.role("purge-guard-alert", ANYTHING),
    "service-linked role": lambda world: world.role(
        "aws-service-role/x.amazonaws.com/AWSServiceRoleForX", ANYTHING
    ),
    "root": lambda world: Principal.root(world.account(OURS)),
    "root task": _assumed_root,
    "user whom a queue names": lambda world: world.user("dave"),
    "session that a queue names": lambda world: world.role("contractor", session="eve"),
    "user with a boundary that omits": _omitting,
    "hub administrator": lambda world: world.role("admin", ANYTHING, account=HUB),
    "hub exempt role": lambda world: world.role("drainer", ANYTHING, account=HUB),
    "hub deployer": lambda world: world.role("ci/deployer", ANYTHING, account=HUB),
    "hub break-glass role": lambda world: world.role("purge-guard-break-glass", ANYTHING, account=HUB),
    "hub alert function": lambda world: world.role("purge-guard-alert", ANYTHING, account=HUB),
    "management administrator": lambda world: world.role("admin", ANYTHING, account=MANAGEMENT),
    "management root": lambda world: Principal.root(world.account(MANAGEMENT)),
    "outsider": lambda world: world.role("admin", ANYTHING, account=OUTSIDE),
    "outsider with the break-glass name": lambda world: world.role(
        "purge-guard-break-glass", ANYTHING, account=OUTSIDE
    ),
    "outsider with an exempt name": lambda world: world.role("ops/queue-drainer", ANYTHING, account=OUTSIDE),
    "service": lambda _world: Principal.service("sns.amazonaws.com"),
    "anonymous": lambda _world: Principal.anonymous(),
    "alice": lambda world: world.user("ops/alice"),
    "on-call role of the hub": lambda world: world.role("on-call", ANYTHING, account=HUB),
}
