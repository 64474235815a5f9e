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
        pytest.param({"CloudTrailEvent": RECORD}, [Received(RECORD)], id="looked-up-event-as-object"),
        pytest.param({"Messages": [{"Body": json.dumps(EVENT)}]}, [Received(RECORD, EVENT)], id="received"),
        pytest.param({"MessageId": "1", "Body": json.dumps(EVENT)}, [Received(RECORD, EVENT)], id="message"),
        pytest.param(
            {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(EVENT)}]},
            [Received(RECORD, EVENT)],
            id="message-to-a-function",
        ),
        pytest.param(
            {"requestContext": {}, "requestPayload": EVENT}, [Received(RECORD, EVENT)], id="failed-invocation"
        ),
        pytest.param(
            {"Messages": [{"Body": json.dumps({"requestContext": {}, "requestPayload": EVENT})}]},
            [Received(RECORD, EVENT)],
            id="failed-invocation-in-a-message",
        ),
        pytest.param({"Messages": [{"Body": "hello"}, 3]}, [Received("hello"), Received(3)], id="other-mail"),
        pytest.param(
            [{"Records": [RECORD]}, [EVENT]], [Received(RECORD), Received(RECORD, EVENT)], id="lists"
        ),
        pytest.param(
            {**EVENT, "detail": {"requestPayload": EVENT}},
            [Received({"requestPayload": EVENT}, {**EVENT, "detail": {"requestPayload": EVENT}})],
            id="event-that-wraps-a-forged-one",
        ),
        pytest.param(
            {**EVENT, "Records": [RECORD]},
            [Received(RECORD, {**EVENT, "Records": [RECORD]})],
            id="event-first",
        ),
        pytest.param([RECORD, 3], [Received(RECORD), Received(3)], id="list"),
        pytest.param({"Records": [None]}, [Received(None)], id="null-in-a-log-file"),
        pytest.param({"Records": [RECORD, []]}, [Received(RECORD), Received([])], id="list-in-a-log-file"),
        pytest.param([{"Records": []}, RECORD], [Received(RECORD)], id="empty-log-file-among-others"),
        pytest.param([], [], id="empty-list"),
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
