"""Who is told, and how: the sections ``alerts`` and ``owners`` of the inventory.

The sentence below a field is its description in the JSON Schema.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.config import JsonDict

from policies.inventory.fields import (
    OWNER_NAME,
    EmailAddress,
    FunctionArn,
    HttpsUrl,
    LayerArn,
    PublicUrl,
    QueueArn,
)
from policies.inventory.section import Section, no_truth_value

FEWEST_EXECUTIONS = 4
"""Two of them may tell digests for a minute each: with fewer, alerts would wait for them."""

OwnerName = Annotated[str, Field(min_length=1, max_length=100, pattern=OWNER_NAME, examples=["payments"])]

EXAMPLE_SUBSCRIPTION: JsonDict = {"protocol": "email", "endpoint": "security@example.com"}
EXAMPLE_OWNER: JsonDict = {
    "name": "payments",
    "subscriptions": [{"protocol": "email", "endpoint": "payments@example.com"}],
}


class EmailSubscription(Section):
    """An address that alerts are mailed to, once its owner has confirmed."""

    protocol: Literal["email"]
    """How alerts are delivered."""

    endpoint: EmailAddress
    """The address."""


class HttpsSubscription(Section):
    """A web service that alerts are posted to, once it has confirmed."""

    protocol: Literal["https"]
    """How alerts are delivered."""

    endpoint: PublicUrl
    """The URL that SNS posts to."""


class QueueSubscription(Section):
    """A queue that alerts are sent to. Its own policy must admit the topic."""

    protocol: Literal["sqs"]
    """How alerts are delivered."""

    endpoint: QueueArn
    """The ARN of a standard queue."""


class FunctionSubscription(Section):
    """A function that is invoked with each alert. Its own policy must admit the topic."""

    protocol: Literal["lambda"]
    """How alerts are delivered."""

    endpoint: FunctionArn
    """The ARN of the function, or of one of its versions or aliases."""


Subscription = Annotated[
    EmailSubscription | HttpsSubscription | QueueSubscription | FunctionSubscription,
    Field(discriminator="protocol"),
]

# The periods that PutRetentionPolicy accepts, in days;
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LogRetentionDays = Annotated[
    Literal[
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
    ],
    BeforeValidator(no_truth_value),
]


class Alerts(Section):
    """Who is told about a purge, and how the alert function runs."""

    subscriptions: tuple[Subscription, ...] = Field(min_length=1, examples=[[EXAMPLE_SUBSCRIPTION]])
    """Who receives every alert; without anybody, a purge would be seen and not told."""

    runbook_url: HttpsUrl | None = None
    """Your own runbook, which alerts then link to instead of the rule's."""

    remember_days: int = Field(default=90, ge=1, le=3650)
    """How many days the ledger remembers a purge."""

    log_retention_days: LogRetentionDays = 365
    """How many days the logs of the functions are kept."""

    reserved_concurrency: Annotated[int, Field(ge=FEWEST_EXECUTIONS)] | None = None
    """How many executions are set aside for the alert function. Digests take two of them."""

    geoip_layer: LayerArn | None = None
    """A Lambda layer of yours with GeoIP databases, by the ARN of its version."""

    tracing: bool = False
    """Whether AWS X-Ray traces the alert function."""

    json_format: Literal["own", "ocsf"] = "own"
    """What programs get: purge-guard's own JSON, or a Detection Finding of OCSF."""

    chat: bool = False
    """Whether alerts also go to a topic for Amazon Q Developer in chat applications."""

    security_hub: bool = False
    """Whether alerts also become findings in the Security Hub of the hub's account and region."""

    events: bool = True
    """Whether alerts also go back to the hub's bus, as events that your own automation can match."""


class Owner(Section):
    """A team that is told about the queues that it owns, beside the security team."""

    name: OwnerName
    """What accounts, and the tag owner of queues, call the team."""

    subscriptions: tuple[Subscription, ...] = Field(min_length=1, examples=[[EXAMPLE_SUBSCRIPTION]])
    """Who of the team receives the alerts about its queues."""
