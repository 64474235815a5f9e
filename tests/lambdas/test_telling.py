from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.alert.admission import Admission
from lambdas.alert.channels import ChannelError
from lambdas.alert.channels.bus import BusChannel
from lambdas.alert.channels.chat import ChatChannel
from lambdas.alert.channels.making import channels_of
from lambdas.alert.handler import process
from lambdas.alert.runtime import read_archive
from lambdas.alert.telling import NotToldError
from policies.detection.alert import NOTHING_KNOWN, Alert, alerts_in
from policies.detection.burst import PLACES, SLOT_SECONDS, Lane
from policies.detection.estate import Estate, KnownAccount
from policies.detection.estate_document import FILE, estate_json
from policies.detection.exceptions import PurgeException, Schedule
from policies.detection.triage.evidence import Evidence, Triage
from policies.detection.triage.finding import Finding
from policies.settings import AlertSettings
from tests.events import event_named
from tests.events.arbitrary import RECORD, on_bus
from tests.lambdas.local_services import TABLE, TIMEOUT_SECONDS, LocalServices

if TYPE_CHECKING:
    from pathlib import Path

    from lambdas.alert.telling import Services
    from policies.detection.digest import Digest
    from policies.detection.record import ApiCall

PURGE = event_named("purged-by-role-session")
ROLE = "arn:aws:iam::111122223333:role/AppRole"
SIGNED = PurgeException(
    "tests", "clean-up", "payments", "OPS-1", expires=datetime(2027, 1, 1, tzinfo=UTC), principals=(ROLE,)
)
ACCOUNTS = {"111122223333": KnownAccount("shop", owner="payments")}


@dataclass
class Findings:
    """An investigation that knows its answers beforehand, and remembers what it was asked."""

    tags: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def tags_of(self, _call: ApiCall, _seconds: float) -> Triage:
        self.asked.append("tags")
        return Triage(evidence=Evidence(queue_tags=self.tags))

    def triage_of(self, _call: ApiCall, _seconds: float) -> Triage:
        self.asked.append("all")
        finding = Finding("backlog", "Lost", "1,240 messages")
        return Triage((finding,), Evidence(backlog=1_240, queue_owner="Orders"))


@dataclass
class Refusing:
    """A channel that takes nothing until it is told to."""

    name: str = "chat"
    is_open: bool = False
    taken: list[Alert] = field(default_factory=list)

    def send(self, alert: Alert) -> str:
        if not self.is_open:
            raise ChannelError("the channel is closed")
        self.taken.append(alert)
        return "taken"

    def send_digest(self, digest: Digest) -> str:
        raise AssertionError(f"no burst here: {digest.title}")


def with_exceptions(local: LocalServices, *exceptions: PurgeException, findings: Findings) -> Services:
    estate = Estate(ACCOUNTS, owners=("payments", "orders"), exceptions=exceptions)
    investigation: Any = findings
    return replace(local.services_with(estate=estate), investigation=lambda: investigation)


