"""P2: how soon a provider's post is answered, after the body is durably stored."""

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.load import Loop, Outcome, percentile, quiet
from tests.bench.measures.reading import median_of
from tests.bench.updates import Shelf

RATE = 320


def measure(arena: Arena) -> list[Figure]:
    count, shelf = arena.many(150), Shelf(arena.url, arena.big.id)

    def ours() -> float:
        taken = median_of(arena.hook, [arena.writers.update() for _ in range(count)])
        arena.taken += count
        shelf.drain(20)
        return taken

    def floor() -> float:
        return median_of(arena.floor_line, [arena.writers.floor_message("/take") for _ in range(count)])

    pair = paired(arena.rounds, ours, floor)
    steady, below = _open_loop(arena, shelf), _open_floor(arena)
    shelf.close()
    half, tail = (percentile(steady.samples, share) for share in (0.5, 0.99))
    low, low_tail = (percentile(below.samples, share) for share in (0.5, 0.99))
    return [
        Figure("P2", "acknowledged, 1 sender, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 0.89),
        Figure("P2", f"acknowledged at {RATE}/s, p50", ms(half), ms(low), half * 1000, 5, "ms"),
        Figure("P2", f"acknowledged at {RATE}/s, p99", ms(tail), ms(low_tail), tail * 1000, 50, "ms"),
        Figure("P2", f"refused at {RATE}/s", str(steady.refused), str(below.refused), steady.refused, 0, "posts"),
    ]


def _open_loop(arena: Arena, shelf: Shelf) -> Outcome:
    with quiet():
        outcome = Loop(arena.ours.port).open(RATE, arena.writers.update, arena.seconds(20))
    arena.taken += len(outcome.samples)
    shelf.drain(20)
    return outcome


def _open_floor(arena: Arena) -> Outcome:
    with quiet():
        return Loop(arena.floor.port).open(RATE, lambda: arena.writers.floor_message("/keep"), arena.seconds(10))
