import http.client

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError

from demo.local_aws import LOOPBACK, LocalAws
from tests.demo.actions import (
    ALLOW_SQS,
    DENY_PURGE,
    FRANKFURT,
    HUB,
    IRELAND,
    MEMBER,
    OUTSIDER,
    Json,
    assume,
    listen,
    make_queue,
    make_role,
    make_user,
    policy,
    sign_in,
    start_trail,
)


def test_a_users_purge_reaches_a_rules_target_in_the_shape_of_aws(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT, messages=2)
    user = make_user(aws, MEMBER, ALLOW_SQS)

    purge = sign_in(aws, "sqs", user, FRANKFURT).purge_queue(QueueUrl=url)

    (event,) = arrived()
    detail = event["detail"]
    assert event == {
        "version": "0",
        "id": event["id"],
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.sqs",
        "account": MEMBER,
        "time": event["time"],
        "region": FRANKFURT,
        "resources": [],
        "detail": {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": detail["userIdentity"]["principalId"],
                "arn": f"arn:aws:iam::{MEMBER}:user/mallory",
                "accountId": MEMBER,
                "accessKeyId": user.access_key,
                "userName": "mallory",
            },
            "eventTime": detail["eventTime"],
            "eventSource": "sqs.amazonaws.com",
            "eventName": "PurgeQueue",
            "awsRegion": FRANKFURT,
            "sourceIPAddress": "127.0.0.1",
            "userAgent": detail["userAgent"],
            "requestParameters": {"queueUrl": url},
            "responseElements": None,
            "requestID": purge["ResponseMetadata"]["RequestId"],
            "eventID": detail["eventID"],
            "readOnly": False,
            "resources": [
                {
                    "accountId": MEMBER,
                    "type": "AWS::SQS::Queue",
                    "ARN": f"arn:aws:sqs:{FRANKFURT}:{MEMBER}:orders",
                }
            ],
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": MEMBER,
            "eventCategory": "Management",
        },
    }
    assert detail["userIdentity"]["principalId"].startswith("AIDA")
    assert detail["userAgent"].startswith("Boto3/")


def test_a_refused_purge_arrives_with_its_error_and_the_messages_stay(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT, messages=2)
    user = make_user(aws, MEMBER, ALLOW_SQS, DENY_PURGE)

    with pytest.raises(ClientError, match="AccessDenied"):
        sign_in(aws, "sqs", user, FRANKFURT).purge_queue(QueueUrl=url)

    (event,) = arrived()
    assert event["detail"]["errorCode"] == "AccessDenied"
    assert "explicit deny" in event["detail"]["errorMessage"]
    assert event["detail"]["userIdentity"]["arn"] == f"arn:aws:iam::{MEMBER}:user/mallory"
    kept = aws.client("sqs", MEMBER, FRANKFURT).receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    assert len(kept["Messages"]) == 2


def test_a_purge_of_no_queue_arrives_as_a_failure(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)

    with pytest.raises(ClientError):
        aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=f"{aws.endpoint}/{MEMBER}/gone")

    (event,) = arrived()
    assert event["detail"]["errorCode"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert event["detail"]["userIdentity"]["type"] == "Root"


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


@pytest.mark.parametrize(
    ("selectors", "covered"),
    [
        pytest.param({}, True, id="defaults"),
        pytest.param({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, True, id="writes"),
        pytest.param({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, False, id="reads"),
        pytest.param(
            {"EventSelectors": [{"IncludeManagementEvents": False}]}, False, id="no management events"
        ),
        pytest.param(
            {"AdvancedEventSelectors": [{"FieldSelectors": [MANAGEMENT]}]},
            True,
            id="advanced, all management",
        ),
        pytest.param(
            {
                "AdvancedEventSelectors": [
                    {"FieldSelectors": [MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}]},
                    {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]},
                ]
            },
            False,
            id="advanced, reads and data",
        ),
        pytest.param(
            {
                "AdvancedEventSelectors": [
                    {
                        "FieldSelectors": [
                            MANAGEMENT,
                            {"Field": "eventSource", "NotEquals": ["sqs.amazonaws.com"]},
                        ]
                    }
                ]
            },
            False,
            id="advanced, all but SQS",
        ),
    ],
)
def test_only_a_trail_that_selects_write_management_events_feeds_a_rule(
    aws: LocalAws, selectors: Json, *, covered: bool
) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    if selectors:
        aws.client("cloudtrail", MEMBER, FRANKFURT).put_event_selectors(TrailName="trail", **selectors)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert len(arrived()) == covered


def test_without_a_trail_nothing_arrives(aws: LocalAws) -> None:
    start_trail(aws, HUB, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert arrived() == []


def test_a_trail_that_stopped_logging_feeds_nothing(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    aws.client("cloudtrail", MEMBER, FRANKFURT).stop_logging(Name="trail")
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert arrived() == []


@pytest.mark.parametrize("multi_region", [True, False])
def test_only_a_multi_region_trail_covers_other_regions(aws: LocalAws, *, multi_region: bool) -> None:
    start_trail(aws, MEMBER, IRELAND, IsMultiRegionTrail=multi_region)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)

    aws.client("sqs", MEMBER, FRANKFURT).purge_queue(QueueUrl=url)

    assert len(arrived()) == multi_region


def test_data_events_do_not_arrive_and_other_management_events_do(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT, pattern={"source": ["aws.sqs"]})
    sqs = aws.client("sqs", MEMBER, FRANKFURT)

    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="one")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    sqs.list_queues()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "5"})
    sqs.tag_queue(QueueUrl=url, Tags={"team": "shop"})
    sqs.delete_queue(QueueUrl=url)

    heard = [(event["detail"]["eventName"], event["detail"]["requestParameters"]) for event in arrived()]
    assert heard == [
        ("CreateQueue", {"queueName": "orders"}),
        ("SetQueueAttributes", {"queueUrl": url, "attributes": {"VisibilityTimeout": "5"}}),
        ("TagQueue", {"queueUrl": url, "tags": {"team": "shop"}}),
        ("DeleteQueue", {"queueUrl": url}),
    ]


