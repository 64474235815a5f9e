from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from lambdas.alert.probes import source
from lambdas.alert.probes.source import SOURCE_PROBES
from policies.detection.triage.finding import Status
from tests.lambdas.aws_answers import aws_answers
from tests.lambdas.probes.actor_cases import USER, asked, case_of, line

if TYPE_CHECKING:
    from pathlib import Path

SOURCE, NETWORK, LINKS = SOURCE_PROBES


@pytest.fixture
def layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(source, "LAYERS", tmp_path)
    return tmp_path


def write_database(path: Path, network: str, place: dict[str, Any]) -> None:
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True)
    writer.insert_network(IPSet([network]), place)
    writer.to_db_file(str(path))


@pytest.mark.parametrize(
    ("address", "agent", "text"),
    [
        ("203.0.113.10", "aws-cli/2.15", "a public address; by what it says of itself the AWS CLI"),
        (
            "10.0.0.1",
            "Boto3/1.43 Botocore/1.43",
            "a private address, such as of a VPC endpoint; by what it says of itself an AWS SDK",
        ),
        (
            "AWS Internal",
            "AWS Internal",
            "AWS's own network, as the console's calls show; by what it says of itself the console",
        ),
        (None, None, "no address that can be read; by what it says of itself an unknown tool"),
    ],
)
def test_says_what_kind_of_address_and_tool(address: object, agent: object, text: str) -> None:
    assert line(SOURCE, case_of({"sourceIPAddress": address, "userAgent": agent})).text == text


def test_says_country_and_network_from_the_databases_that_are_supplied(layers: Path) -> None:
    country = {"country": {"iso_code": "DE"}, "city": {"names": {"en": "Berlin"}}}
    network = {"autonomous_system_organization": "Example\nNet", "autonomous_system_number": 64496}
    write_database(layers / "city.mmdb", "203.0.113.0/24", country)
    write_database(layers / "network.mmdb", "203.0.113.0/24", network)

    finding = line(NETWORK, case_of())

    assert finding.text == "DE, Berlin, Example\\nNet, AS64496"
    assert finding.data == {"country": "DE", "city": "Berlin", "network": "Example\nNet", "number": "AS64496"}


def test_an_address_that_no_database_knows_is_an_answer(layers: Path) -> None:
    write_database(layers / "city.mmdb", "198.51.100.0/24", {"country": {"iso_code": "DE"}})

    finding = line(NETWORK, case_of())

    assert (finding.status, finding.text) == (
        Status.ANSWERED,
        "the supplied databases do not know this address",
    )


def test_a_broken_database_is_named(layers: Path) -> None:
    (layers / "city.mmdb").write_bytes(b"no database")

    finding = line(NETWORK, case_of())

    assert finding.status is Status.FAILED
    assert "city.mmdb is no GeoIP database" in finding.text


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("203.0.113.10", "no GeoIP database is supplied"),
        ("10.0.0.1", "only public addresses have a country and a network"),
        ("AWS Internal", "only public addresses have a country and a network"),
    ],
)
def test_says_why_nothing_is_known(layers: Path, address: str, reason: str) -> None:
    assert not list(layers.iterdir())

    finding = line(NETWORK, case_of({"sourceIPAddress": address}))

    assert (finding.status, finding.text) == (Status.NOT_APPLICABLE, f"not looked up: {reason}")


def test_links_lead_to_queue_event_and_role_in_the_console() -> None:
    with aws_answers({}) as aws:
        links = {finding.label: finding.text for finding in asked(LINKS, case_of()).findings}

    assert links == {
        "Open queue": (
            "https://us-east-1.console.aws.amazon.com/sqs/v3/home?region=us-east-1#/queues/"
            "https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F111122223333%2Forders"
        ),
        "Open event": (
            "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1"
            "#/events/11111111-1111-4111-8111-111111111111"
        ),
        "Open role": "https://console.aws.amazon.com/iam/home#/roles/details/AppRole",
    }
    assert aws.operations == []


def test_links_of_other_partitions_lead_to_their_own_consoles() -> None:
    url = "https://sqs.cn-north-1.amazonaws.com.cn/111122223333/orders"
    case = case_of({"awsRegion": "cn-north-1", "requestParameters": {"queueUrl": url}, "userIdentity": USER})

    links = [finding.text for finding in asked(LINKS, case).findings]

    assert len(links) == 3
    assert all("console.amazonaws.cn" in link.split("/")[2] for link in links)


def test_what_the_caller_chose_is_encoded_in_links() -> None:
    hostile = "orders\n<https://example.com|click>"
    case = case_of(
        {"requestParameters": {"queueUrl": f"https://sqs.us-east-1.amazonaws.com/111122223333/{hostile}"}}
    )

    for finding in asked(LINKS, case).findings:
        assert not set(finding.text) & set("\n<>| ")
