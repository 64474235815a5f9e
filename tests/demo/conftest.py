"""One local AWS for all tests of the demo; each test finds it empty."""

import http.client
from collections.abc import Iterator

import pytest

from demo.local_aws import LOOPBACK, LocalAws, local_aws


@pytest.fixture(scope="session")
def running() -> Iterator[LocalAws]:
    with local_aws() as aws:
        yield aws


@pytest.fixture
def aws(running: LocalAws) -> LocalAws:
    """Return a local AWS in which nothing exists."""
    connection = http.client.HTTPConnection(LOOPBACK, running.port)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().status == http.HTTPStatus.OK
    connection.close()
    return running
