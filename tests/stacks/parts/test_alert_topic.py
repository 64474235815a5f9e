"""The topic: who may publish, who is told, and what becomes of an alert that somebody does not receive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.stacks.synthesis import SCENARIOS, synthesize_into

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stacks.synthesis import Stack, Synthesis

TOPIC = "arn:aws:sns:us-east-1:222233334444:purge-guard-alerts"
FROM_OUR_ALARMS = {
    "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:222233334444:alarm:purge-guard-*"},
    "StringEquals": {"aws:SourceAccount": "222233334444"},
}


@pytest.fixture
def key_statements(hub: Stack) -> list[dict[str, Any]]:
    topic = hub.only("aws_sns_topic")
    return hub.referred(topic["kms_master_key_id"]).document("policy")


def test_the_topic_is_encrypted_with_a_key_of_its_own(synthesis: Synthesis) -> None:
    # B01: the policy of alias/aws/sns admits no alarm, so that alarm would be lost.
    for topic in synthesis.hub.of_type("aws_sns_topic"):
        assert synthesis.hub.referred(topic["kms_master_key_id"]).type == "aws_kms_key"
    assert "alias/aws/" not in synthesis.hub.text


def test_our_alarms_beside_the_topic_may_use_the_key(key_statements: list[dict[str, Any]]) -> None:
    # B02: what CloudWatch sends names its source; only EventBridge must not be asked for it.
    (alarms,) = (each for each in key_statements if "Service" in each["Principal"])

    assert alarms["Principal"] == {"Service": ["cloudwatch.amazonaws.com"]}
    assert alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert alarms["Condition"] == FROM_OUR_ALARMS


def test_event_bridge_is_nowhere_admitted_since_it_never_publishes(hub: Stack) -> None:
    # B02, B03, B04: no rule has the topic as its target, so no statement has to be right about it.
    topic_texts = [
        hub.only("aws_sns_topic_policy")["policy"],
        *(key["policy"] for key in hub.of_type("aws_kms_key")),
    ]

    assert not any("events.amazonaws.com" in text for text in topic_texts)
    targets = hub.of_type("aws_cloudwatch_event_target")
    assert {hub.referred(target["arn"]).type for target in targets} == {"aws_lambda_function"}


def test_our_alarms_beside_it_may_publish_and_nobody_may_without_encryption(hub: Stack) -> None:
    assert hub.only("aws_sns_topic_policy").document("policy") == [
        {
            "Sid": "LetAlarmsPublish",
            "Effect": "Allow",
            "Principal": {"Service": ["cloudwatch.amazonaws.com"]},
            "Action": ["sns:Publish"],
            "Resource": [TOPIC],
            "Condition": FROM_OUR_ALARMS,
        },
        {
            "Sid": "RefuseInsecureTransport",
            "Effect": "Deny",
            "Principal": {"AWS": ["*"]},
            "Action": ["sns:Publish", "sns:Subscribe"],
            "Resource": [TOPIC],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]


def test_every_alarm_that_tells_the_topic_is_one_that_the_topic_admits(organization: Synthesis) -> None:
    telling = [
        (stack.account, alarm)
        for stack in organization.stacks
        for alarm in stack.of_type("aws_cloudwatch_metric_alarm")
        if TOPIC in alarm["alarm_actions"]
    ]

    assert {alarm["alarm_name"].split("-")[2] for _, alarm in telling} == {"hub", "account"}
    for account, alarm in telling:
        assert account == "222233334444"
        assert alarm.get("provider") is None
        assert alarm["alarm_name"].startswith("purge-guard-")


def test_subscribers_can_verify_with_sha_256(hub: Stack) -> None:
    assert hub.only("aws_sns_topic")["signature_version"] == 2


def test_everybody_in_the_inventory_is_subscribed(hub: Stack) -> None:
    # B13: protocols are written as AWS writes them; another case would never converge.
    subscribed = {(each["protocol"], each["endpoint"]) for each in hub.of_type("aws_sns_topic_subscription")}

    assert subscribed == {
        ("email", "security@example.com"),
        ("https", "https://example.com/alerts?team=security&level=all"),
        ("sqs", "arn:aws:sqs:eu-west-1:111122223333:alerts"),
        ("lambda", "arn:aws:lambda:us-east-1:222233334444:function:page-someone:live"),
        ("lambda", "arn:aws:lambda:us-east-1:111122223333:function:page-somebody-else"),
    }


def test_nobody_is_spared_an_alert_and_everybody_gets_the_envelope(hub: Stack) -> None:
    for subscription in hub.of_type("aws_sns_topic_subscription"):
        assert not {"filter_policy", "raw_message_delivery"} & set(subscription.arguments)


def test_what_a_subscriber_does_not_receive_is_kept(hub: Stack) -> None:
    for subscription in hub.of_type("aws_sns_topic_subscription"):
        reference = json.loads(subscription["redrive_policy"])["deadLetterTargetArn"]
        assert hub.referred(reference)["name"] == "purge-guard-alerts-undelivered"


def test_the_queue_for_it_admits_the_topic_and_nothing_else(hub: Stack) -> None:
    (admission, _) = hub.named("aws_sqs_queue", "purge-guard-alerts-undelivered").document("policy")

    assert admission["Principal"] == {"Service": ["sns.amazonaws.com"]}
    assert admission["Condition"] == {"ArnEquals": {"aws:SourceArn": [TOPIC]}}


def test_the_topic_may_invoke_a_subscribed_function_of_the_hubs_own_account_and_region(hub: Stack) -> None:
    permissions = [p for p in hub.of_type("aws_lambda_permission") if p["principal"] == "sns.amazonaws.com"]

    # A function elsewhere belongs to others, who admit the topic themselves. A permission for a function
    # does not hold for its alias, which the provider wants named apart.
    assert [(each["function_name"], each["qualifier"]) for each in permissions] == [
        ("arn:aws:lambda:us-east-1:222233334444:function:page-someone", "live")
    ]
    assert hub.referred(permissions[0]["source_arn"]).type == "aws_sns_topic"
    assert "source_account" not in permissions[0].arguments


def test_endpoints_that_differ_in_any_character_are_subscribed_each(tmp_path: Path) -> None:
    # CDKTF makes two hyphens of a slash, and no two constructs in one place may have one id.
    function = "arn:aws:lambda:us-east-1:111122223333:function:page"
    endpoints = [
        ("https", "https://example.com/a/b"),
        ("https", "https://example.com/a--b"),
        ("https", "https://example.com/a%2Fb"),
        ("lambda", function),
        ("lambda", f"{function}-permission"),
    ]
    inventory = yaml.safe_load(SCENARIOS["example"].read_text(encoding="utf-8"))
    inventory["alerts"]["subscriptions"] = [
        {"protocol": protocol, "endpoint": endpoint} for protocol, endpoint in endpoints
    ]
    file = tmp_path / "purge-guard.yaml"
    file.write_text(yaml.safe_dump(inventory), encoding="utf-8")

    hub = synthesize_into(tmp_path / "out", file, wanted="hub").hub

    subscribed = [(each["protocol"], each["endpoint"]) for each in hub.of_type("aws_sns_topic_subscription")]
    assert sorted(subscribed) == sorted(endpoints)
