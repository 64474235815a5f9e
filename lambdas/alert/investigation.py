"""The investigation of a call: the probes of the triage, with clients that outlive one invocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.alert.clients import Clients
from lambdas.alert.cloudtrail_history import CloudTrailHistory, Pacer
from lambdas.alert.probes.actor import ACTOR_PROBES
from lambdas.alert.probes.damage import DAMAGE_PROBES
from lambdas.alert.probes.queue import QUEUE_PROBES, TAGS
from lambdas.alert.probes.source import SOURCE_PROBES
from lambdas.alert.triage import Case, run_triage
from lambdas.alert.workers import Workers

if TYPE_CHECKING:
    from policies.detection.estate import Estate
    from policies.detection.record import ApiCall
    from policies.detection.triage.evidence import Triage

PROBES = (*DAMAGE_PROBES, *QUEUE_PROBES, *ACTOR_PROBES, *SOURCE_PROBES)
"""All of them, in the order in which a reader wants to know."""


class Investigation:
    """Asks AWS about calls. One for a process: credentials and the pace of lookups are common to all calls.

    Parameters
    ----------
    estate
        What is known of the organization; only its accounts are asked.
    clients
        Clients of its accounts; by default those of the triage roles.
    pacer
        Keeps the pace of CloudTrail's lookups.
    """

    def __init__(self, estate: Estate, clients: Clients | None = None, pacer: Pacer | None = None) -> None:
        self._estate = estate
        self._clients = clients or Clients()
        self._pacer = pacer or Pacer()
        self._workers = Workers()

    def tags_of(self, call: ApiCall, seconds: float) -> Triage:
        """Return the tags of a call's queue and nothing else: an exception may depend on them."""
        return run_triage(self._case(call), [TAGS], self._clients, seconds, self._workers)

    def triage_of(self, call: ApiCall, seconds: float) -> Triage:
        """Return all that can be found out about a call in some seconds."""
        return run_triage(self._case(call), PROBES, self._clients, seconds, self._workers)

    def _case(self, call: ApiCall) -> Case:
        return Case(call, self._estate, CloudTrailHistory(self._clients, self._pacer))
