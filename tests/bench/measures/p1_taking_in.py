"""P1: taking in, the whole job: from the provider's post until everybody can see the message.

The rate is that of stored messages, the time to work off what is left included. The minute is
held at the goal's own rate by 8 connections; the backlog must not be larger at its end than in
its middle, and 99 of 100 messages are visible within 250 ms.
"""

from statistics import mean

from tests.bench.arena import Arena
from tests.bench.figures import Figure, Pair, paired
from tests.bench.load import Loop, percentile, quiet
from tests.bench.measures.reading import checked
from tests.bench.updates import Shelf

GOAL = 1.1
# A backlog of two of the intake's batches is work in progress.
IN_PROGRESS = 400


class Backlog(RuntimeError):
    """What was posted was not worked off within a minute."""


def measure(arena: Arena) -> list[Figure]:
    figures = []
    for senders in (8, 32):
        pair = compare(arena, senders, 3 if arena.scale >= 1 else 1)
        figures.append(Figure("P1", f"taken in, {senders} senders", f"{pair.ours:.0f}/s", f"{pair.floor:.0f}/s",
                              pair.ratio, GOAL, at_least=True))
        if senders == 8:
            arena.rate, figure_rate = pair.ours, pair.floor * GOAL
    return [*figures, *_hold(arena, figure_rate)]


def compare(arena: Arena, senders: int, rounds: int) -> Pair:
    """Messages each second, ours and the floor's."""
    seconds = arena.seconds(6)
    return paired(rounds, lambda: _ours(arena, senders, seconds), lambda: _floor(arena, senders, seconds))


def rate_of(arena: Arena) -> float:
    """What `measure` found for 8 senders, or a quick look."""
    if arena.rate is None:
        arena.rate = _ours(arena, 8, arena.seconds(4))
    return arena.rate


def flood(arena: Arena, messages: int) -> None:
    """Have so many messages taken in, in portions of ten seconds that are worked off; four minutes at most."""
    shelf = Shelf(arena.url, arena.big.id)
    for _ in range(24):
        if messages <= 0:
            break
        before = arena.taken
        _pour(arena, shelf, 8, 10 if arena.scale >= 1 else 1)
        messages -= arena.taken - before
    shelf.close()


def _ours(arena: Arena, senders: int, seconds: float) -> float:
    shelf = Shelf(arena.url, arena.big.id)
    begun, ended, taken = _pour(arena, shelf, senders, seconds)
    shelf.close()
    return taken / (ended - begun)


def _pour(arena: Arena, shelf: Shelf, senders: int, seconds: float) -> tuple[float, float, int]:
    """When the first was sent, when the last was visible, how many."""
    writers, seen = arena.writers, len(shelf.seen)
    writers.sent.clear()
    with quiet():
        outcome = checked(Loop(arena.ours.port, tick=shelf).closed(senders, writers.update, seconds))
        if not shelf.drain(60):
            raise Backlog(f"{shelf.backlog()} deliveries still wait")
    arena.taken += len(outcome.samples)
    mine = [shelf.seen[number] for number in writers.sent if number in shelf.seen]
    if len(mine) < len(outcome.samples):
        raise Backlog(f"{len(outcome.samples) - len(mine)} acknowledged messages are not there")
    return min(writers.sent.values()), max(mine), len(shelf.seen) - seen


def _floor(arena: Arena, senders: int, seconds: float) -> float:
    with quiet():
        return checked(Loop(arena.floor.port).closed(
            senders, lambda: arena.writers.floor_message("/take"), seconds)).rate


def _hold(arena: Arena, rate: float) -> list[Figure]:
    shelf, seconds = Shelf(arena.url, arena.big.id), arena.seconds(60)
    arena.writers.sent.clear()
    with quiet():
        outcome = Loop(arena.ours.port, tick=shelf).open(rate, arena.writers.update, seconds, lines=8)
        shelf.drain(60)
    arena.taken += len(outcome.samples)
    tail = percentile(shelf.delays(arena.writers.sent), 0.99)
    third = max(1, len(shelf.backlogs) // 3)
    middle, end = mean(shelf.backlogs[third : 2 * third] or [0]), mean(shelf.backlogs[-third:])
    growth = end - max(middle, IN_PROGRESS)
    shelf.close()
    held = f"{rate:.0f}/s for {seconds:.0f} s"
    return [
        Figure("P1", f"visible, {held}, p99", f"{tail * 1000:.0f} ms", "", tail * 1000, 250, "ms"),
        Figure("P1", f"backlog's growth, {held}", f"{middle:.0f} → {end:.0f}", "", max(0, growth), 0, "posts"),
        Figure("P1", f"answered, {held}", f"{outcome.rate:.0f}/s", "", outcome.rate / rate, 0.98, at_least=True),
    ]
