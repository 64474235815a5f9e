"""The calls behind the actions that the larger sets deny, on queues and on what purge-guard deploys."""

from __future__ import annotations

import json
from typing import Any

from policies import naming

ACCOUNT = "222233334444"
REGION = "us-east-1"
HERE = naming.Place(ACCOUNT, REGION)

Calls = dict[str, tuple[str, dict[str, Any]]]
"""By action: the method of the service's boto3 client, and its arguments."""

ANY_POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})

QUEUE = {"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/{naming.UNDELIVERED_QUEUE}"}
ROLE = {"RoleName": naming.BREAK_GLASS_ROLE}
POLICY = {"PolicyArn": HERE.global_arn("iam", f"policy/{naming.DENY_POLICY}")}
TRAIL = {"Name": naming.TRAIL}
RULE = {"Name": naming.HUB_PURGE_RULE, "EventBusName": naming.HUB_BUS}
RULES_TARGETS = {"Rule": naming.HUB_PURGE_RULE, "EventBusName": naming.HUB_BUS}
BUS = {"EventBusName": naming.HUB_BUS}
FUNCTION = {"FunctionName": naming.ALERT_FUNCTION}
TOPIC = {"TopicArn": HERE.arn("sns", naming.ALERT_TOPIC)}
TABLE = {"TableName": naming.LEDGER_TABLE}
ENTRY = {"id": {"S": "forged"}}
ALARM = {"AlarmName": f"{naming.HUB_ALARM_PREFIX}undelivered"}
LOG_GROUP = {"logGroupName": naming.ALERT_LOG_GROUP}
BUCKET = {"Bucket": naming.trail_bucket(HERE)}
OBJECT = {**BUCKET, "Key": "AWSLogs/file.json.gz"}

EQUIVALENTS: Calls = {
    "sqs:AddPermission": (
        "add_permission",
        {**QUEUE, "Label": "me", "AWSAccountIds": [ACCOUNT], "Actions": ["PurgeQueue"]},
    ),
    "sqs:CancelMessageMoveTask": ("cancel_message_move_task", {"TaskHandle": "handle"}),
    "sqs:DeleteQueue": ("delete_queue", QUEUE),
    "sqs:RemovePermission": ("remove_permission", {**QUEUE, "Label": "me"}),
    "sqs:SetQueueAttributes": (
        "set_queue_attributes",
        {**QUEUE, "Attributes": {"MessageRetentionPeriod": "60"}},
    ),
    "sqs:StartMessageMoveTask": (
        "start_message_move_task",
        {"SourceArn": HERE.arn("sqs", naming.UNDELIVERED_QUEUE)},
    ),
    "sqs:TagQueue": ("tag_queue", {**QUEUE, "Tags": {"team": "mine"}}),
    "sqs:UntagQueue": ("untag_queue", {**QUEUE, "TagKeys": ["team"]}),
}
"""Denied on every queue: SQS."""

