from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import get_session
from jsonschema import Draft202012Validator

from lambdas.alert.channels import Sent, send_to_channels
from lambdas.alert.channels.making import channels_of
from policies.detection.alert import Alert, alerts_in, with_triage
from policies.detection.estate import Estate, KnownAccount
from policies.detection.triage.evidence import Evidence, Triage
from policies.settings import AlertSettings
from tests.events import event_named
from tests.events.arbitrary import largest_record
from tests.lambdas.aws_answers import DENIED, SILENCE, THROTTLED, Garbage, Refusal, aws_answers
from tests.policies.detection.custom_notification import CUSTOM_NOTIFICATION
from tests.policies.detection.security_hub_schema import security_hub_problems
from tests.policies.detection.triaged import flooded

if TYPE_CHECKING:
    from tests.lambdas.aws_answers import Answer, AwsAnswers, Request

TOPIC = "arn:aws:sns:eu-west-1:222233334444:purge-guard-alerts"
CHAT = "arn:aws:sns:eu-west-1:222233334444:purge-guard-chat"
NAMES = ("topic", "chat", "security-hub", "bus")

SETTINGS = AlertSettings(
    topic_arn=TOPIC,
    ledger_table="ledger",
    ledger_days=90,
    chat_topic_arn=CHAT,
    bus_name="purge-guard-hub",
    security_hub=True,
)
ESTATE = Estate({"111122223333": KnownAccount("shop", owner="payments")}, owners=("payments", "orders"))
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)

# What is refused here is refused on purpose: trying again would change nothing.
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})

ACCEPTED: dict[str, Answer] = {
    "topic": {"MessageId": "m-1"},
    "chat": {"MessageId": "m-2"},
    "security-hub": {"FailedCount": 0, "SuccessCount": 1, "FailedFindings": []},
    "bus": {"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]},
}

XML = Garbage(b"<PublishResponse><PublishResult><MessageId")
JSON = Garbage(b'{"FailedCount": "x", "FailedEntryCount": []')
OF_ANOTHER_SHAPE = Garbage(b'{"Entries": 3, "SuccessCount": [], "FailedFindings": 7}')
BAD: dict[str, Answer] = {
    "denied": DENIED,
    "throttled": THROTTLED,
    "out of order": Refusal("InternalError", "try again", status=500),
    "silent": SILENCE,
    "empty": {},
    "cut off": XML,
    "another cut off": JSON,
    "of another shape": OF_ANOTHER_SHAPE,
}


# Security Hub's model takes half a second to read.
LOADER = create_loader()


def new_session() -> Any:  # noqa: ANN401 - botocore has no types for what it creates
    """Return a session like the function's, which the table of answers reaches."""
    session = get_session()
    session.register_component("data_loader", LOADER)
    return session


def alert_of(tag: str = "orders") -> Alert:
    (alert,) = alerts_in(event_named("purged-by-role-session"))
    return with_triage(alert, Triage(evidence=Evidence(queue_owner=tag)), None, ESTATE)


def send(
    answers: dict[str, Answer], alert: Alert | None = None, served: frozenset[str] = frozenset()
) -> tuple[Sent, AwsAnswers, list[str]]:
    """Send an alert to all channels, and return what was asked and which clients were created as well."""
    created: list[str] = []

    def client(service: str) -> Any:  # noqa: ANN401 - botocore has no types for what it creates
        created.append(service)
        return session.create_client(service, region_name="eu-west-1", config=ONE_ATTEMPT)

    def publish(request: Request) -> Answer:
        return answers["topic" if request.parameters["TopicArn"] == TOPIC else "chat"]

    table: dict[str, Any] = {
        "sns.Publish": publish,
        "securityhub.BatchImportFindings": answers["security-hub"],
        "events.PutEvents": answers["bus"],
    }
    with aws_answers(table) as aws:
        session = new_session()
        channels = channels_of(SETTINGS, ESTATE, client, lambda: NOW)
        told = alert or alert_of()
        sent = send_to_channels(lambda channel: channel.send(told), channels, served)
    return sent, aws, created


def test_every_channel_gets_the_alert_and_people_get_it_first() -> None:
    sent, aws, _ = send(ACCEPTED)

    assert sent.failures == {}
    assert sent.served == frozenset(NAMES)
    assert list(sent.ids) == list(NAMES)
    assert (sent.ids["topic"], sent.ids["bus"]) == ("m-1", "e-1")
    assert aws.operations == [
        "sns.Publish",
        "sns.Publish",
        "securityhub.BatchImportFindings",
        "events.PutEvents",
    ]
    assert aws.requests[0].parameters["TopicArn"] == TOPIC


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("name", NAMES)
def test_a_channel_that_fails_says_so_and_keeps_no_other_from_being_told(name: str, bad: Answer) -> None:
    sent, _, _ = send({**ACCEPTED, name: bad})

    assert sent.failures.keys() == {name}
    assert sent.failures[name]
    assert sent.served == frozenset(NAMES) - {name}


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        (
            "security-hub",
            {
                "FailedCount": 1,
                "SuccessCount": 0,
                "FailedFindings": [
                    {"Id": "f", "ErrorCode": "InvalidInput", "ErrorMessage": "Resource Id is empty"}
                ],
            },
            "Security Hub refused the finding (InvalidInput: Resource Id is empty)",
        ),
        (
            "bus",
            {
                "FailedEntryCount": 1,
                "Entries": [{"ErrorCode": "InternalFailure", "ErrorMessage": "try again"}],
            },
            "the bus purge-guard-hub refused the event (InternalFailure: try again)",
        ),
    ],
)
def test_a_success_that_holds_a_failure_is_a_failure(name: str, answer: Answer, sentence: str) -> None:
    sent, _, _ = send({**ACCEPTED, name: answer})

    assert sent.failures == {name: sentence}


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_that_has_the_alert_is_left_alone(name: str) -> None:
    sent, aws, _ = send(ACCEPTED, served=frozenset(NAMES) - {name})

    assert list(sent.ids) == [name]
    assert sent.served == frozenset(NAMES)
    assert len(aws.requests) == 1