def tell(event: object, services: Services, seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
    (entry,) = process(event, services, lambda: seconds)
    return entry


def test_what_the_triage_found_out_is_in_the_alert_and_in_its_severity(local: LocalServices) -> None:
    tell(PURGE, with_exceptions(local, findings=Findings()))

    (document,) = local.received()
    assert document["triage"][0]["text"] == "1,240 messages"
    assert (document["severity"], document["risk"]) == ("high", 62)


def test_an_exception_silences_counts_and_leaves_a_metric(
    local: LocalServices, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = Findings()
    services = with_exceptions(local, SIGNED, findings=findings)

    entry = tell(PURGE, services)
    again = tell(PURGE, services)

    assert (entry["decision"], entry["exception"], again["decision"]) == ("excepted", "tests", "already sent")
    assert local.received() == []
    assert findings.asked == []
    assert hits(local, services) == 1
    logged = json.loads(capsys.readouterr().out.splitlines()[0])
    directive = logged["_aws"]["CloudWatchMetrics"][0]
    assert (directive["Namespace"], directive["Dimensions"]) == ("purge-guard", [["Exception"]])
    assert (logged["Exception"], logged["ExceptedCalls"]) == ("tests", 1)


@pytest.mark.parametrize(("tags", "decision"), [({"stage": "test"}, "excepted"), ({}, "sent")])
def test_tags_are_looked_up_before_an_exception_that_asks_for_them(
    local: LocalServices, tags: dict[str, str], decision: str
) -> None:
    findings = Findings(tags)
    entry = tell(PURGE, with_exceptions(local, replace(SIGNED, tags={"stage": "test"}), findings=findings))

    assert entry["decision"] == decision
    assert findings.asked[0] == "tags"


def hits(local: LocalServices, services: Services) -> int:
    day = datetime.fromtimestamp(local.clock.now(), UTC).date()
    count = services.exception_records().hits_on([day]).get("tests")
    return count.calls if count else 0


def test_an_exception_on_trial_alerts_and_counts_what_it_would_have_silenced(local: LocalServices) -> None:
    services = with_exceptions(local, replace(SIGNED, is_trial=True), findings=Findings())
    tell(PURGE, services)

    (document,) = local.received()
    assert document["exception"]["trial"] is True
    assert document["exception"]["reason"] == "it is on trial"
    assert document["exception"]["would_silence"] is True
    assert (document["severity"], document["risk"]) == ("medium", 32)
    assert {"exception", "large-backlog"} == {factor["name"] for factor in document["factors"]}
    assert hits(local, services) == 1


def test_a_trial_that_would_silence_nothing_keeps_the_severity(local: LocalServices) -> None:
    never = Schedule(frozenset(), start_minute=0, end_minute=1, time_zone="UTC")
    services = with_exceptions(local, replace(SIGNED, is_trial=True, schedule=never), findings=Findings())
    tell(PURGE, services)

    (document,) = local.received()
    assert document["exception"]["would_silence"] is False
    assert (document["severity"], document["risk"]) == ("high", 62)
    assert hits(local, services) == 0


def refuse_connection(**_: object) -> None:
    raise EndpointConnectionError(endpoint_url="https://example.amazonaws.com/")


def test_a_call_that_could_be_neither_counted_nor_told_is_counted_before_it_is_silenced(
    local: LocalServices,
) -> None:
    services = with_exceptions(local, SIGNED, findings=Findings())

    def refuse_counts(params: dict[str, Any], **_: object) -> None:
        if params["Key"]["id"]["S"].startswith("excepted#"):
            refuse_connection()

    refusals: tuple[tuple[Any, str, Any], ...] = (
        (local.dynamodb, "provide-client-params.dynamodb.UpdateItem", refuse_counts),
        (local.sns, "before-call.sns.Publish", refuse_connection),
    )
    for client, event, refusal in refusals:
        client.meta.events.register(event, refusal, unique_id="refusal")
    with pytest.raises(NotToldError):
        tell(PURGE, services)
    for client, event, _ in refusals:
        client.meta.events.unregister(event, unique_id="refusal")
    local.clock.sleep(60)

    assert tell(PURGE, services)["decision"] == "excepted"
    assert hits(local, services) == 1


def test_what_cannot_be_counted_is_not_silenced(local: LocalServices) -> None:
    services = with_exceptions(local, SIGNED, findings=Findings())
    client = boto3.client("dynamodb", region_name="us-east-1")
    broken = replace(services.exception_records(), client=client)
    with Stubber(client) as stubber:
        stubber.add_client_error("update_item", "ProvisionedThroughputExceededException")
        entry = tell(PURGE, replace(services, exception_records=lambda: broken))

    (document,) = local.received()
    assert entry["decision"] == "sent"
    assert document["exception"]["would_silence"] is False
    assert document["exception"]["reason"].startswith("it could not be counted")


def test_a_refused_attempt_is_told_whatever_was_signed(local: LocalServices) -> None:
    event = on_bus({**RECORD, "errorCode": "AccessDenied"})
    services = with_exceptions(local, SIGNED, findings=Findings())

    assert tell(event, services)["decision"] == "sent"
    assert hits(local, services) == 0


def test_a_channel_that_fails_keeps_no_other_from_being_told(local: LocalServices) -> None:
    closed = Refusing()
    usual = local.services
    services = replace(usual, channels=lambda: (closed, *usual.channels()))

    with pytest.raises(NotToldError, match="chat: the channel is closed"):
        tell(PURGE, services)

    assert len(local.received()) == 1


def test_the_next_delivery_serves_only_the_channels_that_are_missing(local: LocalServices) -> None:
    late = Refusing()
    usual = local.services
    services = replace(usual, channels=lambda: (*usual.channels(), late))
    with pytest.raises(NotToldError):
        tell(PURGE, services)
    local.received()
    late.is_open = True

    entry = tell(PURGE, services)
    again = tell(PURGE, services)

    assert (entry["decision"], list(entry["ids"]), again["decision"]) == ("sent", ["chat"], "already sent")
    assert len(late.taken) == 1
    assert local.received() == []


def test_without_time_for_a_triage_the_alert_goes_out_and_says_so(local: LocalServices) -> None:
    findings = Findings()
    tell(PURGE, with_exceptions(local, findings=findings), seconds=12)

    (document,) = local.received()
    assert findings.asked == []
    assert "Nothing was looked up about this call: no time was left for it." in document["notes"]


def test_the_owners_of_a_queue_are_named_for_their_subscriptions(local: LocalServices) -> None:
    tell(PURGE, with_exceptions(local, findings=Findings()))

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    owner = message["MessageAttributes"]["owner"]
    assert (owner["Type"], json.loads(owner["Value"])) == ("String.Array", ["orders", "payments"])


def test_an_archive_without_the_organization_makes_alerts_that_say_so(
    local: LocalServices, tmp_path: Path
) -> None:
    estate, doubt = read_archive(tmp_path)
    tell(PURGE, replace(local.services, estate=estate, doubt=doubt))

    (document,) = local.received()
    assert "What the inventory says of accounts, owners and exceptions is unknown" in document["notes"][0]


def test_an_archive_says_what_is_known_of_the_organization(tmp_path: Path) -> None:
    estate = Estate(ACCOUNTS, exceptions=(SIGNED,))
    (tmp_path / FILE).write_text(estate_json(estate), encoding="utf-8")

    assert read_archive(tmp_path) == (estate, "")


def purge() -> Alert:
    return alerts_in(PURGE)[0]


def test_the_event_reaches_whoever_has_a_rule_on_the_bus(local: LocalServices) -> None:
    events: Any = boto3.client("events", region_name="us-east-1")
    url = local.sqs.create_queue(QueueName="automation")["QueueUrl"]
    arn = local.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.create_event_bus(Name="purge-guard-hub")
    pattern = json.dumps({"source": ["purge-guard"], "detail": {"severity": ["medium"]}})
    events.put_rule(Name="automation", EventBusName="purge-guard-hub", EventPattern=pattern)
    target = {"Id": "queue", "Arn": arn}
    events.put_targets(Rule="automation", EventBusName="purge-guard-hub", Targets=[target])

    BusChannel(lambda: events, "purge-guard-hub").send(purge())

    (message,) = local.sqs.receive_message(QueueUrl=url)["Messages"]
    event = json.loads(message["Body"])
    assert (event["detail-type"], event["detail"]["kind"]) == ("purge-guard alert", "purge")


def test_chat_gets_a_custom_notification(local: LocalServices) -> None:
    ChatChannel(local.sns, local.topic_arn).send(purge())

    (message,) = (json.loads(message["Body"]) for message in local.raw_messages())
    notification = json.loads(message["Message"])
    assert (notification["version"], notification["source"]) == ("1.0", "custom")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["topic"]),
        ({"chat_topic_arn": "arn:aws:sns:us-east-1:222233334444:chat"}, ["topic", "chat"]),
        ({"security_hub": True, "bus_name": "purge-guard-hub"}, ["topic", "security-hub", "bus"]),
    ],
)
def test_there_are_the_channels_that_the_settings_ask_for(changes: dict[str, Any], names: list[str]) -> None:
    settings = AlertSettings("arn:aws:sns:us-east-1:222233334444:alerts", "ledger", ledger_days=90, **changes)
    channels = channels_of(settings, NOTHING_KNOWN, lambda service: service, lambda: datetime.now(UTC))

    assert [channel.name for channel in channels] == names


