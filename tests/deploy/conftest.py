from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.deploy.moto_server import MotoServer, moto_server
from tests.deploy.terraform import ROOT, Deployed
from toolchain.terraform import why_provider_is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/deploy/" in item.nodeid:
            item.add_marker(pytest.mark.deploy)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    with moto_server(tmp_path_factory.mktemp("moto") / "log.txt") as server:
        yield server


@pytest.fixture(scope="session")
def deployed(aws: MotoServer, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The hub and the one account of the example inventory, as it stands, in one apply for all tests."""
    if reason := why_provider_is_missing():
        pytest.skip(reason)
    return Deployed.apply(tmp_path_factory.mktemp("deployed"), ROOT / "purge-guard.yaml", aws.environment())