def test_people_do_not_wait_for_the_clients_of_other_channels() -> None:
    def client(service: str) -> Any:  # noqa: ANN401 - botocore has no types for what it creates
        assert service == "sns", f"a client of {service} before anybody is told"
        return new_session().create_client("sns", region_name="eu-west-1")

    channels = channels_of(SETTINGS, ESTATE, client, lambda: NOW)

    assert [channel.name for channel in channels] == list(NAMES)


def test_a_client_is_not_created_for_a_channel_that_has_the_alert() -> None:
    _, _, created = send(ACCEPTED, served=frozenset({"security-hub", "bus"}))

    assert set(created) == {"sns"}


def test_the_owners_are_in_the_attribute_that_their_subscriptions_filter_on() -> None:
    _, aws, _ = send(ACCEPTED, alert_of(tag="orders"))

    owner = aws.requests[0].parameters["MessageAttributes"]["owner"]
    assert owner["DataType"] == "String.Array"
    assert json.loads(owner["StringValue"]) == ["orders", "payments"]


@pytest.mark.parametrize("filler", ["a", "\u202e", "`", "😀", "\ud800"], ids=ascii)
def test_what_an_attacker_fills_fits_every_channel(filler: str) -> None:
    sent, aws, _ = send(ACCEPTED, flooded(largest_record(filler), filler))

    assert sent.failures == {}
    topic, chat, hub, bus = (request.parameters for request in aws.requests)
    assert json.loads(json.loads(topic["Message"])["sqs"])["kind"] == "purge"
    Draft202012Validator(CUSTOM_NOTIFICATION).validate(json.loads(chat["Message"]))
    assert security_hub_problems(hub["Findings"][0]) == []
    assert json.loads(bus["Entries"][0]["Detail"])["kind"] == "purge"


@pytest.mark.parametrize("json_format", ["own", "ocsf"])
def test_programs_get_the_format_that_the_settings_name(json_format: str) -> None:
    settings = AlertSettings(TOPIC, "ledger", ledger_days=90, json_format=json_format)
    with aws_answers({"sns.Publish": ACCEPTED["topic"]}) as aws:
        client = new_session().create_client("sns", region_name="eu-west-1")
        (topic,) = channels_of(settings, ESTATE, lambda _: client, lambda: NOW)
        topic.send(alert_of())

    bodies = json.loads(aws.requests[0].parameters["Message"])
    document = json.loads(bodies["sqs"])
    assert (document.get("schema"), document.get("class_uid")) == ((1, None), (None, 2004))[
        json_format == "ocsf"
    ]
    assert bodies["default"].startswith("Somebody emptied an SQS queue.")
