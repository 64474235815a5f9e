import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from demo.local_aws import LocalAws
from tests.demo.actions import (
    ALLOW_SQS,
    DENY_PURGE,
    FRANKFURT,
    HUB,
    IRELAND,
    MEMBER,
    OUTSIDER,
    PURGES,
    Json,
    assume,
    listen,
    make_queue,
    make_role,
    policy,
    sign_in,
    start_trail,
)

EVENTBRIDGE = {"Service": "events.amazonaws.com"}


def bus_arn(account: str, region: str, name: str = "hub") -> str:
    return f"arn:aws:events:{region}:{account}:event-bus/{name}"


def make_hub(aws: LocalAws, account: str, region: str, admitted: Json | None) -> Callable[[], list[Json]]:
    """Make a hub bus that admits a principal, and return how to take what arrives at its rule's target."""
    events = aws.client("events", account, region)
    events.create_event_bus(Name="hub")
    if admitted is not None:
        allow = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus_arn(account, region)}
        events.put_permission(EventBusName="hub", Policy=policy(allow | admitted))
    return listen(aws, account, region, bus="hub")


def allow_put_events(*buses: str) -> Json:
    return {"Effect": "Allow", "Action": "events:PutEvents", "Resource": list(buses)}


def forward(aws: LocalAws, source: str, destination: str, role_arn: str) -> None:
    """Forward purges from one bus to another; buses are named by their ARNs."""
    _, _, _, region, account, resource = source.split(":")
    bus = resource.removeprefix("event-bus/")
    events = aws.client("events", account, region)
    events.put_rule(Name="forward", EventBusName=bus, EventPattern=json.dumps(PURGES))
    target = {"Id": "bus", "Arn": destination, "RoleArn": role_arn}
    events.put_targets(Rule="forward", EventBusName=bus, Targets=[target])


ADMIT_MEMBER = {"Principal": {"AWS": f"arn:aws:iam::{MEMBER}:root"}}


@pytest.mark.parametrize(
    ("hub_account", "hub_region"),
    [
        pytest.param(HUB, FRANKFURT, id="another account"),
        pytest.param(MEMBER, IRELAND, id="another region"),
        pytest.param(HUB, IRELAND, id="another account and region"),
        pytest.param(MEMBER, FRANKFURT, id="same account and region"),
    ],
)
def test_an_event_crosses_to_a_bus_and_keeps_its_account_and_region(
    aws: LocalAws, hub_account: str, hub_region: str
) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived_at_home, arrived = (
        listen(aws, MEMBER, FRANKFURT),
        make_hub(aws, hub_account, hub_region, ADMIT_MEMBER),
    )
    hub = bus_arn(hub_account, hub_region)
    role = make_role(aws, MEMBER, "forward", EVENTBRIDGE, allow_put_events(hub))
    forward(aws, bus_arn(MEMBER, FRANKFURT, "default"), hub, role)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    (event,) = arrived()
    assert (event["account"], event["region"]) == (MEMBER, FRANKFURT)
    assert arrived_at_home() == [event]


IN_AN_ORGANIZATION = {
    "Principal": "*",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
}


@pytest.mark.parametrize(
    ("admitted", "trusted", "statement"),
    [
        pytest.param(None, EVENTBRIDGE, allow_put_events("*"), id="bus without a policy"),
        pytest.param(
            {"Principal": {"AWS": OUTSIDER}}, EVENTBRIDGE, allow_put_events("*"), id="bus for another account"
        ),
        pytest.param(IN_AN_ORGANIZATION, EVENTBRIDGE, allow_put_events("*"), id="bus for an organization"),
        pytest.param(
            ADMIT_MEMBER,
            EVENTBRIDGE,
            allow_put_events(bus_arn(HUB, IRELAND, "other")),
            id="role for another bus",
        ),
        pytest.param(
            ADMIT_MEMBER,
            {"Service": "lambda.amazonaws.com"},
            allow_put_events("*"),
            id="role for another service",
        ),
    ],
)
def test_an_event_does_not_cross_where_bus_or_role_do_not_allow_it(
    aws: LocalAws, admitted: Json | None, trusted: Json, statement: Json
) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = make_hub(aws, HUB, IRELAND, admitted)
    role = make_role(aws, MEMBER, "forward", trusted, statement)
    forward(aws, bus_arn(MEMBER, FRANKFURT, "default"), bus_arn(HUB, IRELAND), role)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert arrived() == []


