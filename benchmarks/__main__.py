"""`make bench`: measure everything and print the ratios; exit 1 if one is above 1."""

from __future__ import annotations

import sys

from benchmarks import cold_start, evaluation, event, start_up, who_can


def main() -> int:
    """Print one line a measurement."""
    measures = (start_up, cold_start, event, evaluation, who_can)
    results = [result for each in measures for result in each.measure()]
    for result in results:
        verdict = "ok" if result.ratio <= 1 else "TOO SLOW"
        print(f"{result.ratio:6.2f}  {verdict:8}  {result.what}  ({result.measured:.3f} {result.unit})")
    return 0 if all(result.ratio <= 1 for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
