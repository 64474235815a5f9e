"""The cards on purges by another name and on tampering, beside what prevention denies of the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.detection.alert import NOTHING_KNOWN, alerts_in
from policies.detection.cards.guard_calls import (
    ABOUT_AN_ACCOUNT,
    ABOUT_THE_ACCOUNT,
    ANSWERED_WITH,
    CALLS,
    NAMED_BY,
)
from policies.detection.cards.guard_tampering import GUARD_TAMPERED
from policies.detection.cards.purge_equivalent import FORM, KEY_CALLS, PURGE_EQUIVALENT, QUEUE_CALLS
from policies.detection.estate import Estate, KnownAccount
from policies.detection.intake import Received
from policies.detection.own_statements import own_statements_digest
from policies.detection.pattern import matches
from policies.detection.record import read_call
from policies.detection.rule import DETAIL_TYPE, bus_source
from policies.detection.rules import RULES, finding_rule
from policies.prevention.actions import KEY_LOSS, PURGE_EQUIVALENTS, ROLE_CHANGES
from policies.prevention.organization import LEAVING
from policies.prevention.own_resources import (
    BUCKET_CHANGES,
    BUS_POLICY_CHANGES,
    DETACHMENTS,
    MAPPING_CHANGES,
    POLICY_CHANGES,
    REGIONAL,
)
from tests.events import event_named
from tests.events.arbitrary import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.record import ApiCall
    from policies.detection.rule import Detection

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234"
KMS = "kms.amazonaws.com"
QUEUE = {"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"}

NO_EVENT = {
    "iam:PassRole": "no call of its own",
    "s3:DeleteObject": "a data event",
    "s3:DeleteObjectVersion": "a data event",
    "s3:PutObject": "a data event",
}
"""Actions that leave no management event."""

HARMLESS = {"CancelMessageMoveTask", "TagQueue", "UntagQueue"}
"""What prevention denies as a step towards a purge, and what is none itself."""

S3_EVENTS = {
    "PutEncryptionConfiguration": "PutBucketEncryption",
    "PutLifecycleConfiguration": "PutBucketLifecycle",
}
"""Where S3 calls an event otherwise than the action."""

CLOUDWATCH = {"cloudwatch": "monitoring"}


def event_of(action: str) -> tuple[str, str]:
    """Return the source and the name of the event that an action leaves."""
    service, _, name = action.partition(":")
    return f"{CLOUDWATCH.get(service, service)}.amazonaws.com", S3_EVENTS.get(name, name)


def on_bus(record: dict[str, Any]) -> dict[str, Any]:
    source = bus_source(record["eventSource"])
    return {"source": source, "detail-type": "AWS API Call via CloudTrail", "detail": record}


def test_every_denied_equivalent_is_looked_at_or_is_harmless_by_itself() -> None:
    assert {action.partition(":")[2] for action in PURGE_EQUIVALENTS} == QUEUE_CALLS | HARMLESS
    assert {action.partition(":")[2] for action in KEY_LOSS} == set(KEY_CALLS)


@pytest.mark.parametrize(
    "action",
    sorted(
        {
            *(action for own in REGIONAL for action in own.actions),
            *BUCKET_CHANGES,
            *BUS_POLICY_CHANGES,
            *DETACHMENTS,
            *LEAVING,
            *MAPPING_CHANGES,
            *POLICY_CHANGES,
            *ROLE_CHANGES,
        }
        - set(NO_EVENT)
    ),
)
def test_every_denied_tampering_is_looked_at(action: str) -> None:
    source, name = event_of(action)

    assert name in CALLS[source]


def called(event_name: str, parameters: dict[str, Any] | None, **fields: Any) -> ApiCall:  # noqa: ANN401 - JSON
    """Return a call of somebody in the account, to SQS unless the fields say otherwise."""
    return read_call(Received({**RECORD, "eventName": event_name, "requestParameters": parameters, **fields}))


def found(call: ApiCall, estate: Estate = NOTHING_KNOWN) -> str | None:
    """Return the headline of what the card on purges by another name finds in a call."""
    detection = PURGE_EQUIVALENT.find(call, estate)
    return detection.headline if detection else None


def changed(attributes: dict[str, object], estate: Estate = NOTHING_KNOWN) -> str | None:
    return found(called("SetQueueAttributes", {**QUEUE, "attributes": attributes}), estate)


def saved_in_the_console(attributes: dict[str, object], estate: Estate = NOTHING_KNOWN) -> str | None:
    parameters = {**QUEUE, "attributes": attributes}
    return found(called("SetQueueAttributes", parameters, sessionCredentialFromConsole="true"), estate)


@pytest.mark.parametrize(
    ("names", "resources"),
    [(KEY, []), ("1234", []), (None, [{"ARN": KEY}]), (f"{KEY[:16]}eu-west-1{KEY[25:]}", [])],
)
def test_a_key_of_a_queue_is_known_by_its_arn_or_its_id(names: str | None, resources: list[Any]) -> None:
    call = called("DisableKey", {"keyId": names}, eventSource=KMS, resources=resources)

    detection = PURGE_EQUIVALENT.find(call, Estate(queue_keys=(KEY,)))

    assert detection is not None
    assert (detection.headline, detection.target) == ("Key of an SQS queue disabled", KEY)
    assert PURGE_EQUIVALENT.find(call, NOTHING_KNOWN) is None
    assert PURGE_EQUIVALENT.find(call, Estate(queue_keys=(f"{KEY}5",))) is None


def test_a_key_that_is_not_named_may_be_a_queues_where_queues_have_keys() -> None:
    call = called("DisableKey", None, eventSource=KMS, errorCode="AccessDenied")
    elsewhere = KEY.replace("111122223333", "222233334444")

    assert found(call, Estate(queue_keys=(KEY,))) == "Unnamed key disabled: denied"
    assert found(call, Estate(queue_keys=(elsewhere,))) is None


@pytest.mark.parametrize(
    ("key", "headline"),
    [
        (KEY, None),
        ("1234", None),
        ("", None),
        ("alias/orders", "SQS queue given another key"),
        (f"{KEY}5", "SQS queue given another key"),
        (1234, "SQS queue given another key"),
        (KEY.replace("1111", "4444", 1), "SQS queue given another account's key"),
    ],
)
def test_a_queue_may_have_the_keys_that_the_inventory_names(key: object, headline: str | None) -> None:
    assert changed({"KmsMasterKeyId": key}, Estate(queue_keys=(KEY,))) == headline


def allow(**parts: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "*", **parts}


def only(operator: str, key: str, value: object) -> dict[str, object]:
    return {"Condition": {operator: {key: value}}}


IN_THE_ORGANIZATION = only("StringEquals", "aws:PrincipalOrgID", "o-exampleorgid")
EVERYBODY = "SQS queue opened to everybody"
OUTSIDER = "SQS queue opened to another account"
DOUBT = "SQS queue opened on a condition"
COLLEAGUE = "SQS queue opened in the organization"
PERMITTED = "Purge of an SQS queue permitted"
UNREADABLE = "Policy of an SQS queue is unreadable"


@pytest.mark.parametrize(
    ("statement", "headline"),
    [
        (allow(), EVERYBODY),
        (allow(Action="sqs:SendMessage"), EVERYBODY),
        (allow(Principal="*"), EVERYBODY),
        (allow(Principal={"AWS": ["111122223333", "444455556666"]}), OUTSIDER),
        (allow(Principal={"AWS": "222233334444"}), COLLEAGUE),
        (allow(Principal={"AWS": "222233334444"}, Action=["SQS:SendMessage"]), None),
        (allow(Principal={"AWS": "arn:aws:iam::111122223333:role/app"}), None),
        (allow(Principal={"AWS": "111122223333"}, Action="SQS:PurgeQueue"), PERMITTED),
        (allow(Principal={"AWS": "arn:aws:iam::111122223333:role/app"}, Action=["sqs:Purge*"]), PERMITTED),
        (allow(Principal={"AWS": "111122223333"}, Action="sqs:ReceiveMessage"), None),
        (allow(**IN_THE_ORGANIZATION), COLLEAGUE),
        (allow(Action="sqs:SendMessage", **IN_THE_ORGANIZATION), None),
        (allow(**only("StringEquals", "aws:PrincipalAccount", "111122223333")), None),
        (allow(**only("StringNotEquals", "aws:PrincipalAccount", "111122223333")), DOUBT),
        (allow(**only("StringEqualsIfExists", "aws:PrincipalAccount", "111122223333")), DOUBT),
        (allow(**only("StringLike", "aws:PrincipalArn", "*")), DOUBT),
        (allow(**only("Bool", "aws:SecureTransport", "true")), DOUBT),
        (allow(Principal={"Service": "lambda.amazonaws.com"}), DOUBT),
        (allow(Principal={"Service": "sns.amazonaws.com"}, Action="sqs:SendMessage"), None),
        (allow(Principal={"Service": "sns.amazonaws.com"}, Action="sqs:Send*"), DOUBT),
        (allow(Effect="Deny"), None),
        (allow(Effect="allow"), UNREADABLE),
        ({"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*"}, EVERYBODY),
        ("Allow", UNREADABLE),
    ],
)
def test_a_policy_opens_a_queue_unless_it_provably_does_not(statement: object, headline: str | None) -> None:
    estate = Estate(
        accounts={"111122223333": KnownAccount("ours"), "222233334444": KnownAccount("hub")},
        organization_id="o-exampleorgid",
    )

    for policy in ({"Statement": statement}, {"Statement": [allow(Effect="Deny"), statement]}):
        assert changed({"Policy": json.dumps(policy)}, estate) == headline
        assert changed({"Policy": policy}, estate) == headline


@pytest.mark.parametrize(
    ("policy", "headline"),
    [
        ("", "Policy of an SQS queue removed"),
        ({"Statement": []}, "Policy of an SQS queue removed"),
        ("{}", UNREADABLE),
        ("[1]", UNREADABLE),
        ("HIDDEN_DUE_TO_SECURITY_REASONS", UNREADABLE),
        (7, UNREADABLE),
    ],
)
def test_a_policy_that_is_gone_or_cannot_be_read_counts(policy: object, headline: str) -> None:
    assert changed({"Policy": policy}) == headline


@pytest.mark.parametrize(
    ("value", "is_short"),
    [
        ("86399", True),
        ("86400", False),
        (60, True),
        ("60.5", True),
        (True, True),
        (None, True),
        ("9" * 5_000, True),
    ],
)
def test_a_retention_below_a_day_counts_and_so_does_one_that_nobody_can_read(
    value: object, *, is_short: bool
) -> None:
    assert (changed({"MessageRetentionPeriod": value}) is not None) is is_short


def test_all_that_was_changed_at_once_is_told() -> None:
    attributes = {"RedrivePolicy": "", "MessageRetentionPeriod": "60", "DelaySeconds": "0"}
    call = called("SetQueueAttributes", {**QUEUE, "attributes": attributes})
    detection: Detection | None = PURGE_EQUIVALENT.find(call, NOTHING_KNOWN)

    assert detection is not None
    assert detection.headline == "SQS retention set to 60 seconds"
    assert detection.summary.startswith(
        "SQS retention set to 60 seconds; SQS queue's dead-letter queue removed. "
    )


OWN_DENIAL = {"Sid": "PurgeGuardDenyPurge", "Effect": "Deny", "Principal": "*", "Action": "sqs:PurgeQueue"}
PROTECTED = Estate(
    protected_queues={"arn:aws:sqs:us-east-1:111122223333:orders": own_statements_digest([OWN_DENIAL])}
)


@pytest.mark.parametrize("change", [changed, saved_in_the_console])
def test_a_protected_queue_may_not_lose_our_statement(
    change: Callable[[dict[str, object], Estate], str | None],
) -> None:
    saved = event_named("harmless-console-save")["detail"]["requestParameters"]["attributes"]
    without, kept = (
        {**saved, "Policy": json.dumps({"Statement": each})} for each in (allow(Effect="Deny"), OWN_DENIAL)
    )

    assert change(without, PROTECTED) == "Protection of an SQS queue removed"
    assert change({**saved, "Policy": ""}, PROTECTED) == "Protection of an SQS queue removed"
    assert saved_in_the_console(kept, PROTECTED) is None
    assert saved_in_the_console(without) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:*"},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Principal": {"AWS": "444455556666"}},
        {"Action": "sqs:DeleteQueue"},
        {"Sid": "PurgeGuardOther"},
    ],
    ids=["an allowance", "a condition", "another principal", "another action", "another name"],
)
def test_a_statement_that_is_only_called_like_ours_protects_nothing(changes: dict[str, object]) -> None:
    forged = {"Statement": [{**OWN_DENIAL, **changes}]}

    found = PURGE_EQUIVALENT.find(
        called("SetQueueAttributes", {**QUEUE, "attributes": {"Policy": json.dumps(forged)}}), PROTECTED
    )

    assert found is not None
    assert "Protection of an SQS queue removed" in found.summary


def test_our_statements_are_known_in_every_spelling_and_beside_others() -> None:
    spelled = {**OWN_DENIAL, "Principal": {"AWS": ["*"]}, "Action": ["SQS:PurgeQueue"]}
    policy = json.dumps({"Statement": [allow(Effect="Deny"), spelled]})

    assert changed({"Policy": policy}, PROTECTED) is None


@pytest.mark.parametrize("principal", ["AROAJMD24IEMKTX6BABJI", ["111122223333", "AIDAJMD24IEMKTX6BABJI"]])
def test_an_id_in_a_policy_that_is_set_may_be_anybodys(principal: object) -> None:
    named = "SQS queue opened to somebody who is named by an id alone"
    opened, sending = (
        json.dumps({"Statement": [allow(Principal={"AWS": principal}, Action=action)]})
        for action in ("sqs:*", "sqs:SendMessage")
    )

    assert changed({"Policy": opened}) == named
    assert changed({"Policy": sending}) is None


@pytest.mark.parametrize("name", ["Policy", "RedrivePolicy"])
def test_what_is_empty_counts_unless_the_console_saved_all_at_once(name: str) -> None:
    saved = event_named("harmless-console-save")["detail"]["requestParameters"]["attributes"]

    assert saved_in_the_console(saved) is None
    assert saved_in_the_console({**saved, name: "x"}) is not None
    assert changed(saved) is not None, "who sets as much by another tool knows what was there before"
    assert changed({name: ""}) is not None
    for left_out in FORM:
        rest = {key: value for key, value in saved.items() if key.lower() != left_out}
        assert saved_in_the_console(rest) is not None


@pytest.mark.parametrize(
    ("parameters", "headline"),
    [
        ({"aWSAccountIds": ["111122223333"], "actions": ["ReceiveMessage"]}, None),
        ({"AWSAccountIds": ["111122223333"], "Actions": ["*"]}, "Purge of an SQS queue permitted"),
        ({"aWSAccountId": "111122223333", "actionName": "purgequeue"}, "Purge of an SQS queue permitted"),
        ({"aWSAccountIds": ["111122223333"]}, "Purge of an SQS queue permitted"),
        ({"aWSAccountIds": ["111122223333", "444455556666"], "actions": ["SendMessage"]}, OUTSIDER),
        ({"aWSAccountIds": ["111122223333", 444455556666], "actions": ["SendMessage"]}, OUTSIDER),
        ({"actions": ["SendMessage"]}, OUTSIDER),
    ],
)
def test_a_permission_counts_for_another_account_or_to_purge(
    parameters: dict[str, Any], headline: str | None
) -> None:
    assert found(called("AddPermission", {**QUEUE, **parameters})) == headline


@pytest.mark.parametrize(
    ("outcome", "headline", "end"),
    [
        ({}, "SQS queue deleted", "as surely as a purge."),
        ({"errorCode": "AccessDenied"}, "SQS queue deleted: denied", "and nothing was changed."),
        ({"errorCode": "QueueDoesNotExist"}, "SQS queue deleted: failed", "and nothing was changed."),
    ],
)
def test_an_attempt_has_a_headline_of_its_own(outcome: dict[str, str], headline: str, end: str) -> None:
    detection = PURGE_EQUIVALENT.find(called("DeleteQueue", QUEUE, **outcome), NOTHING_KNOWN)

    assert detection is not None
    assert detection.headline == headline
    assert detection.summary.endswith(end)


def test_a_version_behind_a_name_makes_no_difference() -> None:
    assert found(called("DeleteQueue20121105", QUEUE)) == "SQS queue deleted"


@pytest.mark.parametrize(
    ("estate", "trail", "is_found"),
    [
        (Estate(trails=("audit",)), "audit", True),
        (Estate(trails=("arn:aws:cloudtrail:us-east-1:111122223333:trail/audit",)), "audit", True),
        (Estate(trails=("audit",)), "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit", True),
        (Estate(trails=("audit",)), "audit-2", False),
        (Estate(trusts_any_trail=True), "whatever", True),
        (Estate(), None, True),
    ],
)
def test_the_trails_that_the_inventory_relies_on_are_ours(
    estate: Estate, trail: str | None, *, is_found: bool
) -> None:
    call = called("StopLogging", {"name": trail} if trail else None, eventSource="cloudtrail.amazonaws.com")

    assert (GUARD_TAMPERED.find(call, estate) is not None) is is_found


def at(path: str, value: object) -> dict[str, Any]:
    """Return an object that has a value at the end of a path of keys."""
    first, _, rest = path.partition(".")
    return {first: at(rest, value) if rest else value}


def ways_to_name() -> list[tuple[str, str, str, str]]:
    """Return every source and call with the field of the record and the path in it that name the thing."""
    fields = (("requestParameters", NAMED_BY), ("responseElements", ANSWERED_WITH))
    return [
        (source, name, field, path)
        for field, named in fields
        for source, paths in named.items()
        for path, names in paths.items()
        for name in sorted(names)
    ]


SHAPES = [
    "{}",
    "arn:aws:x:us-east-1:111122223333:thing/{}",
    "/aws/lambda/{}",
    "https://x/1/{}",
    "alias/{}",
    "a:{}:1",
]


@given(
    way=st.sampled_from(ways_to_name()),
    shape=st.sampled_from(SHAPES),
    subject=st.sampled_from(["purge-guard-x", "purge-guardian", "my-purge-guard-x", "checkout"]),
    is_listed=st.booleans(),
    version=st.sampled_from(["", "20150331", "20150331v2"]),
)
def test_whatever_tampering_is_found_gets_through_the_pattern(
    way: tuple[str, str, str, str], shape: str, subject: str, *, is_listed: bool, version: str
) -> None:
    source, name, field, path = way
    value = shape.format(subject)
    record = {**RECORD, "requestParameters": None, "eventSource": source, "eventName": name + version}
    record[field] = at(path, [value, "x"] if is_listed else value)
    detection = GUARD_TAMPERED.find(read_call(Received(record)), NOTHING_KNOWN)

    assert (detection is not None) is (subject == "purge-guard-x")
    assert matches(GUARD_TAMPERED.event_pattern, on_bus(record)) or detection is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (source, name)
        for source in CALLS
        for name in sorted(
            CALLS[source]
            - ABOUT_THE_ACCOUNT.get(source, frozenset())
            # Which account nobody says may be one of ours.
            - ABOUT_AN_ACCOUNT.get(source, frozenset())
        )
    ],
)
@pytest.mark.parametrize(
    "arn", ["arn:aws:x:us-east-1:1:thing:purge-guard-x", "arn:aws:x:us-east-1:1:thing/x"]
)
def test_what_aws_names_counts_for_every_call(source: str, name: str, arn: str) -> None:
    named = {"resources": [{"ARN": arn}]}
    user = "arn:aws:sts::1:assumed-role/purge-guard-x/y"
    message = f"User: {user} is not authorized to perform: a:B on resource: {arn} because of a policy"
    denied = {"errorCode": "AccessDenied", "errorMessage": message}
    for fields in (named, denied):
        record = {**RECORD, "requestParameters": None, "eventSource": source, "eventName": name, **fields}
        detection = GUARD_TAMPERED.find(read_call(Received(record)), NOTHING_KNOWN)

        assert (detection is not None) is arn.endswith("purge-guard-x")
        assert matches(GUARD_TAMPERED.event_pattern, on_bus(record)) or detection is None


OWN = "arn:aws:{}:us-east-1:111122223333:{}"
ENCRYPTION = {
    "aws:lambda:FunctionArn": OWN.format("lambda", "function:purge-guard-alert"),
    "aws:sns:topicArn": OWN.format("sns", "purge-guard-alerts"),
}
OPERATION: list[tuple[str, str, dict[str, Any]]] = [
    (
        "kms.amazonaws.com",
        "CreateGrant",
        {"keyId": KEY, "granteePrincipal": "dynamodb.us-east-1.amazonaws.com"},
    ),
    ("kms.amazonaws.com", "GenerateDataKey", {"keyId": KEY, "encryptionContext": ENCRYPTION}),
    ("sts.amazonaws.com", "AssumeRole", {"roleArn": "arn:aws:iam::111122223333:role/purge-guard-triage"}),
    ("securityhub.amazonaws.com", "BatchImportFindings", {"findings": ["purge-guard-x"]}),
    ("logs.amazonaws.com", "CreateLogStream", {"logGroupName": "/aws/lambda/purge-guard-alert"}),
    ("lambda.amazonaws.com", "Invoke", {"functionName": "purge-guard-alert"}),
    ("dynamodb.amazonaws.com", "UpdateItem", {"tableName": "purge-guard-ledger"}),
    ("sns.amazonaws.com", "Publish", {"topicArn": OWN.format("sns", "purge-guard-alerts")}),
    ("sqs.amazonaws.com", "SendMessage", {"queueUrl": f"{QUEUE['queueUrl']}/purge-guard-undelivered"}),
]
"""What purge-guard and AWS do as it runs. Where a trail records data events, the last four are some."""


@pytest.mark.parametrize(("source", "name", "parameters"), OPERATION, ids=[name for _, name, _ in OPERATION])
def test_what_purge_guard_does_as_it_runs_never_comes_back_to_it(
    source: str, name: str, parameters: dict[str, Any]
) -> None:
    is_management = (source, name, parameters) not in OPERATION[-4:]
    record = {
        **RECORD,
        "eventSource": source,
        "eventName": name,
        "requestParameters": parameters,
        "managementEvent": is_management,
    }

    assert not any(matches(rule.event_pattern, on_bus(record)) for rule in RULES)
    assert finding_rule(read_call(Received(record)), Estate(queue_keys=(KEY,))) is None


def parts_of(event: dict[str, Any]) -> tuple[str | None, str]:
    (alert,) = alerts_in(event)
    return alert.target, alert.title


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("tampering-function-by-arn", "purge-guard-alert"),
        ("tampering-alarm-deleted", "purge-guard-hub-undelivered"),
        ("tampering-denied-without-parameters", "purge-guard-alert"),
        ("tampering-own-queue-purged", "purge-guard-undelivered"),
        ("tampering-log-deleted", "purge-guard-alert"),
        ("tampering-organization-policy", "purge-guard-service-control"),
        ("tampering-account-leaves", "111122223333"),
        ("tampering-trail-distrusted", "cloudtrail.amazonaws.com"),
    ],
)
def test_the_alert_names_the_part(name: str, part: str) -> None:
    target, title = parts_of(event_named(name))

    assert target == part
    assert part in title


@pytest.mark.parametrize("name", sorted(CALLS["sqs.amazonaws.com"] - {"StartMessageMoveTask"}))
def test_our_own_queue_is_known_however_its_url_is_spelled(name: str) -> None:
    record = {
        **RECORD,
        "eventName": name,
        "requestParameters": {"QueueUrl": f"{QUEUE['queueUrl'][:-6]}purge-guard-x"},
    }
    call = read_call(Received(record))

    assert GUARD_TAMPERED.find(call, NOTHING_KNOWN) is not None
    # The patterns of the other rules let every such call through.
    assert any(matches(rule.event_pattern, on_bus(record)) for rule in RULES)


HUB_KEYS = Estate(own_keys=("arn:aws:kms:us-east-1:222233334444:key/5678", KEY), queue_keys=(KEY,))


@pytest.mark.parametrize("event_name", sorted(KEY_CALLS))
@pytest.mark.parametrize("key", ["5678", "arn:aws:kms:us-east-1:222233334444:key/5678"])
def test_to_lose_a_key_of_the_hub_is_tampering(event_name: str, key: str) -> None:
    call = called(event_name, {"keyId": key}, eventSource=KMS)

    detection = GUARD_TAMPERED.find(call, HUB_KEYS)

    assert detection is not None
    assert f"{event_name} on one of its keys" in detection.summary
    assert detection.target == HUB_KEYS.own_keys[0]
    assert is_forwarded(call), "the pattern of the other card lets it through"


def test_another_key_is_nobodys_and_one_that_is_both_is_tampering_first() -> None:
    other, both = (called("DisableKey", {"keyId": key}, eventSource=KMS) for key in ("9999", KEY))

    assert GUARD_TAMPERED.find(other, HUB_KEYS) is None
    rule, _ = finding_rule(both, HUB_KEYS) or (None, None)
    assert rule is GUARD_TAMPERED


def is_forwarded(call: ApiCall) -> bool:
    event = {
        "source": "aws.kms",
        "detail-type": DETAIL_TYPE,
        "detail": {"eventSource": KMS, "eventName": call.called},
    }
    return any(matches(rule.event_pattern, event) for rule in RULES)


@pytest.mark.parametrize(
    ("event_name", "parameters", "target"),
    [
        ("DetachPolicy", {"policyId": "p-1234", "targetId": "ou-1"}, "p-1234"),
        ("DeletePolicy", {"policyId": "p-1234"}, "p-1234"),
        ("DisablePolicyType", {"policyType": "SERVICE_CONTROL_POLICY"}, "SERVICE_CONTROL_POLICY"),
        ("UpdatePolicy", {"policyId": "p-1234", "name": "other"}, "p-1234"),
        ("UpdatePolicy", None, None),
        ("DetachPolicy", None, None),
    ],
)
def test_a_policy_of_the_organization_that_goes_counts_where_some_are_ours(
    event_name: str, parameters: dict[str, Any] | None, target: str | None
) -> None:
    call = called(event_name, parameters, eventSource="organizations.amazonaws.com")

    detection = GUARD_TAMPERED.find(call, Estate(has_organization_policies=True))

    assert detection is not None
    assert "look which one it is" in detection.summary
    assert detection.target == target
    assert GUARD_TAMPERED.find(call, NOTHING_KNOWN) is None


@pytest.mark.parametrize(
    ("event_name", "parameters"),
    [
        ("DetachPolicy", {"policyId": "p-FullAWSAccess", "targetId": "ou-1"}),
        ("DetachPolicy", {"policyId": "p-RCPFullAWSAccess", "targetId": "ou-1"}),
        ("DisablePolicyType", {"policyType": "TAG_POLICY"}),
    ],
)
def test_what_cannot_be_a_policy_of_ours_is_none(event_name: str, parameters: dict[str, Any]) -> None:
    call = called(event_name, parameters, eventSource="organizations.amazonaws.com")

    assert GUARD_TAMPERED.find(call, Estate(has_organization_policies=True)) is None


@pytest.mark.parametrize("event_name", ["CloseAccount", "MoveAccount", "RemoveAccountFromOrganization"])
def test_an_account_that_goes_counts_where_it_is_watched(event_name: str) -> None:
    estate = Estate({"111122223333": KnownAccount("shop")})
    source = "organizations.amazonaws.com"
    ours, other = (
        called(event_name, {"accountId": account}, eventSource=source)
        for account in ("111122223333", "444455556666")
    )

    detection = GUARD_TAMPERED.find(ours, estate)

    assert detection is not None
    assert (detection.target, "an account that it watches" in detection.summary) == ("111122223333", True)
    assert GUARD_TAMPERED.find(other, estate) is None
