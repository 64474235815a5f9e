"""What is done about one alert: remember, except, investigate, tell.

Every step that fails makes the alert poorer and never less certain to go out: also what no step foresees is
caught here, and told. What no channel takes makes the function fail: then Lambda tries again, only for the
channels that are missing, and at last keeps the event in the queue of failures.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.ledger import PEOPLE, Claim
from lambdas.alert.metric import channel_failure, excepted
from policies.detection.alert import Alert, Harmless, with_triage
from policies.detection.burst import rank_of
from policies.detection.record import ApiCall
from policies.detection.text import clipped
from policies.detection.triage.evidence import NO_EVIDENCE, NO_TRIAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambdas.alert.admission import Admission
    from lambdas.alert.channels import Channel
    from lambdas.alert.digests import DigestQueue
    from lambdas.alert.exception_records import ExceptionRecords
    from lambdas.alert.investigation import Investigation
    from lambdas.alert.ledger import Ledger
    from policies.detection.estate import Estate
    from policies.detection.exceptions import ExceptionMatch
    from policies.detection.triage.evidence import Triage

PROBES_SECONDS = 20.0
"""How long all that is asked about a call may take together."""

TAGS_SECONDS = 6.0
SHORTEST_TRIAGE_SECONDS = 3.0

# A topic that hangs takes 14 seconds, and another channel 8; what is left then is for the ledger.
TELLING_SECONDS = 25.0
CHANNEL_SECONDS = 9.0

DIGEST_QUEUE = "digest-queue"
"""What the log calls the queue of digests where it took nothing."""

_LONGEST_LOGGED = 300


class NotToldError(Exception):
    """Some channel did not take an alert, so the same event has to be delivered again."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the function works with; what is a function is made when it is first needed.

    Parameters
    ----------
    ledger
        Remembers what was sent.
    estate
        What is known of the organization.
    runbook_url
        The organization's own runbook; empty for the one that a rule names.
    channels
        Returns where alerts go, people first.
    investigation
        Returns what asks AWS about calls.
    exception_records
        Returns what counts the calls that exceptions silence.
    admission, digest_queue
        Return what says whether an alert is told at once, and where the others wait; None where all are.
    doubt
        What is wrong with what the function was told; empty where nothing is.
    """

    ledger: Ledger
    estate: Estate
    runbook_url: str
    channels: Callable[[], tuple[Channel, ...]]
    investigation: Callable[[], Investigation]
    exception_records: Callable[[], ExceptionRecords]
    admission: Callable[[], Admission] | None = None
    digest_queue: Callable[[], DigestQueue] | None = None
    doubt: str = ""


def tell(alert: Alert, services: Services, seconds_left: Callable[[], float]) -> dict[str, Any]:
    """Do everything that one alert calls for, and return what to log about it.

    Parameters
    ----------
    alert
        The alert, as its record alone makes it.
    services
        What to work with.
    seconds_left
        How long this invocation can still take.
    """
    defects: list[str] = []
    unclaimed = Claim(is_sent=False, doubt="the ledger could not be asked")
    claim = _attempted(
        "the ledger",
        lambda: services.ledger.claim(alert.key, seconds_left(), rank_of(alert)),
        unclaimed,
        defects,
    )
    if claim.is_sent:
        return {**log_entry(alert), "decision": "already sent", "deliveries": claim.deliveries}
    start = seconds_left()
    match = _attempted("an exception", lambda: _exception_for(alert, services, seconds_left), None, defects)
    asked = start - seconds_left()
    if match is not None and match.is_silencing:
        return _except(alert, match, services, claim)
    admitted = _attempted("the budget", lambda: _admit(alert, services, claim), _at_once(alert), defects)
    if not isinstance(admitted, Alert):
        return admitted
    seconds = min(PROBES_SECONDS - asked, seconds_left() - TELLING_SECONDS)
    triage = _attempted("the triage", lambda: _triage_for(admitted, services, seconds), NO_TRIAGE, defects)
    informed = _attempted(
        "the judgement", lambda: with_triage(admitted, triage, match, services.estate), admitted, defects
    )
    return _send(_with_doubts(informed, services, claim, defects), services, claim, seconds_left)


def _at_once(alert: Alert) -> Alert | dict[str, Any]:
    return alert


_T = TypeVar("_T")


def _attempted(what: str, step: Callable[[], _T], otherwise: _T, defects: list[str]) -> _T:
    """Return what a step returns; or, where it breaks, something else, with a sentence on the defect."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - an alert that says what broke is worth more than none
        defects.append(f"Part of this is missing, as {what} broke: {clipped(repr(error), _LONGEST_LOGGED)}.")
        return otherwise


