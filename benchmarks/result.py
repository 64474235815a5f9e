"""One measurement and what it may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A measurement beside its limit, both from one run on one machine.

    Parameters
    ----------
    what
        What was measured, over what.
    measured, limit
        The median, and the most that it may be.
    unit
        Of both.
    """

    what: str
    measured: float
    limit: float
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """The measurement as a part of its limit: at most 1."""
        return self.measured / self.limit
