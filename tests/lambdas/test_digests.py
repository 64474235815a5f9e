"""Batches of the digest queue: each is one message, and what was not told comes again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from lambdas.alert import handler
from lambdas.alert.admission import Admission
from lambdas.alert.channels.bus import BusChannel
from lambdas.alert.channels.chat import ChatChannel
from lambdas.alert.channels.security_hub import SecurityHubChannel
from lambdas.alert.channels.topic import TopicChannel
from lambdas.alert.digest_message import SEVERAL, digest_message
from lambdas.alert.digests import (
    DigestQueue,
    DigestServices,
    is_batch,
    tell_digest,
)
from lambdas.alert.told_entries import Standing, ToldEntries
from policies.detection.alert import NOTHING_KNOWN, alerts_in
from policies.detection.burst import PLACES, Lane
from policies.detection.digest import MOST_ENTRIES, Digest
from policies.detection.digest_entry import read_entry
from policies.detection.digest_finding import digest_detection_finding
from policies.naming import Place
from policies.settings import AlertSettings
from tests.events import event_named
from tests.events.arbitrary import RECORD
from tests.lambdas.local_services import ACCOUNT, REGION, TABLE, LocalServices
from tests.lambdas.test_handler import LambdaContext
from tests.policies.detection.digests import LOG, entry, longest_entry

if TYPE_CHECKING:
    from lambdas.alert.channels import Channel
    from policies.detection.digest_entry import DigestEntry

QUEUE = "purge-guard-digest"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{QUEUE}"
SECONDS = 60.0
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)


def record(entry: DigestEntry, *, receive_count: int = 1) -> dict[str, Any]:
    return {
        "messageId": f"m-{entry.event_id}",
        "body": entry.json,
        "attributes": {"ApproximateReceiveCount": str(receive_count)},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}",
    }


def batch(*entries: DigestEntry, receive_count: int = 1) -> dict[str, Any]:
    return {"Records": [record(each, receive_count=receive_count) for each in entries]}


def services(local: LocalServices, *others: Channel) -> DigestServices:
    admission = Admission(local.dynamodb, TABLE, local.clock.now, local.clock.sleep)
    told = ToldEntries(local.dynamodb, TABLE, local.clock.now)
    return DigestServices((topic(local), *others), admission, told)


def topic(local: LocalServices, *, is_ocsf: bool = False) -> TopicChannel:
    return TopicChannel(local.sns, local.topic_arn, NOTHING_KNOWN, is_ocsf=is_ocsf, now=lambda: NOW)


def tell(local: LocalServices, event: dict[str, Any], seconds: float = SECONDS) -> tuple[str, list[str]]:
    """Return what was decided about a batch, and the messages that have to come again."""
    end = local.clock.now() + seconds
    outcome = tell_digest(event, services(local), lambda: end - local.clock.now())
    failures: Any = outcome.response["batchItemFailures"]
    return str(outcome.entry["decision"]), [failure["itemIdentifier"] for failure in failures]


def test_a_batch_is_one_message(local: LocalServices) -> None:
    assert tell(local, batch(entry(1), entry(2), entry(3))) == ("sent", [])

    (document,) = local.received()
    assert (document["kind"], document["count"], document["repeated"]) == ("digest", 3, 0)
    assert document["keys"] == [entry(1).key, entry(2).key, entry(3).key]


def test_an_alert_that_is_twice_in_a_batch_is_counted_once(local: LocalServices) -> None:
    tell(local, batch(entry(1), entry(2), entry(1, is_repeated=True)))

    (document,) = local.received()
    assert (document["count"], document["repeated"]) == (2, 0)


def test_what_sqs_delivers_again_is_not_told_again(local: LocalServices) -> None:
    tell(local, batch(entry(1), entry(2)))
    assert tell(local, batch(entry(1), entry(2))) == ("already sent", [])
    tell(local, batch(entry(2), entry(3), receive_count=2))

    assert [document["keys"] for document in local.received()] == [
        [entry(1).key, entry(2).key],
        [entry(3).key],
    ]


def test_what_may_have_been_told_before_says_so(local: LocalServices) -> None:
    tell(local, batch(entry(1), receive_count=2))

    (document,) = local.received()
    assert document["repeated"] == 1


def test_what_is_noted_expires_a_day_after_the_queue_forgets(local: LocalServices) -> None:
    tell(local, batch(entry(1)))

    item = local.item(f"digested#{entry(1).key}")
    assert item["expires_at"] == {"N": str(int(local.clock.now()) + 15 * 86_400)}


def test_a_topic_that_refuses_makes_the_whole_batch_come_again(local: LocalServices) -> None:
    with Stubber(local.sns) as stubber:
        stubber.add_client_error("publish", "InternalError")
        with pytest.raises(ClientError, match="InternalError"):
            tell(local, batch(entry(1)))

    assert tell(local, batch(entry(1), receive_count=2)) == ("sent", [])
    assert len(local.received()) == 1


def use_up_the_places(local: LocalServices) -> None:
    for number in range(PLACES[Lane.DIGESTS]):
        tell(local, batch(entry(1_000 + number)))
    local.received()


def test_a_digest_without_a_place_waits_for_the_next_ones(local: LocalServices) -> None:
    local.clock.sleep(65)
    use_up_the_places(local)
    start = local.clock.now()

    assert tell(local, batch(entry(1))) == ("sent", [])
    assert local.clock.now() == start + 15


def test_a_digest_that_cannot_wait_so_long_gives_its_messages_back(local: LocalServices) -> None:
    use_up_the_places(local)

    assert tell(local, batch(entry(1), entry(2)), seconds=30) == ("postponed", ["m-e-1", "m-e-2"])
    assert local.received() == []
    local.clock.sleep(60)
    assert tell(local, batch(entry(1), entry(2), receive_count=2)) == ("sent", [])


def test_what_found_no_place_was_told_by_nobody_and_does_not_say_that_it_may_have_been(
    local: LocalServices,
) -> None:
    use_up_the_places(local)
    for receives in (1, 2):
        tell(local, batch(entry(1), receive_count=receives), seconds=30)
    tell(local, batch(entry(2, is_repeated=True)), seconds=30)
    local.clock.sleep(60)
    tell(local, batch(entry(1), receive_count=3))
    tell(local, batch(entry(2, is_repeated=True), receive_count=2))
    local.clock.sleep(60)
    assert tell(local, batch(entry(1), receive_count=4)) == ("already sent", [])

    documents = local.received()
    assert [(each["count"], each["repeated"]) for each in documents] == [(1, 0), (1, 1)]


def test_what_was_received_once_more_than_it_found_no_place_may_have_been_told(local: LocalServices) -> None:
    use_up_the_places(local)
    tell(local, batch(entry(1)), seconds=30)
    local.clock.sleep(60)
    tell(local, batch(entry(1), receive_count=3))

    (document,) = local.received()
    assert document["repeated"] == 1


def test_a_message_that_nobody_can_read_is_told_and_not_lost(local: LocalServices) -> None:
    event = batch(entry(1))
    event["Records"][0]["body"] = "not json"

    assert tell(local, event) == ("sent", [])
    (document,) = local.received()
    assert document["entries"][0]["target"] == "not json"
    assert document["keys"] == ["message#m-e-1"]


@pytest.mark.parametrize("operation", ["batch_get_item", "batch_write_item"])
def test_a_ledger_that_refuses_keeps_no_digest_from_being_told(local: LocalServices, operation: str) -> None:
    client: Any = boto3.client("dynamodb", region_name=REGION)
    told = ToldEntries(client, TABLE, local.clock.now)
    with Stubber(client) as stubber:
        if operation == "batch_write_item":
            stubber.add_response("batch_get_item", {"Responses": {}})
        stubber.add_client_error(operation, "AccessDeniedException")
        if operation == "batch_get_item":
            stubber.add_response("batch_write_item", {})
        usual = services(local)
        outcome = tell_digest(
            batch(entry(1)),
            DigestServices(usual.channels, usual.admission, told),
            lambda: SECONDS,
        )

    assert len(local.received()) == 1
    doubts = (outcome.entry["doubt"], outcome.entry["unconfirmed"])
    assert ["AccessDeniedException" in str(doubt) for doubt in doubts] == [
        operation == "batch_get_item",
        operation == "batch_write_item",
    ]


def test_what_dynamodb_leaves_out_is_asked_for_again_with_a_stubbed_client(local: LocalServices) -> None:
    client: Any = boto3.client("dynamodb", region_name=REGION)
    key, item = {"id": {"S": "digested#a"}}, {"id": {"S": "digested#a"}, "expires_at": {"N": "1"}}
    unread = {TABLE: {"Keys": [key]}}
    unwritten = {TABLE: [{"PutRequest": {"Item": item}}]}
    told = ToldEntries(client, TABLE, local.clock.now)
    with Stubber(client) as stubber:
        stubber.add_response(
            "batch_get_item", {"Responses": {}, "UnprocessedKeys": unread}, {"RequestItems": unread}
        )
        stubber.add_response("batch_get_item", {"Responses": {TABLE: [key]}})
        assert told.standing(["a"]) == Standing(frozenset({"a"}))
        stubber.add_response("batch_write_item", {"UnprocessedItems": unwritten})
        stubber.add_response("batch_write_item", {}, {"RequestItems": unwritten})
        assert told.add(["a"]) is None
        for _ in range(3):
            stubber.add_response("batch_write_item", {"UnprocessedItems": unwritten})
        assert told.add(["a"]) == f"the ledger {TABLE} did not note 1 of what was told"


def test_the_chat_is_told_too_and_cannot_keep_the_mail_from_being_told(local: LocalServices) -> None:
    chat = local.sns.create_topic(Name="purge-guard-chat")["TopicArn"]
    local.sns.subscribe(
        TopicArn=chat, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:security-team"
    )
    channel = ChatChannel(local.sns, chat)
    tell_digest(batch(entry(1)), services(local, channel), lambda: SECONDS)
    local.sns.delete_topic(TopicArn=chat)
    outcome = tell_digest(batch(entry(2)), services(local, channel), lambda: SECONDS)

    first, notification, second = local.received()
    assert (first["kind"], notification["source"], second["kind"]) == ("digest", "custom", "digest")
    assert "NotFound" in outcome.failures["chat"]
    assert outcome.entry["ChannelFailures"] == 1
    assert tell(local, batch(entry(2), receive_count=2)) == ("already sent", [])


def test_whoever_has_a_rule_on_the_bus_gets_the_digest(local: LocalServices) -> None:
    events: Any = boto3.client("events", region_name=REGION)
    events.create_event_bus(Name="purge-guard-hub")
    pattern = {"source": ["purge-guard"], "detail-type": ["purge-guard digest"], "detail": {"count": [2]}}
    events.put_rule(Name="theirs", EventBusName="purge-guard-hub", EventPattern=json.dumps(pattern))
    url = local.sqs.create_queue(QueueName="theirs")["QueueUrl"]
    target = {"Id": "theirs", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:theirs"}
    events.put_targets(Rule="theirs", EventBusName="purge-guard-hub", Targets=[target])

    bus = BusChannel(lambda: events, "purge-guard-hub")
    tell_digest(batch(entry(1), entry(2)), services(local, bus), lambda: SECONDS)

    (message,) = local.sqs.receive_message(QueueUrl=url)["Messages"]
    detail = json.loads(message["Body"])["detail"]
    assert (detail["kind"], detail["keys"]) == ("digest", [entry(1).key, entry(2).key])


def test_security_hub_gets_one_finding_for_all(local: LocalServices) -> None:
    security_hub = boto3.client("securityhub", region_name=REGION)
    security_hub.enable_security_hub()
    channel = SecurityHubChannel(lambda: security_hub, Place(ACCOUNT, REGION), lambda: NOW)

    outcome = tell_digest(batch(entry(1), entry(2)), services(local, channel), lambda: SECONDS)

    (finding,) = security_hub.get_findings()["Findings"]
    ids: Any = outcome.entry["ids"]
    assert finding["Id"] == ids["security-hub"]
    assert finding["Title"] == "[MEDIUM] 2 more alerts: 1 queue, 1 actor, 1 account"


def test_programs_get_ocsf_where_it_is_asked_for(local: LocalServices) -> None:
    usual = services(local)
    asked = DigestServices((topic(local, is_ocsf=True),), usual.admission, usual.told)
    tell_digest(batch(entry(1), entry(2)), asked, lambda: SECONDS)

    (finding,) = local.received()
    assert (finding["class_uid"], finding["count"]) == (2004, 2)
    assert finding["unmapped"]["keys"] == [entry(1).key, entry(2).key]


@pytest.mark.parametrize("is_ocsf", [False, True], ids=["own", "OCSF"])
def test_a_full_batch_of_the_longest_entries_fits_into_a_message_of_sns(is_ocsf: bool) -> None:
    digest = Digest(tuple(longest_entry(number, '"') for number in range(MOST_ENTRIES)), LOG)
    document = digest_detection_finding(digest, NOW) if is_ocsf else None
    message = digest_message(digest, document)

    sizes = [len(message["Message"].encode())]
    for name, attribute in message["MessageAttributes"].items():
        sizes += [len(name), len(attribute["DataType"]), len(attribute["StringValue"])]
    assert sum(sizes) <= 262_144
    assert message["MessageAttributes"]["queue"] == {"DataType": "String", "StringValue": SEVERAL}


def test_a_subscriber_who_filters_by_an_account_gets_every_digest_that_it_is_in() -> None:
    digest = Digest((entry(1), entry(2, account="444455556666", owners=("payments",))), LOG)
    attributes = digest_message(digest)["MessageAttributes"]

    assert json.loads(attributes["account"]["StringValue"]) == ["111122223333", "444455556666"]
    assert attributes["severity"] == {"DataType": "String", "StringValue": "medium"}
    assert attributes["owner"] == {"DataType": "String.Array", "StringValue": '["payments"]'}
    assert set(attributes) == {"severity", "outcome", "account", "region", "queue", "rule", "owner"}


def test_without_owners_there_is_no_attribute_for_them() -> None:
    assert "owner" not in digest_message(Digest((entry(1),), LOG))["MessageAttributes"]


def test_mail_gets_the_text_and_programs_the_document() -> None:
    bodies = json.loads(digest_message(Digest((entry(1),), LOG))["Message"])

    assert json.loads(bodies["default"])["kind"] == "digest"
    assert bodies["email"].startswith("1 alert in addition")
    assert bodies["sms"] == "[MEDIUM] 1 more alert: 1 queue, 1 actor, 1 account"


def test_an_alert_waits_in_the_queue_as_an_entry(local: LocalServices) -> None:
    url = local.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    (alert,) = alerts_in(event_named("purged-by-role-session"))
    identity = DigestQueue(local.sqs, url, NOTHING_KNOWN).add(alert, is_repeated=True)

    (message,) = local.sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["MessageId"] == identity
    waiting = read_entry(message["Body"], identity)
    assert (waiting.key, waiting.is_repeated) == (alert.key, True)


def test_a_batch_of_the_digest_queue_is_known_by_its_source() -> None:
    assert is_batch(batch(entry(1), entry(2)), URL)


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        {"Records": []},
        {"Records": "text"},
        {"Records": [RECORD]},
        {"Records": [{**record(entry(1)), "eventSource": "aws:s3"}]},
        {"Records": [{**record(entry(1)), "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:other"}]},
        {"Records": [{**record(entry(1)), "eventSourceARN": f"arn:aws:sqs:{REGION}:444455556666:{QUEUE}"}]},
        {"Records": [record(entry(1)), RECORD]},
    ],
    ids=["empty", "list", "no record", "text", "CloudTrail", "S3", "other queue", "other account", "mixed"],
)
def test_nothing_else_is_taken_for_one(event: object) -> None:
    assert not is_batch(event, URL)


def test_without_a_queue_there_are_no_batches() -> None:
    assert not is_batch(batch(entry(1)), "")


def test_the_entry_point_answers_the_mapping_which_messages_have_to_come_again(
    local: LocalServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = AlertSettings(local.topic_arn, TABLE, ledger_days=90, digest_queue_url=URL)
    for name, value in {**settings.to_environment(), "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    handler.runtime.cache_clear()

    assert handler.handle(batch(entry(1)), LambdaContext()) == {"batchItemFailures": []}
    (document,) = local.received()
    assert document["count"] == 1
    handler.runtime.cache_clear()