def _admit(alert: Alert, services: Services, claim: Claim) -> Alert | dict[str, Any]:
    """Return an alert that is told at once, or what to log about one that waits for its digest."""
    # People have it already. The channels that lack it are read by programs, which no budget protects.
    if services.admission is None or services.digest_queue is None or PEOPLE in claim.served:
        return alert
    admission = services.admission()
    decision = admission.decide(alert)
    if decision.is_immediate:
        note = f"Nobody could tell whether this is part of a burst: {decision.doubt}."
        return replace(alert, notes=(*alert.notes, note)) if decision.doubt else alert
    try:
        message_id = services.digest_queue().add(alert, is_repeated=claim.doubt is not None)
    except (BotoCoreError, ClientError) as error:
        if admission.admit_alone(alert):
            note = f"This is part of a burst, and could not wait for its digest: {error}."
            return replace(alert, notes=(*alert.notes, note))
        return _fail(alert, services, claim, f"{error}; and there was no place to tell it at once")
    return {
        **log_entry(alert),
        "decision": "digest",
        "deliveries": claim.deliveries,
        "reason": decision.reason,
        "message_id": message_id,
        "unconfirmed": services.ledger.confirm(alert.key),
    }


def _fail(alert: Alert, services: Services, claim: Claim, why: str) -> dict[str, Any]:
    """Leave an alert to Lambda, which delivers it again, and at last keeps it where an alarm rings."""
    failures = {DIGEST_QUEUE: why}
    return {
        **log_entry(alert),
        "decision": "failed",
        "deliveries": claim.deliveries,
        "failures": _short(failures),
        "unconfirmed": services.ledger.postpone(alert.key, frozenset()),
        **channel_failure(failures, services.ledger.now()),
    }


def told_nothing(harmless: Harmless) -> dict[str, Any]:
    """Return what to log about a call that no rule minds."""
    call = harmless.call
    fields = {
        "event": call.event_name,
        "account": call.account,
        "region": call.region,
        "actor": call.actor.label,
        "event_id": call.ids.event,
    }
    return {"decision": "harmless", **_short(fields)}


def log_entry(alert: Alert) -> dict[str, Any]:
    """Return the part of a log line that says what an alert is about."""
    return _short(
        {
            "key": alert.key,
            "kind": alert.kind,
            "rule": alert.rule.id if alert.rule else None,
            "severity": alert.assessment.severity,
            "outcome": alert.outcome,
            "account": alert.subject.account,
            "region": alert.region,
            "target": alert.target,
            "notes": " ".join(alert.notes),
        }
    )


def _exception_for(
    alert: Alert, services: Services, seconds_left: Callable[[], float]
) -> ExceptionMatch | None:
    """Return the exception that covers an alert's call, having asked for tags only where they decide.

    All that are met count the call: what is on trial beside one that silences has to show what it would do.
    """
    call, rule, estate = alert.subject, alert.rule, services.estate
    if rule is None or not isinstance(call, ApiCall) or not estate.exceptions:
        return None
    from policies.detection.exceptions import depends_on_tags, find_exceptions  # noqa: PLC0415 - see handler

    evidence = NO_EVIDENCE
    if depends_on_tags(rule, call, estate):
        seconds = min(TAGS_SECONDS, seconds_left() - TELLING_SECONDS)
        evidence = services.investigation().tags_of(call, seconds).evidence
    matches = find_exceptions(rule, call, evidence, estate)
    counted = _counted(alert, call, matches, services)
    return next((match for match in counted if match.is_silencing), next(iter(counted), None))


