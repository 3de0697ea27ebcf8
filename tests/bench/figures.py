"""What the measures found, against what is to be reached.

The goals come from comparisons with Live Helper Chat (LHC) and Whaticket (WT), which cannot run
here each time. Both were measured once beside the same floors on the same machine in the same
hours, and only ratios survive the machine's moods, so each goal against them became one against a
floor:

P1  2.5 x LHC's 340/s is 850/s; raw store+update took in 754/s: 1.1 x that floor. 7 x WT's 95/s
    is less.
P2  LHC does its whole job before it answers: 754 / 340 = 2.2 x the time of raw store+update. 0.4
    of that is 0.89 x that floor, with one sender. The open loop's limits are milliseconds.
P4  0.4 x WT's 15.8 ms is 6.3 ms; 2 x the floor's 2.6 ms is less and so the stricter goal.
P5 to P9 and P11 name floors or absolute figures themselves.

Not here: search among 1 000 000 clients (P8) needs ten times the seed; P10 and P12 come with
outgoing webhooks and reports.
"""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True)
class Figure:
    """`value` is compared with `limit`: at most that, or at least that with `at_least`.

    `ours` and `floor` are texts with units; `unit` belongs to value and limit ('x': a ratio).
    """

    goal: str
    what: str
    ours: str
    floor: str
    value: float
    limit: float
    unit: str = "x"
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """A figure that could not be taken (nan) is not reached."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


class Pair(NamedTuple):
    """Medians over the rounds; `ratio` is the median of each round's own ratio."""

    ours: float
    floor: float
    ratio: float


def paired(rounds: int, ours: Callable[[], float], floor: Callable[[], float]) -> Pair:
    """Measure both in each round, by turns first, so that the machine's drift hits both."""
    found = []
    for number in range(rounds):
        if number % 2:
            below = floor()
            mine = ours()
        else:
            mine = ours()
            below = floor()
        found.append((mine, below, mine / below if below else float("nan")))
    return Pair(*(statistics.median(column) for column in zip(*found, strict=True)))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def missing(goal: str, what: str, why: Exception) -> Figure:
    """Stands in the table for a measure that failed."""
    return Figure(goal, what, f"{type(why).__name__}: {str(why)[:60]}", "", float("nan"), 0)


def table(figures: list[Figure], machine: str) -> str:
    """All figures and the machine, as text."""
    rows = [("goal", "what", "ours", "floor", "measured", "to reach", "reached")]
    for f in figures:
        sign = "≥" if f.at_least else "≤"
        rows.append((f.goal, f.what, f.ours, f.floor, f"{f.value:.2f} {f.unit}", f"{sign} {f.limit:g} {f.unit}",
                     "yes" if f.reached else "NO"))
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], "", machine])


def keep(figures: list[Figure], machine: str, file: Path) -> None:
    """The same as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**f.__dict__, "value": None if f.value != f.value else f.value, "reached": f.reached} for f in figures]
    file.write_text(json.dumps({"machine": machine, "figures": rows}, ensure_ascii=False, indent=2))
