"""What else an actor has done: changes to IAM, other purges, and whether address and tool are new."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from policies.detection.actor import is_from_identity_center
from policies.detection.rule import Outcome
from policies.detection.text import elided, quoted
from policies.detection.triage.duration import duration_text
from policies.detection.triage.finding import Finding, Reading
from policies.detection.triage.tool import tool_of

if TYPE_CHECKING:
    from policies.detection.actor import Actor
    from policies.detection.record import ApiCall
    from policies.detection.triage.past_calls import PastCalls

IAM_CHANGES, IAM_CHANGES_LABEL = "actor-iam-changes", "IAM changes"
PURGES, PURGES_LABEL = "actor-purges", "Other purges"
NOVELTY, NOVELTY_LABEL = "actor-novelty", "Seen before"

IAM_LOOK_BACK = timedelta(days=1)
"""How far back changes to IAM are looked for."""

NOVELTY_LOOK_BACK = timedelta(days=90)
"""How far back an actor's addresses and tools are looked for: as far as the history of events goes."""

RECENT = timedelta(hours=1)
"""What an actor did so shortly before belongs to the case and makes neither address nor tool an old one."""

_IDENTITY_SOURCES = (
    "iam.amazonaws.com",
    "sso.amazonaws.com",
    "sso-directory.amazonaws.com",
    "identitystore.amazonaws.com",
    "organizations.amazonaws.com",
)
_READS = ("Get", "List", "Describe", "Simulate", "Generate", "Search")
_SESSIONS = (
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "GetFederationToken",
)

_MOST_NAMED = 5
_LONGEST_NAME = 80


def is_same_actor(one: Actor, other: Actor) -> bool:
    """Return whether two calls were made by one principal: the same user, or the same role.

    Sessions of one role count as one, but for those that people from IAM Identity Center have: there the name
    of the session is the person. Where neither names a principal, nothing says that they are the same.
    """
    if one.role_arn and other.role_arn:
        is_person = is_from_identity_center(one)
        return one.role_arn == other.role_arn and (not is_person or one.session == other.session)
    return one.arn is not None and one.arn == other.arn


def read_iam_changes(call: ApiCall, histories: tuple[PastCalls, ...]) -> Reading:
    """Return what the actor changed in IAM, and which roles the actor assumed, in the day before.

    Parameters
    ----------
    call
        The call.
    histories
        Calls with the actor's key or name, in the queue's region and in that of IAM.
    """
    earlier = [past for history in histories for past in history.before(call)]
    own = list(
        {
            past.ids.event or id(past): past for past in earlier if is_same_actor(past.actor, call.actor)
        }.values()
    )
    changes = [past for past in own if _is_change(past)]
    sessions = [past for past in own if past.event_name in _SESSIONS]
    parts = [
        _counted(changes) or "no change to IAM",
        *(["assumed roles: " + _counted(sessions)] if sessions else []),
    ]
    days = duration_text(IAM_LOOK_BACK)
    text = f"{'; '.join(parts)}, in {days} before{_incomplete(histories)}"
    data = {"changes": len(changes), "assumed_roles": len(sessions)}
    worked = sum(past.outcome is Outcome.SUCCEEDED for past in changes)
    return Reading((Finding(IAM_CHANGES, IAM_CHANGES_LABEL, text, data=data),), {"iam_changes": worked})


def read_purges(call: ApiCall, history: PastCalls) -> Reading:
    """Return what else the actor purged, or tried to."""
    own = [past for past in history.before(call) if past.is_purge and is_same_actor(past.actor, call.actor)]
    worked = [past for past in own if past.outcome is Outcome.PURGED]
    look_back = duration_text(call.time - history.since) if call.time else "the look-back"
    if not own:
        text = f"no other purge by this actor in {look_back}"
    else:
        queues = dict.fromkeys(_queue_name(past) for past in own)
        counts = f"{len(worked)} other purges and {len(own) - len(worked)} refused ones"
        text = f"{counts} in {look_back}: {_named(queues)}"
    text += _incomplete((history,))
    data = {"purges": len(worked), "refused": len(own) - len(worked)}
    return Reading(
        (Finding(PURGES, PURGES_LABEL, text, data=data),), {"earlier_purges_by_actor": len(worked)}
    )


def read_novelty(call: ApiCall, history: PastCalls) -> Reading:
    """Return whether the actor's address and tool are new.

    An actor of whom nothing earlier is known makes neither of them new: sessions of pipelines have a new
    name each time.
    """
    limit = call.time - RECENT if call.time else None
    known = [
        past
        for past in history.before(call)
        if is_same_actor(past.actor, call.actor) and (limit is None or past.time is None or past.time < limit)
    ]
    if not known:
        text = "nothing earlier is known of this actor" + _incomplete((history,))
        return Reading((Finding(NOVELTY, NOVELTY_LABEL, text, data={"earlier_calls": 0}),))
    is_new_address = call.source.text is not None and all(
        past.source.text != call.source.text for past in known
    )
    is_new_tool = all(tool_of(past.user_agent) != tool_of(call.user_agent) for past in known)
    look_back = duration_text(call.time - history.since) if call.time else "the look-back"
    parts = [
        "address NEW for this actor" if is_new_address else "address known",
        "tool NEW for this actor" if is_new_tool else "tool known",
    ]
    text = f"{', '.join(parts)} ({len(known)} earlier calls in {look_back}){_incomplete((history,))}"
    data = {"earlier_calls": len(known), "new_address": is_new_address, "new_tool": is_new_tool}
    evidence = {"is_new_address": is_new_address, "is_new_tool": is_new_tool}
    return Reading((Finding(NOVELTY, NOVELTY_LABEL, text, data=data),), evidence)


def _is_change(call: ApiCall) -> bool:
    name = call.event_name or ""
    return call.event_source in _IDENTITY_SOURCES and not name.startswith(_READS)


def _counted(calls: list[ApiCall]) -> str:
    """Return the names of calls with how often each was made, and how many of them were refused."""
    counts: dict[str, int] = {}
    for past in calls:
        refused = "" if past.outcome is Outcome.SUCCEEDED else " refused"
        name = f"{quoted(elided(past.event_name or 'unnamed', _LONGEST_NAME))}{refused}"
        counts[name] = counts.get(name, 0) + 1
    return _named({f"{name} ({count} times)" if count > 1 else name: None for name, count in counts.items()})


def _named(names: dict[str, None]) -> str:
    shown = list(names)[:_MOST_NAMED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _queue_name(call: ApiCall) -> str:
    return quoted(elided(call.queue.name, _LONGEST_NAME)) if call.queue else "an unknown queue"


def _incomplete(histories: tuple[PastCalls, ...]) -> str:
    is_complete = all(history.is_complete for history in histories)
    return "" if is_complete else "; only the newest events were looked at"
