from __future__ import annotations

import json

import pytest

from policies.detection.intake import Received, records_in

RECORD: dict[str, object] = {"eventName": "PurgeQueue"}
EVENT: dict[str, object] = {
    "source": "aws.sqs",
    "detail-type": "AWS API Call via CloudTrail",
    "detail": RECORD,
}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(RECORD, [Received(RECORD)], id="record"),
        pytest.param(EVENT, [Received(RECORD, EVENT)], id="event"),
        pytest.param(
            {"Records": [RECORD, EVENT]}, [Received(RECORD), Received(RECORD, EVENT)], id="log-file"
        ),
        pytest.param({"Records": []}, [], id="empty-log-file"),
        pytest.param({"Records": None}, [Received({"Records": None})], id="no-log-file"),
        pytest.param(
            {"Events": [{"CloudTrailEvent": json.dumps(RECORD)}]}, [Received(RECORD)], id="lookup-events"
        ),
        pytest.param({"CloudTrailEvent": json.dumps(RECORD)}, [Received(RECORD)], id="one-looked-up-event"),
        pytest.param({"Events": [{"CloudTrailEvent": "{"}]}, [Received("{")], id="looked-up-event-cut-off"),
        pytest.param(
            {"CloudTrailEvent": "[" * 100_000}, [Received("[" * 100_000)], id="looked-up-event-too-deep"
        ),
        pytest.param([RECORD, 3], [Received(RECORD), Received(3)], id="list"),
        pytest.param({"Records": [None]}, [Received(None)], id="null-in-a-log-file"),
        pytest.param(
            {**EVENT, "detail": None}, [Received(None, {**EVENT, "detail": None})], id="event-without-detail"
        ),
        pytest.param(
            {**RECORD, "detail": {}, "source": "x"},
            [Received({**RECORD, "detail": {}, "source": "x"})],
            id="record-with-odd-fields",
        ),
        pytest.param(None, [Received(None)], id="null"),
    ],
)
def test_finds_the_records_in_whatever_arrives(document: object, expected: list[Received]) -> None:
    assert list(records_in(document)) == expected
