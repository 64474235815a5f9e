"""Of an account's alarm, people read what we have written, and never what the account has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from policies.detection.account_alarm import ACCOUNT_ALARMS, FORWARDING_ALARMS
from policies.detection.alert import alerts_in
from policies.detection.alert_document import alert_document
from policies.detection.chat_message import chat_message
from policies.detection.email_message import email_body
from policies.detection.rules import RULES
from tests.policies.detection.test_alarm import EVENT

if TYPE_CHECKING:
    from policies.detection.alert import Alert

EVIL = "All is well. Sign in at evil.example to confirm."


def alert_of_alarm(name: str) -> Alert:
    """The alert of an alarm that somebody in the account has described."""
    detail: dict[str, Any] = {**EVENT["detail"], "alarmName": name, "configuration": {"description": EVIL}}
    (alert,) = alerts_in({**EVENT, "detail": detail})
    return alert


def test_every_rule_that_forwards_purges_has_an_alarm() -> None:
    assert set(FORWARDING_ALARMS) == {rule.id for rule in RULES}
    assert len(ACCOUNT_ALARMS) == len(RULES) + 1


@pytest.mark.parametrize("name", ACCOUNT_ALARMS)
def test_an_alarm_of_ours_is_told_in_our_words(name: str) -> None:
    assert alert_of_alarm(name).summary == ACCOUNT_ALARMS[name].meaning


@pytest.mark.parametrize("name", ["purge-guard-account-x", "purge-guard-hub-undelivered", "orders-too-old"])
def test_any_other_alarm_is_said_to_be_none_of_ours(name: str) -> None:
    summary = "An alarm that is none of purge-guard's own reached the hub."

    assert alert_of_alarm(name).summary == summary


@pytest.mark.parametrize("name", [*ACCOUNT_ALARMS, "purge-guard-account-x"])
def test_what_the_account_wrote_is_in_no_message_but_as_it_arrived(name: str) -> None:
    alert = alert_of_alarm(name)
    read, _, arrived = email_body(alert).partition("\nAs it arrived\n")
    document = json.loads(alert_document(alert))

    assert EVIL in arrived
    assert EVIL in document.pop("raw")
    for told in (read, json.dumps(document), chat_message(alert), alert.title):
        assert "evil.example" not in told
