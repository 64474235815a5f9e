"""Two kinds of AWS: moto in this process, and a local one of many accounts that asks IAM."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from demo.local_aws import LOOPBACK, LocalAws, local_aws
from tests.purge_guard.local_accounts import Operator, operator_on
from tests.purge_guard.on_moto import ACCOUNT, MotoAccounts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def moto(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MotoAccounts]:
    """Return an AWS in which nothing exists; the credentials are of `ACCOUNT`, the folder an empty one."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    # Leaving moto puts back its own settings: these have to be gone by then.
    with mock_aws(), monkeypatch.context() as credentials:
        accounts = MotoAccounts()
        for name, value in accounts.assume(ACCOUNT, "operator").items():
            credentials.setenv(name, value)
        yield accounts


@pytest.fixture(scope="session")
def running() -> Iterator[LocalAws]:
    with local_aws() as aws:
        yield aws


@pytest.fixture
def operator(running: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Return the operator of an AWS in which nothing else exists, in an empty folder."""
    connection = http.client.HTTPConnection(LOOPBACK, running.port)
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().status == http.HTTPStatus.OK
    connection.close()
    monkeypatch.chdir(tmp_path)
    return operator_on(running, monkeypatch)
