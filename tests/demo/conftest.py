"""One local AWS for all tests of the demo; each test finds it empty, if it asks for that."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest

from demo.local_aws import LOOPBACK, LocalAws, local_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.synthesis import Synthesis


@pytest.fixture(scope="session")
def running() -> Iterator[LocalAws]:
    with local_aws() as aws:
        yield aws


@pytest.fixture
def aws(running: LocalAws) -> LocalAws:
    """Return a local AWS in which nothing exists."""
    empty(running)
    return running


def empty(running: LocalAws) -> None:
    connection = http.client.HTTPConnection(LOOPBACK, running.port)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().status == http.HTTPStatus.OK
    connection.close()


@pytest.fixture(scope="session")
def prevention(tmp_path_factory: pytest.TempPathFactory) -> Synthesis:
    """Return the stacks of two accounts in which everything is denied that can be."""
    # Imported late: it starts Node.js, for which the other tests should not have to wait.
    from tests.stacks.synthesis import SCENARIOS, synthesize_into  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("prevention")
    return synthesize_into(folder, SCENARIOS["prevention"], wanted="production,security")
