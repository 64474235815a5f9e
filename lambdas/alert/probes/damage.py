"""The probe of the damage: how much was in the queue just before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdas.alert.probes.queue import about_the_queue
from lambdas.alert.triage import Probe
from policies.detection.triage import damage

if TYPE_CHECKING:
    from lambdas.alert.clients import Clients
    from lambdas.alert.probes.queue import Subject
    from lambdas.alert.triage import Case
    from policies.detection.triage.finding import Reading

_SECONDS = 6.0


def _ask_backlog(case: Case, clients: Clients, subject: Subject) -> Reading:
    start, end = damage.metrics_window(case.time)
    answer = clients.client("cloudwatch", subject.place).get_metric_data(
        MetricDataQueries=damage.metric_queries(subject.queue.name), StartTime=start, EndTime=end
    )
    return damage.read_backlog(answer, case.time)


DAMAGE_PROBES = (Probe(damage.NAME, damage.LABEL, _SECONDS, about_the_queue(_ask_backlog)),)
"""How much was lost."""