@pytest.mark.parametrize("existing", ["other", "forward"], ids=["no such role", "role without its path"])
def test_an_event_does_not_cross_with_a_role_that_does_not_exist(aws: LocalAws, existing: str) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = make_hub(aws, HUB, IRELAND, ADMIT_MEMBER)
    make_role(aws, MEMBER, existing, EVENTBRIDGE, allow_put_events("*"), path="/ops/")
    role = f"arn:aws:iam::{MEMBER}:role/forward"
    forward(aws, bus_arn(MEMBER, FRANKFURT, "default"), bus_arn(HUB, IRELAND), role)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert arrived() == []


def test_an_event_is_forwarded_once_only(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    first, second = bus_arn(HUB, FRANKFURT), bus_arn(OUTSIDER, IRELAND)
    arrived_at_first = make_hub(aws, HUB, FRANKFURT, ADMIT_MEMBER)
    arrived_at_second = make_hub(aws, OUTSIDER, IRELAND, {"Principal": {"AWS": [MEMBER, HUB]}})
    for account, source, destination in (
        (MEMBER, bus_arn(MEMBER, FRANKFURT, "default"), first),
        (HUB, first, second),
    ):
        role = make_role(aws, account, "forward", EVENTBRIDGE, allow_put_events(destination))
        forward(aws, source, destination, role)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert len(arrived_at_first()) == 1
    assert arrived_at_second() == []


@pytest.mark.parametrize(
    "permission",
    [
        pytest.param({"Policy": policy({"Sid": "a", "Effect": "Allow"} | ADMIT_MEMBER)}, id="document"),
        pytest.param({"StatementId": "a", "Action": "events:PutEvents", "Principal": MEMBER}, id="number"),
    ],
)
def test_the_policy_of_a_bus_names_whom_it_was_told_to(aws: LocalAws, permission: Json) -> None:
    events = aws.client("events", HUB, FRANKFURT)
    events.create_event_bus(Name="hub")

    events.put_permission(EventBusName="hub", **permission)

    (statement,) = json.loads(events.describe_event_bus(Name="hub")["Policy"])["Statement"]
    assert (statement["Sid"], statement["Principal"]) == ("a", ADMIT_MEMBER["Principal"])


@pytest.mark.parametrize(
    ("exempted", "refused"),
    [
        pytest.param(f"arn:aws:iam::{MEMBER}:role/ops/BreakGlass", False, id="role"),
        pytest.param(f"arn:aws:iam::{MEMBER}:role/BreakGlass", True, id="role without its path"),
        pytest.param(f"arn:aws:sts::{MEMBER}:assumed-role/BreakGlass/alice", True, id="session"),
    ],
)
@pytest.mark.parametrize("where", ["identity policy", "queue policy"])
def test_aws_principal_arn_of_a_session_is_the_arn_of_its_role(
    aws: LocalAws, exempted: str, where: str, *, refused: bool
) -> None:
    others = {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": exempted}}}
    deny = DENY_PURGE | others
    url = make_queue(aws, MEMBER, FRANKFURT)
    statements = [ALLOW_SQS, deny] if where == "identity policy" else [ALLOW_SQS]
    if where == "queue policy":
        owner = aws.client("sqs", MEMBER, FRANKFURT)
        owner.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(deny | {"Principal": "*"})})
    role = make_role(aws, MEMBER, "BreakGlass", {"AWS": MEMBER}, *statements, path="/ops/")
    sqs = sign_in(aws, "sqs", assume(aws, role), FRANKFURT)

    if refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            sqs.purge_queue(QueueUrl=url)
    else:
        sqs.purge_queue(QueueUrl=url)


def test_a_call_counts_as_made_over_tls(aws: LocalAws) -> None:
    owner = aws.client("sqs", MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)
    insecure = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    refusal = policy(DENY_PURGE | insecure | {"Principal": "*"})
    owner.set_queue_attributes(QueueUrl=url, Attributes={"Policy": refusal})

    assert owner.purge_queue(QueueUrl=url)["ResponseMetadata"]["HTTPStatusCode"] == 200
