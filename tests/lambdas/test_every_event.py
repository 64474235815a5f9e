"""Many events through the whole function, on surroundings that live as long as this module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from tests.events import EventCase, event_cases
from tests.events.arbitrary import JSON_VALUES, VALUES, mutated_records, on_bus
from tests.lambdas.local_services import LocalServices

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def long_lived() -> Iterator[LocalServices]:
    with mock_aws():
        yield LocalServices()


@pytest.mark.parametrize("case", event_cases(), ids=lambda case: case.name)
def test_every_example_reaches_the_subscriber(long_lived: LocalServices, case: EventCase) -> None:
    long_lived.forget()
    long_lived.deliver(case.event)

    received = long_lived.received()
    assert [document["rule"]["id"] for document in received if document["rule"]] == case.expect["rules"]
    assert bool(received) is not case.expect.get("harmless", False)


@given(event=mutated_records().map(on_bus))
def test_every_purge_is_told_exactly_once(long_lived: LocalServices, event: dict[str, Any]) -> None:
    long_lived.forget()
    (first,) = long_lived.deliver(event)
    long_lived.deliver(event)

    could_be_remembered = first["key"] is not None
    assert len(long_lived.received()) == (1 if could_be_remembered else 2)


@given(event=JSON_VALUES | st.builds(on_bus, VALUES))
def test_no_event_makes_the_function_fail_or_keep_silent(long_lived: LocalServices, event: object) -> None:
    long_lived.forget()
    long_lived.deliver(event)

    assert long_lived.received()