@dataclass
class Waiting:
    """A digest queue that keeps what it is given, or refuses it."""

    is_open: bool = True
    waiting: list[Alert] = field(default_factory=list)

    def add(self, alert: Alert, *, is_repeated: bool) -> str:
        if not self.is_open:
            raise EndpointConnectionError(endpoint_url="https://sqs.us-east-1.amazonaws.com/")
        self.waiting.append(replace(alert, notes=("repeated",) if is_repeated else ()))
        return "waiting"


def in_a_burst(local: LocalServices, queue: Waiting) -> Services:
    admission: Any = Admission(local.dynamodb, TABLE, local.clock.now, local.clock.sleep)
    waiting: Any = queue
    return replace(local.services, admission=lambda: admission, digest_queue=lambda: waiting)


def another(number: int) -> object:
    return on_bus({**RECORD, "requestID": f"r-{number}", "eventID": f"e-{number}"})


def test_what_follows_in_a_burst_waits_for_its_digest_and_is_not_looked_into(local: LocalServices) -> None:
    queue, findings = Waiting(), Findings()
    investigation: Any = findings
    services = replace(in_a_burst(local, queue), investigation=lambda: investigation)

    decisions = [tell(another(number), services)["decision"] for number in (1, 2, 2)]

    assert decisions == ["sent", "digest", "already sent"]
    assert [(alert.key, alert.notes) for alert in queue.waiting] == [("purge#r-2", ())]
    assert findings.asked == ["all"]
    assert len(local.received()) == 1


