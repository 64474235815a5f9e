"""What the probes of the actor are asked about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from lambdas.alert.clients import Clients
from lambdas.alert.cloudtrail_history import CloudTrailHistory, Pacer
from lambdas.alert.triage import Case, Probe, run_triage
from lambdas.alert.workers import Workers
from policies.detection.estate import Estate, KnownAccount
from policies.detection.intake import Received
from policies.detection.record import read_call
from tests.events.arbitrary import RECORD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policies.detection.triage.evidence import Triage
    from policies.detection.triage.finding import Finding

ESTATE = Estate(
    accounts={"111122223333": KnownAccount("shop"), "222233334444": KnownAccount("security")},
    management_account="999988887777",
)
USER = {
    "type": "IAMUser",
    "principalId": "AIDAEXAMPLE",
    "arn": "arn:aws:iam::111122223333:user/bob",
    "accountId": "111122223333",
    "accessKeyId": "AKIAEXAMPLE",
    "userName": "bob",
}
UNCHANGED: Mapping[str, object] = MappingProxyType({})
MADE = datetime(2026, 1, 15, 10, tzinfo=UTC)


def case_of(changes: Mapping[str, object] = UNCHANGED, estate: Estate = ESTATE) -> Case:
    """Return a case about a purge whose record differs from the usual one in some fields."""
    clients = Clients()
    history = CloudTrailHistory(clients, Pacer(sleep=lambda _: None))
    return Case(read_call(Received({**RECORD, **changes})), estate, history)


def asked(probe: Probe, case: Case) -> Triage:
    """Return what one probe finds out, as the function asks it."""
    return run_triage(case, [probe], Clients(), 20, Workers())


def line(probe: Probe, case: Case) -> Finding:
    (finding,) = asked(probe, case).findings
    return finding


def past(**changes: object) -> dict[str, Any]:
    """Return an event as LookupEvents answers it: the usual record of another call, some fields changed."""
    record = {**RECORD, "eventID": "earlier", "requestID": None, **changes}
    return {"EventId": str(record["eventID"]), "CloudTrailEvent": json.dumps(record)}


def found(*events: dict[str, Any]) -> dict[str, Any]:
    return {"Events": list(events)}
