"""The stand-in answers as moto does, to whatever the function asks."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambdas.alert.admission import Admission
from lambdas.alert.ledger import Ledger
from lambdas.alert.told_entries import ToldEntries
from policies.detection.alert import alerts_in
from tests.events.arbitrary import RECORD, on_bus
from tests.lambdas.dynamodb_in_memory import DynamoDbInMemory
from tests.lambdas.local_services import TABLE, Clock, LocalServices

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.detection.alert import Alert

CHANGES: tuple[dict[str, object], ...] = ({}, {"errorCode": "AccessDenied"}, {"userIdentity": {}}, {}, {})
ALERTS = [
    alerts_in(on_bus({**RECORD, "requestID": f"r-{number}", **changes}))[0]
    for number, changes in enumerate(CHANGES)
]

# What happens, to which alert, and how long after the last one.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "claim",
                "claim as worse",
                "note",
                "confirm",
                "postpone",
                "decide",
                "digest",
                "told",
                "tell",
                "put off",
            ]
        ),
        st.sampled_from(ALERTS),
        st.sampled_from([0.0, 0.5, 61.0, 301.0]),
    ),
    max_size=12,
)


def answers(client: Any, steps: list[tuple[str, Alert, float]]) -> list[object]:  # noqa: ANN401 - either client
    """Return what the parts of the function make of a client's answers."""
    clock = Clock()
    ledger = Ledger(client, TABLE, 90, clock.now, clock.sleep, map(str, count()).__next__)
    admission = Admission(client, TABLE, clock.now, clock.sleep)
    told = ToldEntries(client, TABLE, clock.now)
    actions: dict[str, Callable[[Alert], object]] = {
        "claim": lambda alert: ledger.claim(alert.key, 60.0),
        "claim as worse": lambda alert: ledger.claim(alert.key, 60.0, 3),
        "note": lambda alert: ledger.note_served(alert.key, "topic"),
        "confirm": lambda alert: ledger.confirm(alert.key),
        "postpone": lambda alert: ledger.postpone(alert.key, frozenset({"topic"})),
        "decide": admission.decide,
        "digest": lambda _: admission.admit_digest(),
        "told": lambda alert: told.standing([str(alert.key), "another"], [str(alert.key)]),
        "put off": lambda alert: told.postpone({str(alert.key): 3}),
        "tell": lambda alert: told.add([str(alert.key)]),
    }
    done: list[object] = []
    for name, alert, pause in steps:
        clock.sleep(pause)
        done.append(actions[name](alert))
    return done


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_sequence_of_steps_has_the_same_answers_and_the_same_items(
    local: LocalServices, steps: list[tuple[str, Alert, float]]
) -> None:
    local.forget()
    memory = DynamoDbInMemory()

    assert answers(memory, steps) == answers(local.dynamodb, steps)
    items = {item["id"]["S"]: item for item in local.dynamodb.scan(TableName=TABLE)["Items"]}
    assert memory.items == items


def test_a_cancelled_transaction_gives_its_reasons_and_changes_nothing(local: LocalServices) -> None:
    update: dict[str, Any] = {
        "TableName": TABLE,
        "UpdateExpression": "ADD used :one",
        "ConditionExpression": "attribute_not_exists(used) OR used < :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    full, empty = ({"Update": {**update, "Key": {"id": {"S": name}}}} for name in ("full", "empty"))
    clients: tuple[Any, ...] = (DynamoDbInMemory(), local.dynamodb)
    for client in clients:
        client.transact_write_items(TransactItems=[full])
        with pytest.raises(ClientError) as refused:
            client.transact_write_items(TransactItems=[empty, full])

        response: Any = refused.value.response
        reasons = [reason["Code"] for reason in response["CancellationReasons"]]
        assert reasons == ["None", "ConditionalCheckFailed"]
        assert "Item" not in client.get_item(TableName=TABLE, Key={"id": {"S": "empty"}})