def test_what_cannot_wait_is_told_at_once_with_a_note(local: LocalServices) -> None:
    services = in_a_burst(local, Waiting(is_open=False))

    decisions = [tell(another(number), services)["decision"] for number in (1, 2)]

    assert decisions == ["sent", "sent"]
    assert any("could not wait for its digest" in note for note in local.received()[1]["notes"])


def test_what_cannot_wait_and_finds_no_place_is_delivered_again_and_told_then(local: LocalServices) -> None:
    queue = Waiting(is_open=False)
    services = in_a_burst(local, queue)
    many = range(PLACES[Lane.CALLS] + 3)
    failed = []
    for number in many:
        try:
            tell(another(number), services)
        except NotToldError as error:
            assert "no place to tell it at once" in str(error)  # noqa: PT017 - one of many
            failed.append(number)
    assert len(failed) == 3
    assert len(local.received()) == PLACES[Lane.CALLS]

    local.clock.sleep(SLOT_SECONDS[Lane.CALLS])
    assert tell(another(failed[0]), services)["decision"] == "sent"
    queue.is_open = True
    assert tell(another(failed[1]), services)["decision"] == "digest"
    assert [(alert.key, alert.notes) for alert in queue.waiting] == [(f"purge#r-{failed[1]}", ("repeated",))]


def test_without_a_ledger_and_a_digest_queue_one_alert_is_told_and_the_rest_delivered_again(
    local: LocalServices,
) -> None:
    services = in_a_burst(local, Waiting(is_open=False))
    local.dynamodb.delete_table(TableName=TABLE)

    assert tell(another(1), services)["decision"] == "sent"
    with pytest.raises(NotToldError, match="no place"):
        tell(another(2), services)


@dataclass
class Broken:
    """Stands for a defect of ours: whatever is asked of it breaks."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - anything
        def break_(*_: object, **__: object) -> None:
            raise RuntimeError(f"{name} is broken")

        return break_


@pytest.mark.parametrize(
    ("part", "what"),
    [("investigation", "the triage"), ("exception_records", "an exception"), ("admission", "the budget")],
)
def test_a_defect_of_ours_makes_the_alert_poorer_and_says_so(
    local: LocalServices, part: str, what: str
) -> None:
    taken = Refusing("topic", is_open=True)
    broken: dict[str, Any] = {part: Broken}
    estate = Estate(ACCOUNTS, exceptions=(SIGNED,))
    usual = replace(in_a_burst(local, Waiting()), estate=estate, channels=lambda: (taken,))
    # Where another part is to break, the exception is over and silences nothing.
    year = "2026" if part == "exception_records" else "2028"

    event = on_bus({**RECORD, "eventTime": f"{year}-01-15T10:00:00Z", "requestID": "r-1"})
    entry = tell(event, replace(usual, **broken))

    assert entry["decision"] == "sent"
    (alert,) = taken.taken
    assert any(f"as {what} broke: RuntimeError" in note for note in alert.notes), alert.notes


def test_of_two_records_of_one_call_the_worse_one_is_told_whichever_comes_first(local: LocalServices) -> None:
    """The queue's account does not learn that it was root; the caller's does."""
    shared = {
        "sharedEventID": "s-1",
        "requestParameters": {"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"},
    }
    seen_by_owner = on_bus(
        {
            **RECORD,
            **shared,
            "eventID": "e-1",
            "userIdentity": {"type": "AWSAccount", "accountId": "444455556666"},
        }
    )
    seen_by_caller = on_bus(
        {**RECORD, **shared, "eventID": "e-2", "userIdentity": {"type": "Root", "accountId": "444455556666"}}
    )
    known = {**ACCOUNTS, "444455556666": KnownAccount("other")}
    investigation: Any = Findings()
    services = replace(local.services_with(estate=Estate(known)), investigation=lambda: investigation)

    first, second, third = (tell(each, services) for each in (seen_by_owner, seen_by_caller, seen_by_owner))

    assert [each["decision"] for each in (first, second, third)] == ["sent", "sent", "already sent"]
    medium, critical = local.received()
    assert (medium["actor"]["type"], critical["actor"]["type"]) == ("aws-account", "root")
    assert any("told before as less bad" in note for note in critical["notes"])


def test_what_silences_and_what_is_on_trial_beside_it_both_count(local: LocalServices) -> None:
    trial = replace(SIGNED, id="trial", is_trial=True)
    services = with_exceptions(local, trial, SIGNED, findings=Findings())

    assert tell(PURGE, services)["exception"] == "tests"

    day = datetime.fromtimestamp(local.clock.now(), UTC).date()
    counts = services.exception_records().hits_on([day])
    assert {name: count.calls for name, count in counts.items()} == {"tests": 1, "trial": 1}
