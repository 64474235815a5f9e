"""Each folder of ``scenes`` holds an event, what AWS answers, and the texts that a person has approved.

After a change that is meant, write the texts anew and read the difference before you commit it::

    APPROVE=1 .venv/bin/python -m pytest tests/replay
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambdas.alert.investigation import Investigation
from policies.detection.alert import Alert, alerts_in, with_triage
from policies.detection.alert_document import alert_document
from policies.detection.asff import security_finding
from policies.detection.chat_message import chat_message
from policies.detection.email_message import email_body
from policies.detection.estate_document import read_estate
from policies.detection.exceptions import find_exceptions
from policies.detection.ocsf import detection_finding
from policies.detection.record import ApiCall
from policies.naming import Place
from tests.events import event_named
from tests.lambdas.aws_answers import DENIED, SILENCE, THROTTLED, Garbage, Request, aws_answers

if TYPE_CHECKING:
    from tests.lambdas.aws_answers import Answer

SCENES = sorted(path for path in (Path(__file__).parent / "scenes").iterdir() if path.is_dir())
HUB = Place("222233334444", "us-east-1")
NOW = datetime(2026, 1, 15, 10, 1, tzinfo=UTC)

FAILURES: dict[str, Answer] = {
    "denied": DENIED,
    "throttled": THROTTLED,
    "silent": SILENCE,
    "garbage": Garbage(b"<html>"),
}
"""What a scene writes in place of an answer."""


def answers_of(scene: Path) -> dict[str, Any]:
    """Return the recorded answers; those of LookupEvents are parted by the attribute that is asked for."""
    recorded = json.loads((scene / "answers.json").read_text(encoding="utf-8"))
    table: dict[str, Any] = {}
    for operation, answer in recorded.items():
        if isinstance(answer, str):
            table[operation] = FAILURES[answer]
        elif operation == "cloudtrail.LookupEvents":
            table[operation] = lookups(answer)
        else:
            table[operation] = with_times(answer)
    return table


def lookups(recorded: dict[str, list[dict[str, Any]]]) -> Any:  # noqa: ANN401 - an answer for each request
    def answer(request: Request) -> dict[str, Any]:
        (attribute,) = request.parameters["LookupAttributes"]
        records = recorded.get(attribute["AttributeKey"], [])
        return {"Events": [{"CloudTrailEvent": json.dumps(record)} for record in records]}

    return answer


def with_times(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return an answer whose dates are dates, as a client returns them."""
    if isinstance(value, dict):
        return {
            key: datetime.fromisoformat(item) if key == "CreateDate" else with_times(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [datetime.fromisoformat(item) if looks_like_time(item) else with_times(item) for item in value]
    return value


def looks_like_time(value: object) -> bool:
    return isinstance(value, str) and value.startswith("20") and value.endswith("Z")


def replayed(scene: Path) -> Alert:
    """Return the alert as the function makes it, with the answers of the scene."""
    settings = json.loads((scene / "event.json").read_text(encoding="utf-8"))
    event = event_named(settings["example"])
    event["detail"].update(settings.get("changes", {}))
    estate = read_estate((scene / "estate.json").read_text(encoding="utf-8"))
    (alert,) = alerts_in(event, estate=estate)
    call, rule = alert.subject, alert.rule
    assert isinstance(call, ApiCall)
    assert rule is not None
    with aws_answers(answers_of(scene)):
        triage = Investigation(estate).triage_of(call, seconds=20)
    match = next(iter(find_exceptions(rule, call, triage.evidence, estate)), None)
    return with_triage(alert, triage, match, estate)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_an_alert_reads_as_it_was_approved(scene: Path) -> None:
    alert = replayed(scene)
    finding = json.dumps(security_finding(alert, HUB, NOW), indent=1)
    texts = {
        "email.txt": f"Subject: {alert.title}\n\n{email_body(alert)}",
        "alert.json": json.dumps(json.loads(alert_document(alert)), indent=1) + "\n",
        "chat.md": "{title}\n\n{description}\n".format(**json.loads(chat_message(alert))["content"]),
        "security-hub.json": f"{finding}\n",
        "ocsf.json": json.dumps(json.loads(detection_finding(alert, NOW)), indent=1) + "\n",
    }
    for name, text in texts.items():
        file = scene / "approved" / name
        if os.environ.get("APPROVE"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        approved = file.read_text(encoding="utf-8") if file.exists() else ""
        assert text.splitlines() == approved.splitlines(), (
            f"{name} is not what was approved: see this file's top"
        )