TAMPERING: Calls = {
    # The roles, of which one is the break-glass role.
    "iam:AttachRolePolicy": ("attach_role_policy", {**ROLE, **POLICY}),
    "iam:CreateRole": ("create_role", {**ROLE, "AssumeRolePolicyDocument": ANY_POLICY}),
    "iam:DeleteRole": ("delete_role", ROLE),
    "iam:DeleteRolePermissionsBoundary": ("delete_role_permissions_boundary", ROLE),
    "iam:DeleteRolePolicy": ("delete_role_policy", {**ROLE, "PolicyName": "purge"}),
    "iam:DetachRolePolicy": ("detach_role_policy", {**ROLE, **POLICY}),
    "iam:PutRolePermissionsBoundary": (
        "put_role_permissions_boundary",
        {**ROLE, "PermissionsBoundary": POLICY["PolicyArn"]},
    ),
    "iam:PutRolePolicy": ("put_role_policy", {**ROLE, "PolicyName": "mine", "PolicyDocument": ANY_POLICY}),
    "iam:TagRole": ("tag_role", {**ROLE, "Tags": [{"Key": "team", "Value": "mine"}]}),
    "iam:UntagRole": ("untag_role", {**ROLE, "TagKeys": ["team"]}),
    "iam:UpdateAssumeRolePolicy": ("update_assume_role_policy", {**ROLE, "PolicyDocument": ANY_POLICY}),
    "iam:UpdateRole": ("update_role", {**ROLE, "MaxSessionDuration": 43_200}),
    "iam:UpdateRoleDescription": ("update_role_description", {**ROLE, "Description": "mine"}),
    # The policies.
    "iam:CreatePolicyVersion": ("create_policy_version", {**POLICY, "PolicyDocument": ANY_POLICY}),
    "iam:DeletePolicy": ("delete_policy", POLICY),
    "iam:DeletePolicyVersion": ("delete_policy_version", {**POLICY, "VersionId": "v2"}),
    "iam:SetDefaultPolicyVersion": ("set_default_policy_version", {**POLICY, "VersionId": "v1"}),
    # The trail and its bucket.
    "cloudtrail:DeleteTrail": ("delete_trail", TRAIL),
    "cloudtrail:PutEventSelectors": (
        "put_event_selectors",
        {"TrailName": naming.TRAIL, "EventSelectors": []},
    ),
    "cloudtrail:StopLogging": ("stop_logging", TRAIL),
    "cloudtrail:UpdateTrail": ("update_trail", TRAIL),
    "s3:DeleteBucket": ("delete_bucket", BUCKET),
    "s3:DeleteBucketPolicy": ("delete_bucket_policy", BUCKET),
    "s3:DeleteObject": ("delete_object", OBJECT),
    "s3:DeleteObjectVersion": ("delete_object", {**OBJECT, "VersionId": "1"}),
    "s3:PutBucketAcl": ("put_bucket_acl", {**BUCKET, "ACL": "public-read"}),
    "s3:PutBucketOwnershipControls": (
        "put_bucket_ownership_controls",
        {**BUCKET, "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}},
    ),
    "s3:PutBucketPolicy": ("put_bucket_policy", {**BUCKET, "Policy": ANY_POLICY}),
    "s3:PutBucketPublicAccessBlock": (
        "put_public_access_block",
        {**BUCKET, "PublicAccessBlockConfiguration": {}},
    ),
    "s3:PutBucketVersioning": (
        "put_bucket_versioning",
        {**BUCKET, "VersioningConfiguration": {"Status": "Suspended"}},
    ),
    "s3:PutEncryptionConfiguration": (
        "put_bucket_encryption",
        {**BUCKET, "ServerSideEncryptionConfiguration": {"Rules": []}},
    ),
    "s3:PutLifecycleConfiguration": (
        "put_bucket_lifecycle_configuration",
        {**BUCKET, "LifecycleConfiguration": {"Rules": []}},
    ),
    "s3:PutObject": ("put_object", {**OBJECT, "Body": b""}),
    # The rules, and the hub's bus.
    "events:DeleteRule": ("delete_rule", RULE),
    "events:DisableRule": ("disable_rule", RULE),
    "events:PutRule": ("put_rule", {**RULE, "EventPattern": '{"source": ["nothing"]}'}),
    "events:PutTargets": (
        "put_targets",
        {**RULES_TARGETS, "Targets": [{"Id": "mine", "Arn": HERE.arn("sqs", "mine")}]},
    ),
    "events:RemoveTargets": ("remove_targets", {**RULES_TARGETS, "Ids": ["hub"]}),
    "events:PutPermission": ("put_permission", {**BUS, "Policy": ANY_POLICY}),
    "events:RemovePermission": ("remove_permission", {**BUS, "StatementId": "accounts"}),
    # The function, its log and its ledger.
    "lambda:DeleteFunction": ("delete_function", FUNCTION),
    "lambda:DeleteFunctionConcurrency": ("delete_function_concurrency", FUNCTION),
    "lambda:DeleteFunctionEventInvokeConfig": ("delete_function_event_invoke_config", FUNCTION),
    "lambda:PutFunctionConcurrency": (
        "put_function_concurrency",
        {**FUNCTION, "ReservedConcurrentExecutions": 0},
    ),
    "lambda:PutFunctionEventInvokeConfig": ("put_function_event_invoke_config", FUNCTION),
    "lambda:RemovePermission": ("remove_permission", {**FUNCTION, "StatementId": "hub"}),
    "lambda:UpdateFunctionCode": ("update_function_code", {**FUNCTION, "ZipFile": b""}),
    "lambda:UpdateFunctionConfiguration": ("update_function_configuration", FUNCTION),
    "logs:AssociateKmsKey": ("associate_kms_key", {**LOG_GROUP, "kmsKeyId": HERE.arn("kms", "key/mine")}),
    "logs:DeleteLogGroup": ("delete_log_group", LOG_GROUP),
    "logs:DeleteLogStream": ("delete_log_stream", {**LOG_GROUP, "logStreamName": "today"}),
    "logs:DisassociateKmsKey": ("disassociate_kms_key", LOG_GROUP),
    "logs:PutRetentionPolicy": ("put_retention_policy", {**LOG_GROUP, "retentionInDays": 1}),
    "dynamodb:BatchWriteItem": (
        "batch_write_item",
        {"RequestItems": {naming.LEDGER_TABLE: [{"PutRequest": {"Item": ENTRY}}]}},
    ),
    "dynamodb:DeleteItem": ("delete_item", {**TABLE, "Key": ENTRY}),
    "dynamodb:DeleteTable": ("delete_table", TABLE),
    "dynamodb:PutItem": ("put_item", {**TABLE, "Item": ENTRY}),
    "dynamodb:UpdateItem": ("update_item", {**TABLE, "Key": ENTRY}),
    "dynamodb:UpdateTable": ("update_table", TABLE),
    "dynamodb:UpdateTimeToLive": (
        "update_time_to_live",
        {**TABLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "id"}},
    ),
    # The queues, the topic and the alarms.
    "sqs:DeleteMessage": ("delete_message", {**QUEUE, "ReceiptHandle": "handle"}),
    "sns:DeleteTopic": ("delete_topic", TOPIC),
    "sns:RemovePermission": ("remove_permission", {**TOPIC, "Label": "alarms"}),
    "sns:SetTopicAttributes": (
        "set_topic_attributes",
        {**TOPIC, "AttributeName": "Policy", "AttributeValue": ANY_POLICY},
    ),
    "cloudwatch:PutMetricAlarm": (
        "put_metric_alarm",
        {**ALARM, "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1},
    ),
    "cloudwatch:SetAlarmState": ("set_alarm_state", {**ALARM, "StateValue": "OK", "StateReason": "mine"}),
}
"""Denied on purge-guard's resources: what blinds or disarms it."""

NOT_LIMITED = {"events:PutPermission", "events:RemovePermission"}
"""Denied on all buses of the hub's account, since AWS cannot limit them to one."""

KEY_LOSS: Calls = {
    "kms:DeleteImportedKeyMaterial": ("delete_imported_key_material", {}),
    "kms:DisableKey": ("disable_key", {}),
    "kms:PutKeyPolicy": ("put_key_policy", {"Policy": ANY_POLICY}),
    "kms:ScheduleKeyDeletion": ("schedule_key_deletion", {}),
}
"""Denied on the keys of queues, to which each call adds the key.

They are denied on purge-guard's own keys too, which are known by their aliases: the emulator knows no
`kms:ResourceAliases`.
"""

_CONDITION = "the emulator does not know the condition key that names the policy, the key or the function"
_RESOURCE = "the emulator asks on every resource, not on the one that the call names"
_UNKNOWN = "the emulator has no such call"

NOT_SHOWN = {
    "cloudwatch:DeleteAlarms": _RESOURCE,
    "cloudwatch:DisableAlarmActions": _RESOURCE,
    "cloudwatch:PutAlarmMuteRule": _UNKNOWN,
    "dynamodb:PartiQLDelete": _RESOURCE,
    "dynamodb:PartiQLInsert": _RESOURCE,
    "dynamodb:PartiQLUpdate": _RESOURCE,
    "dynamodb:PutResourcePolicy": _RESOURCE,
    "events:DeleteEventBus": "the emulator takes the bus for a rule of the default bus",
    "events:UpdateEventBus": "the emulator takes the bus for a rule of the default bus",
    "iam:DeleteUserPermissionsBoundary": _CONDITION,
    "iam:DetachGroupPolicy": _CONDITION,
    "iam:DetachUserPolicy": _CONDITION,
    "iam:PassRole": "the emulator does not ask for it where a role is handed to a service",
    "kms:DeleteAlias": _RESOURCE,
    "kms:RevokeGrant": _CONDITION,
    "kms:UpdateAlias": "the emulator asks on the key alone, not on the alias too",
    "lambda:DeleteEventSourceMapping": _CONDITION,
    "lambda:DeleteResourcePolicy": _RESOURCE,
    "lambda:PutResourcePolicy": _RESOURCE,
    "lambda:UpdateEventSourceMapping": _CONDITION,
    "lambda:UpdateFunctionEventInvokeConfig": _UNKNOWN,
    "sns:PutDataProtectionPolicy": _UNKNOWN,
    "sns:SetSubscriptionAttributes": _RESOURCE,
    "sns:Unsubscribe": _RESOURCE,
}
"""The denied actions that the local AWS cannot show, and why not. test_decisions.py decides them."""
