"""An alert as plain text for an email, to be understood in half a minute at three in the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.detection.facts import details_of, facts_of, findings_of
from policies.detection.text import clipped, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policies.detection.alert import Alert
    from policies.detection.facts import Fact

_LONGEST_VALUE = 300
_LONGEST_RAW = 4_000
_LABEL_WIDTH = 12
_LONGEST_TRIAGE = 4_000


def email_body(alert: Alert) -> str:
    """Return the body of the email; its subject is the alert's title.

    Every value that the maker of the call could choose stays on its own line, with nothing invisible in it.

    Returns
    -------
    str
        At most 20,000 bytes of UTF-8.
    """
    return "\n".join(_lines(alert)) + "\n"


def _lines(alert: Alert) -> Iterator[str]:
    yield _shown(alert.summary)
    yield ""
    yield from _listed(facts_of(alert))
    if alert.first_steps:
        yield ""
        yield "What to do now"
        yield from (f"  {number}. {step}" for number, step in enumerate(alert.first_steps, 1))
    if alert.runbook:
        yield f"  Runbook: {_shown(alert.runbook)}"
    if alert.rule:
        yield f"  Public guide: {alert.rule.references[0]}"
    if alert.triage.findings:
        yield ""
        yield "What was found out"
        yield from _fitting(_listed(findings_of(alert)))
    if alert.notes:
        yield ""
        yield "What is missing or uncertain"
        yield from (f"  - {_shown(note)}" for note in alert.notes)
    yield ""
    yield "Details"
    yield from _listed(details_of(alert))
    yield ""
    yield "As it arrived"
    yield f"  {clipped(alert.raw, _LONGEST_RAW)}"


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """Yield as many whole lines as there is room for, and say so where some are left out."""
    left = _LONGEST_TRIAGE
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            yield "  ...[more of it is in the alert's JSON document]"
            return
        yield line


def _listed(facts: Iterable[Fact]) -> Iterator[str]:
    listed = tuple(facts)
    width = max([_LABEL_WIDTH, *(len(fact.label) for fact in listed)])
    return (f"  {fact.label:<{width}}  {_shown(fact.value)}{_shown(fact.remark)}" for fact in listed)


def _shown(value: str) -> str:
    # No character is shown as less than one, so what lies beyond the limit need not be looked at.
    return clipped(visible(value[: _LONGEST_VALUE + 1]), _LONGEST_VALUE)
