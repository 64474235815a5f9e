"""What stands in the account after the apply, read back as an auditor would."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from policies import naming
from policies.detection.account_alarm import ALARM_EVENT_PATTERN
from policies.detection.digest import MOST_ENTRIES
from policies.detection.rules import HUB_EVENT_PATTERN, RULES
from tests.deploy.moto_server import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.deploy.moto_server import MotoServer
    from tests.deploy.terraform import Deployed

pytestmark = pytest.mark.usefixtures("deployed")

HERE = naming.Place(ACCOUNT, REGION)
BUCKET = naming.trail_bucket(HERE)
TOPIC_ARN = HERE.arn("sns", naming.ALERT_TOPIC)
HUB_BUS_ARN = HERE.arn("events", f"event-bus/{naming.HUB_BUS}")
FUNCTION_ARN = HERE.arn("lambda", f"function:{naming.ALERT_FUNCTION}")
TRAIL_ARN = HERE.arn("cloudtrail", f"trail/{naming.TRAIL}")

# No rule for alarms, since the account is the hub's and its alarms tell the topic themselves.
ACCOUNT_RULES = {naming.event_rule(rule.id): rule.event_pattern for rule in RULES}
HUB_RULES = {naming.HUB_PURGE_RULE: HUB_EVENT_PATTERN, naming.HUB_ALARM_RULE: ALARM_EVENT_PATTERN}


def statements(policy: str) -> dict[str, dict[str, Any]]:
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def key_behind(aws: MotoServer, alias: str) -> dict[str, Any]:
    kms = aws.client("kms")
    aliases = {entry["AliasName"]: entry["TargetKeyId"] for entry in kms.list_aliases()["Aliases"]}
    key: dict[str, Any] = kms.describe_key(KeyId=aliases[alias])["KeyMetadata"]
    return key


def key_statements(aws: MotoServer, alias: str) -> dict[str, dict[str, Any]]:
    key = key_behind(aws, alias)
    return statements(aws.client("kms").get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])


def test_a_second_plan_changes_nothing_but_what_moto_forgets_or_spells_otherwise(deployed: Deployed) -> None:
    changes = set()
    for stack in deployed.stacks:
        assert deployed.run(stack, "plan", "-out", "again.tfplan").returncode == 0
        plan = json.loads(deployed.run(stack, "show", "-json", "again.tfplan").stdout)
        for resource in plan["resource_changes"]:
            before, after = resource["change"]["before"], resource["change"]["after"]
            changes |= {(resource["type"], name) for name in after if after[name] != before.get(name)}
    # Where AWS writes none, moto writes blanks into a redrive policy.
    assert changes == {("aws_sns_topic", "signature_version"), ("aws_sqs_queue", "redrive_policy")}


def test_the_trail_records_write_and_read_management_events_in_all_regions(aws: MotoServer) -> None:
    cloudtrail = aws.client("cloudtrail")
    trail = cloudtrail.describe_trails()["trailList"][0]
    assert trail["TrailARN"] == TRAIL_ARN
    assert trail["IsMultiRegionTrail"]
    assert trail["LogFileValidationEnabled"]
    assert not trail["IsOrganizationTrail"]
    assert trail["KmsKeyId"] == key_behind(aws, naming.TRAIL_KEY_ALIAS)["Arn"]
    assert cloudtrail.get_trail_status(Name=TRAIL_ARN)["IsLogging"]
    selectors = cloudtrail.get_event_selectors(TrailName=TRAIL_ARN)["EventSelectors"]
    assert [(s["ReadWriteType"], s["IncludeManagementEvents"]) for s in selectors] == [("All", True)]


def test_the_trails_bucket_is_closed_versioned_encrypted_and_expires(aws: MotoServer) -> None:
    s3 = aws.client("s3")
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    ownership = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]
    assert ownership == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": key_behind(aws, naming.TRAIL_KEY_ALIAS)["Arn"],
    }
    assert not encryption["BucketKeyEnabled"]
    expiry, markers = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert (expiry["Status"], expiry["Expiration"]["Days"]) == ("Enabled", 365)
    assert (markers["Status"], markers["Expiration"]) == ("Enabled", {"ExpiredObjectDeleteMarker": True})


def test_the_trails_bucket_admits_the_trail_and_refuses_insecure_transport(aws: MotoServer) -> None:
    policy = statements(aws.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])
    bucket_arn = f"arn:aws:s3:::{BUCKET}"
    cloudtrail = {"Service": ["cloudtrail.amazonaws.com"]}
    assert set(policy) == {"LetTheTrailCheck", "LetTheTrailWrite", "RefuseInsecureTransport"}
    assert policy["LetTheTrailCheck"] == {
        "Sid": "LetTheTrailCheck",
        "Effect": "Allow",
        "Principal": cloudtrail,
        "Action": ["s3:GetBucketAcl"],
        "Resource": [bucket_arn],
        "Condition": {"StringEquals": {"aws:SourceArn": TRAIL_ARN}},
    }
    write = policy["LetTheTrailWrite"]
    assert write["Action"] == ["s3:PutObject"]
    assert write["Principal"] == cloudtrail
    assert write["Resource"] == [f"{bucket_arn}/AWSLogs/{ACCOUNT}/*"]
    assert write["Condition"]["StringEquals"] == {
        "aws:SourceArn": TRAIL_ARN,
        "s3:x-amz-acl": "bucket-owner-full-control",
    }
    refusal = policy["RefuseInsecureTransport"]
    assert (refusal["Effect"], refusal["Action"]) == ("Deny", ["s3:*"])
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    ("bus", "rules"), [("default", ACCOUNT_RULES), (naming.HUB_BUS, HUB_RULES)], ids=["account", "hub"]
)
def test_the_rules_are_enabled_with_the_exact_patterns(
    aws: MotoServer, bus: str, rules: dict[str, dict[str, object]]
) -> None:
    found = aws.client("events").list_rules(EventBusName=bus, NamePrefix=naming.PREFIX)["Rules"]
    assert {rule["Name"]: json.loads(rule["EventPattern"]) for rule in found} == rules
    assert {rule["State"] for rule in found} == {"ENABLED"}
    assert not any("ScheduleExpression" in rule for rule in found)


@pytest.mark.parametrize("rule", ACCOUNT_RULES)
def test_an_account_rule_forwards_to_the_hub_with_a_role_that_may_only_do_that(
    aws: MotoServer, rule: str
) -> None:
    targets = aws.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    target = next(target for target in targets if target["Arn"] == HUB_BUS_ARN)
    assert target["RoleArn"] == HERE.global_arn("iam", f"role/{naming.FORWARDER_ROLE}")
    assert target["DeadLetterConfig"]["Arn"] == HERE.arn("sqs", naming.UNDELIVERED_QUEUE)
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400}

    iam = aws.client("iam")
    role = {"RoleName": naming.FORWARDER_ROLE}
    assert iam.list_attached_role_policies(**role)["AttachedPolicies"] == []
    assert iam.list_role_policies(**role)["PolicyNames"] == ["forward"]
    (statement,) = iam.get_role_policy(**role, PolicyName="forward")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", ["events:PutEvents"])
    assert statement["Resource"] == [HUB_BUS_ARN]


def test_the_hubs_bus_admits_the_listed_account_and_nobody_else(aws: MotoServer) -> None:
    bus = aws.client("events").describe_event_bus(Name=naming.HUB_BUS)
    policy = statements(bus["Policy"])
    assert set(policy) == {"AdmitTheAccounts"}
    admission = policy["AdmitTheAccounts"]
    assert admission["Principal"] == {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}
    assert (admission["Action"], admission["Resource"]) == (["events:PutEvents"], [HUB_BUS_ARN])


@pytest.mark.parametrize("rule", HUB_RULES)
def test_a_hub_rule_may_invoke_the_function_without_a_role(aws: MotoServer, rule: str) -> None:
    targets = aws.client("events").list_targets_by_rule(Rule=rule, EventBusName=naming.HUB_BUS)["Targets"]
    target = next(target for target in targets if target["Arn"] == FUNCTION_ARN)
    assert "RoleArn" not in target
    assert target["DeadLetterConfig"]["Arn"] == HERE.arn("sqs", naming.HUB_UNDELIVERED_QUEUE)

    rule_arn = HERE.arn("events", f"rule/{naming.HUB_BUS}/{rule}")
    permissions = json.loads(aws.client("lambda").get_policy(FunctionName=naming.ALERT_FUNCTION)["Policy"])
    of_rule = [
        permission
        for permission in permissions["Statement"]
        if permission["Condition"] == {"ArnLike": {"AWS:SourceArn": rule_arn}}
    ]
    assert [permission["Principal"] for permission in of_rule] == [{"Service": "events.amazonaws.com"}]


def test_the_function_is_configured_as_the_inventory_says(aws: MotoServer) -> None:
    function = aws.client("lambda").get_function(FunctionName=naming.ALERT_FUNCTION)
    configuration = function["Configuration"]
    assert configuration["Runtime"] == "python3.13"
    assert configuration["Architectures"] == ["arm64"]
    assert configuration["Handler"] == "lambdas.alert.handler.handle"
    assert configuration["Role"] == HERE.global_arn("iam", f"role/{naming.ALERT_FUNCTION_ROLE}")
    assert configuration["Environment"]["Variables"]["PURGE_GUARD_TOPIC_ARN"] == TOPIC_ARN
    assert "Concurrency" not in function
    destination = aws.client("lambda").get_function_event_invoke_config(FunctionName=naming.ALERT_FUNCTION)
    assert destination["MaximumRetryAttempts"] == 2
    on_failure = destination["DestinationConfig"]["OnFailure"]["Destination"]
    assert on_failure == HERE.arn("sqs", naming.ALERT_FAILURES_QUEUE)


def test_the_functions_log_is_encrypted_and_expires(aws: MotoServer) -> None:
    (group,) = aws.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/purge-guard")[
        "logGroups"
    ]
    assert group["retentionInDays"] == 365
    assert group["kmsKeyId"] == key_behind(aws, naming.FUNCTION_KEY_ALIAS)["Arn"]


def test_the_topic_is_encrypted_and_refuses_insecure_transport(aws: MotoServer) -> None:
    attributes = aws.client("sns").get_topic_attributes(TopicArn=TOPIC_ARN)["Attributes"]
    assert attributes["KmsMasterKeyId"] == key_behind(aws, naming.ALERT_KEY_ALIAS)["Arn"]
    policy = statements(attributes["Policy"])
    assert set(policy) == {"LetAlarmsPublish", "RefuseInsecureTransport"}
    assert policy["LetAlarmsPublish"]["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]}
    assert policy["LetAlarmsPublish"]["Condition"] == {
        "ArnLike": {"aws:SourceArn": HERE.arn("cloudwatch", f"alarm:{naming.PREFIX}-*")},
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
    }
    refusal = policy["RefuseInsecureTransport"]
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", {"AWS": ["*"]})
    assert "sns:Publish" in refusal["Action"]


def test_the_subscription_has_a_dead_letter_queue(aws: MotoServer) -> None:
    sns = aws.client("sns")
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=TOPIC_ARN)["Subscriptions"]
    (subscription,) = (found for found in subscriptions if found["Protocol"] == "email")
    assert subscription["Endpoint"] == "security@example.com"
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])[
        "Attributes"
    ]
    undelivered = HERE.arn("sqs", naming.ALERTS_UNDELIVERED_QUEUE)
    assert json.loads(attributes["RedrivePolicy"]) == {"deadLetterTargetArn": undelivered}


def test_the_ledger_forgets_can_be_restored_and_is_encrypted(aws: MotoServer) -> None:
    dynamodb = aws.client("dynamodb")
    table = dynamodb.describe_table(TableName=naming.LEDGER_TABLE)["Table"]
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key_behind(aws, naming.LEDGER_KEY_ALIAS)["Arn"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    ttl = dynamodb.describe_time_to_live(TableName=naming.LEDGER_TABLE)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    backups = dynamodb.describe_continuous_backups(TableName=naming.LEDGER_TABLE)
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


@pytest.mark.parametrize(
    ("alias", "services"),
    [
        (naming.ALERT_KEY_ALIAS, {"LetAlarmsEncrypt": "cloudwatch.amazonaws.com"}),
        (naming.LEDGER_KEY_ALIAS, {}),
        (naming.FUNCTION_KEY_ALIAS, {"LetTheLogEncrypt": f"logs.{REGION}.amazonaws.com"}),
        (
            naming.TRAIL_KEY_ALIAS,
            {
                "LetTheTrailEncrypt": "cloudtrail.amazonaws.com",
                "LetTheTrailDescribe": "cloudtrail.amazonaws.com",
            },
        ),
    ],
)
def test_a_key_rotates_and_admits_the_services_that_need_it(
    aws: MotoServer, alias: str, services: dict[str, str]
) -> None:
    policy = key_statements(aws, alias)
    administration = policy.pop("LetTheAccountAdminister")
    assert administration["Principal"] == {"AWS": [f"arn:aws:iam::{ACCOUNT}:root"]}
    assert {sid: statement["Principal"]["Service"] for sid, statement in policy.items()} == {
        sid: [service] for sid, service in services.items()
    }
    assert all("Condition" in statement for statement in policy.values())
    key_id = key_behind(aws, alias)["KeyId"]
    assert aws.client("kms").get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"]


def test_every_queue_is_encrypted_and_has_an_alarm(aws: MotoServer) -> None:
    sqs = aws.client("sqs")
    urls = sqs.list_queues(QueueNamePrefix=naming.PREFIX)["QueueUrls"]
    queues = {url.rsplit("/", 1)[1]: url for url in urls}
    assert set(queues) == {
        naming.UNDELIVERED_QUEUE,
        naming.HUB_UNDELIVERED_QUEUE,
        naming.ALERT_FAILURES_QUEUE,
        naming.ALERTS_UNDELIVERED_QUEUE,
        naming.DIGEST_QUEUE,
    }
    for url in queues.values():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert attributes["SqsManagedSseEnabled"] == "true"
        assert attributes["MessageRetentionPeriod"] == str(14 * 24 * 3600)
        assert "RefuseInsecureTransport" in statements(attributes["Policy"])
    alarms = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=naming.PREFIX)["MetricAlarms"]
    watched = {alarm["Dimensions"][0]["Value"] for alarm in alarms if alarm["Namespace"] == "AWS/SQS"}
    assert watched == set(queues)


def test_what_waits_for_a_digest_is_handed_to_the_function(aws: MotoServer) -> None:
    queue_arn = HERE.arn("sqs", naming.DIGEST_QUEUE)
    mappings = aws.client("lambda").list_event_source_mappings(EventSourceArn=queue_arn)
    (mapping,) = mappings["EventSourceMappings"]
    assert mapping["FunctionArn"] == FUNCTION_ARN
    assert mapping["BatchSize"] == MOST_ENTRIES
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_alarm_of_the_hub_and_of_the_account_beside_it_tells_the_topic(aws: MotoServer) -> None:
    alarms = aws.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{naming.PREFIX}-")["MetricAlarms"]
    silent_ends = {
        "DestinationDeliveryFailures",
        "NumberOfNotificationsFailedToRedriveToDlq",
        "NumberOfNotificationsRedrivenToDlq",
    }
    assert Counter(alarm["MetricName"] for alarm in alarms) == {
        "Errors": 1,
        "Throttles": 1,
        "AsyncEventAge": 1,
        "DestinationDeliveryFailures": 1,
        "NumberOfNotificationsRedrivenToDlq": 1,
        "NumberOfNotificationsFailedToRedriveToDlq": 1,
        "FailedInvocations": len(HUB_RULES) + len(ACCOUNT_RULES),
        "ApproximateNumberOfMessagesVisible": 4,
        "ApproximateAgeOfOldestMessage": 1,
    }
    for alarm in alarms:
        is_of_a_queue = alarm["Namespace"] == "AWS/SQS"
        assert alarm["AlarmActions"] == [TOPIC_ARN]
        assert alarm["OKActions"] == ([] if alarm["MetricName"] in silent_ends else [TOPIC_ARN])
        assert alarm["TreatMissingData"] == ("ignore" if is_of_a_queue else "notBreaching")
        assert alarm["DatapointsToAlarm"] == 1


def test_everything_that_can_carry_tags_carries_them(aws: MotoServer, deployed: Deployed) -> None:
    tagged = 0
    for stack in deployed.stacks:
        state = json.loads(deployed.run(stack, "show", "-json").stdout)
        for resource in state["values"]["root_module"]["resources"]:
            if "tags_all" in resource["values"]:
                assert resource["values"]["tags_all"] == {"managed-by": "purge-guard", "owner": "security"}
                tagged += 1
    assert tagged > 20
    tags = aws.client("sns").list_tags_for_resource(ResourceArn=TOPIC_ARN)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"managed-by": "purge-guard", "owner": "security"}
