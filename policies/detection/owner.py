"""Who owns the queue that an alert is about, and so is told beside the security team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.alert import AlertKind

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.estate import Estate

OWNER = "owner"
"""The attribute of a message by which the subscriptions of owners filter."""

_ABOUT_QUEUES = (AlertKind.PURGE, AlertKind.PURGE_EQUIVALENT)


def owners_of(alert: Alert, estate: Estate) -> tuple[str, ...]:
    """Return the owners that are told of an alert on a queue; what is about anything else is not for them.

    The account's owner and, where the queue's tag names an owner of the inventory, that one too. A tag can
    neither invent an address nor keep the account's owner from being told: whoever purges may have set it.

    Parameters
    ----------
    alert
        The alert, with its triage.
    estate
        The organization.
    """
    if alert.kind not in _ABOUT_QUEUES:
        return ()
    account = estate.accounts.get(alert.subject.account or "")
    named = (alert.triage.evidence.queue_owner or "", account.owner if account else "")
    by_lower_case = {owner.casefold(): owner for owner in estate.owners}
    found = (by_lower_case.get(name.casefold()) for name in named)
    return tuple(dict.fromkeys(owner for owner in found if owner))
