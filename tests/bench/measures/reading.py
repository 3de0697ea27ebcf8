"""Latencies of one sender, for the measures of screens."""

from tests.bench.load import Outcome, one_by_one, percentile, quiet
from tests.support.http import Line


class Refused(RuntimeError):
    """The server did not answer what was asked; the text shows how many times."""


def samples(line: Line, requests: list[bytes]) -> list[float]:
    """Seconds of each request, sent one after the other; every one must be answered with 2xx."""
    with quiet():
        outcome = one_by_one(line, requests)
    return checked(outcome).samples


def median_of(line: Line, requests: list[bytes]) -> float:
    return percentile(samples(line, requests), 0.5)


def checked(outcome: Outcome) -> Outcome:
    if outcome.refused or not outcome.samples:
        raise Refused(f"{outcome.refused} of {outcome.refused + len(outcome.samples)} requests not answered")
    return outcome