@pytest.mark.parametrize(
    ("statements", "error"), [([ALLOW_SQS], None), ([DENY_PURGE], "AccessDenied")], ids=["allowed", "refused"]
)
def test_a_purge_by_the_query_protocol_arrives_too(
    aws: LocalAws, statements: list[Json], error: str | None
) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)
    request = AWSRequest("POST", url, data="Action=PurgeQueue&Version=2012-11-05")
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    SigV4Auth(make_user(aws, MEMBER, *statements), "sqs", FRANKFURT).add_auth(request)

    connection = http.client.HTTPConnection(LOOPBACK, aws.port)
    connection.request("POST", f"/{MEMBER}/orders", request.data, dict(request.headers.items()))
    status = connection.getresponse().status
    connection.close()

    (event,) = arrived()
    assert status == (403 if error else 200)
    assert event["detail"].get("errorCode") == error
    assert event["detail"]["requestParameters"] == {"queueUrl": url}
    assert event["detail"]["resources"][0]["ARN"] == f"arn:aws:sqs:{FRANKFURT}:{MEMBER}:orders"


def test_a_roles_session_is_recorded_with_the_role_that_issued_it(aws: LocalAws) -> None:
    start_trail(aws, MEMBER, FRANKFURT)
    arrived = listen(aws, MEMBER, FRANKFURT)
    url = make_queue(aws, MEMBER, FRANKFURT)
    role = make_role(aws, MEMBER, "AppRole", {"AWS": MEMBER}, ALLOW_SQS, path="/apps/")
    session = assume(aws, role)

    sign_in(aws, "sqs", session, FRANKFURT).purge_queue(QueueUrl=url)

    identity = arrived()[0]["detail"]["userIdentity"]
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == f"arn:aws:sts::{MEMBER}:assumed-role/AppRole/alice"
    assert identity["principalId"] == f"{issuer['principalId']}:alice"
    assert identity["accessKeyId"] == session.access_key
    assert issuer == {
        "type": "Role",
        "principalId": issuer["principalId"],
        "arn": f"arn:aws:iam::{MEMBER}:role/apps/AppRole",
        "accountId": MEMBER,
        "userName": "AppRole",
    }
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_a_purge_from_another_account_is_recorded_in_both(aws: LocalAws) -> None:
    for account in (MEMBER, OUTSIDER):
        start_trail(aws, account, FRANKFURT)
    at_the_owner, at_the_caller = (listen(aws, account, FRANKFURT) for account in (MEMBER, OUTSIDER))
    url = make_queue(aws, MEMBER, FRANKFURT)
    grant = {"Effect": "Allow", "Principal": {"AWS": OUTSIDER}, "Action": "sqs:PurgeQueue", "Resource": "*"}
    aws.client("sqs", MEMBER, FRANKFURT).set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": policy(grant)}
    )

    sign_in(aws, "sqs", make_user(aws, OUTSIDER, ALLOW_SQS), FRANKFURT).purge_queue(QueueUrl=url)

    (owners,), (callers,) = at_the_owner(), at_the_caller()
    assert (owners["account"], callers["account"]) == (MEMBER, OUTSIDER)
    assert (owners["detail"]["recipientAccountId"], callers["detail"]["recipientAccountId"]) == (
        MEMBER,
        OUTSIDER,
    )
    assert owners["detail"]["userIdentity"]["type"] == "AWSAccount"
    assert owners["detail"]["userIdentity"]["accountId"] == OUTSIDER
    assert callers["detail"]["userIdentity"]["arn"] == f"arn:aws:iam::{OUTSIDER}:user/mallory"
    assert owners["detail"]["resources"] == callers["detail"]["resources"]
    assert owners["detail"]["resources"][0]["accountId"] == MEMBER
    assert owners["detail"]["sharedEventID"] == callers["detail"]["sharedEventID"]
    assert owners["detail"]["eventID"] != callers["detail"]["eventID"]