def _counted(
    alert: Alert, call: ApiCall, matches: Sequence[ExceptionMatch], services: Services
) -> Sequence[ExceptionMatch]:
    """Count a call for all exceptions that silence it, or would. What cannot be counted is not silenced."""
    hits = [match.exception.id for match in matches if match.is_hit]
    if not hits:
        return matches
    last = clipped(f"{alert.target} by {call.actor.label}", _LONGEST_LOGGED)
    uncounted = services.exception_records().count(hits, alert.key, last)
    if not uncounted:
        return matches
    return [
        replace(match, is_silencing=False, reason=uncounted) if match.is_hit else match for match in matches
    ]


def _except(alert: Alert, match: ExceptionMatch, services: Services, claim: Claim) -> dict[str, Any]:
    """Record a call that an exception silences in the log, where it is a metric as well."""
    return {
        **log_entry(alert),
        "decision": "excepted",
        "deliveries": claim.deliveries,
        "exception": match.exception.id,
        "unconfirmed": services.ledger.confirm(alert.key),
        **excepted(match.exception.id, services.ledger.now()),
    }


def _triage_for(alert: Alert, services: Services, seconds: float) -> Triage:
    """Return what can be found out about an alert's call in some seconds."""
    if alert.rule is None or not isinstance(alert.subject, ApiCall) or seconds < SHORTEST_TRIAGE_SECONDS:
        return NO_TRIAGE
    return services.investigation().triage_of(alert.subject, seconds)


def _with_doubts(alert: Alert, services: Services, claim: Claim, defects: list[str]) -> Alert:
    notes = [*alert.notes, *defects]
    if claim.is_news:
        notes.append("This was told before as less bad: another record of the same call says more.")
    if claim.doubt:
        notes.append(f"This alert may come twice: {claim.doubt}.")
    if services.doubt:
        notes.append(services.doubt)
    if isinstance(alert.subject, ApiCall) and alert.rule and not alert.triage.findings:
        notes.append("Nothing was looked up about this call: no time was left for it.")
    return replace(alert, notes=tuple(notes))


def _send(
    alert: Alert, services: Services, claim: Claim, seconds_left: Callable[[], float]
) -> dict[str, Any]:
    from lambdas.alert.channels import ChannelError, send_to_channels  # noqa: PLC0415 - after the ledger's answer

    channels = services.channels()

    def send(channel: Channel) -> str:
        if channel.name != PEOPLE and seconds_left() < CHANNEL_SECONDS:
            raise ChannelError("no time was left for it")
        identity = channel.send(alert)
        # Whoever dies over another channel would tell people again.
        if channel.name == PEOPLE and len(channels) > 1:
            services.ledger.note_served(alert.key, PEOPLE)
        return identity

    sent = send_to_channels(send, channels, claim.served)
    entry = {**log_entry(alert), "deliveries": claim.deliveries, "ids": sent.ids}
    if sent.failures:
        unconfirmed = services.ledger.postpone(alert.key, sent.served)
        return {
            **entry,
            "decision": "failed",
            "failures": _short(sent.failures),
            "unconfirmed": unconfirmed,
            **channel_failure(sent.failures, services.ledger.now()),
        }
    return {**entry, "decision": "sent", "unconfirmed": services.ledger.confirm(alert.key)}


def _short(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: clipped(value, _LONGEST_LOGGED) if isinstance(value, str) else value
        for name, value in fields.items()
    }
