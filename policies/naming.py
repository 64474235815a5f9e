"""What everything that purge-guard deploys is called.

Names are computed from the inventory alone. That is why no stack refers to another: an account's stack
knows the ARN of the hub's bus without asking the hub, and stacks deploy in parallel.
"""

from __future__ import annotations

from dataclasses import dataclass

from policies.partitions import Partition, partition_of

PREFIX = "purge-guard"
"""What every name begins with."""

MANAGED_BY = "managed-by"
"""The key of our own tag, by which everything that purge-guard deployed can be found."""

HUB_STACK = "hub"
ORGANIZATION_STACK = "organization"

# The hub, once in an organization.
HUB_BUS = f"{PREFIX}-hub"
HUB_PURGE_RULE = f"{PREFIX}-hub-purges"
HUB_ALARM_RULE = f"{PREFIX}-hub-alarms"
ALERT_FUNCTION = f"{PREFIX}-alert"
ALERT_FUNCTION_ROLE = f"{PREFIX}-alert"
ALERT_TOPIC = f"{PREFIX}-alerts"
CHAT_TOPIC = f"{PREFIX}-chat"
DAILY_RULE = f"{PREFIX}-daily"
LEDGER_TABLE = f"{PREFIX}-ledger"
LEDGER_KEY_ATTRIBUTE = "id"
LEDGER_EXPIRY_ATTRIBUTE = "expires_at"
ALERT_KEY_ALIAS = f"alias/{PREFIX}-alerts"
LEDGER_KEY_ALIAS = f"alias/{PREFIX}-ledger"
FUNCTION_KEY_ALIAS = f"alias/{PREFIX}-functions"
HUB_ALARM_PREFIX = f"{PREFIX}-hub-"
ALERT_LOG_GROUP = f"/aws/lambda/{ALERT_FUNCTION}"
DIGEST_QUEUE = f"{PREFIX}-digest"
DAILY_UNDELIVERED_QUEUE = f"{PREFIX}-daily-undelivered"
HUB_UNDELIVERED_QUEUE = f"{PREFIX}-hub-undelivered"
ALERT_FAILURES_QUEUE = f"{PREFIX}-alert-failures"
ALERTS_UNDELIVERED_QUEUE = f"{PREFIX}-alerts-undelivered"

# Every account, in each of its regions.
ALARM_RULE = f"{PREFIX}-alarms"
UNDELIVERED_QUEUE = f"{PREFIX}-undelivered"

# Every account, once.
FORWARDER_ROLE = f"{PREFIX}-forwarder"
TRIAGE_ROLE = f"{PREFIX}-triage"
TRAIL = f"{PREFIX}-trail"
TRAIL_KEY_ALIAS = f"alias/{PREFIX}-trail"
BREAK_GLASS_ROLE = f"{PREFIX}-break-glass"
DENY_POLICY = f"{PREFIX}-deny"
BOUNDARY_POLICY = f"{PREFIX}-boundary"
OPERATOR_POLICY = f"{PREFIX}-queue-operator"

# The organization, once.
SERVICE_CONTROL_POLICY = f"{PREFIX}-service-control"
RESOURCE_CONTROL_POLICY = f"{PREFIX}-resource-control"


@dataclass(frozen=True, slots=True)
class Place:
    """An account in a region: the two facts that almost every ARN is made of.

    Parameters
    ----------
    account
        Twelve digits.
    region
        A region name such as ``eu-west-1``.

    Examples
    --------
    >>> Place("111122223333", "cn-north-1").arn("sqs", "orders")
    'arn:aws-cn:sqs:cn-north-1:111122223333:orders'
    """

    account: str
    region: str

    @property
    def partition(self) -> Partition:
        """The partition that the region belongs to."""
        return partition_of(self.region)

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource, such as ``sqs`` and ``orders``."""
        return f"arn:{self.partition.name}:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource that has no region, such as ``iam`` and ``role/purge-guard-alert``."""
        return f"arn:{self.partition.name}:{service}::{self.account}:{resource}"


def account_stack(account: str) -> str:
    """Return the name of an account's stack, as every command of cdktf takes it.

    Examples
    --------
    >>> account_stack("111122223333")
    'account-111122223333'
    """
    return f"account-{account}"


def hub_bus_arn(hub: Place) -> str:
    """Return the ARN of the bus that every account forwards to.

    Examples
    --------
    >>> hub_bus_arn(Place("222233334444", "us-east-1"))
    'arn:aws:events:us-east-1:222233334444:event-bus/purge-guard-hub'
    """
    return hub.arn("events", f"event-bus/{HUB_BUS}")


def trail_bucket(place: Place) -> str:
    """Return the name of an account's trail bucket. The names of buckets are shared by the whole partition.

    Examples
    --------
    >>> trail_bucket(Place("111122223333", "ap-southeast-1"))
    'purge-guard-trail-111122223333-ap-southeast-1'
    """
    return f"{PREFIX}-trail-{place.account}-{place.region}"


def event_rule(rule_id: str) -> str:
    """Return the name of the EventBridge rule that a detection rule is deployed as.

    Examples
    --------
    >>> event_rule("sqs-queue-purged")
    'purge-guard-sqs-queue-purged'
    """
    return f"{PREFIX}-{rule_id}"
