"""P4: from a provider's post to the fragment in an operator's open page."""

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.load import Loop, clock, percentile, quiet
from tests.bench.measures.p1_taking_in import rate_of
from tests.bench.updates import MARK, Shelf, Writers
from tests.support.http import Line
from tests.support.pages import Page, Stopwatch

EVERY = 0.1
PATIENCE = 10.0
SETTLE = 0.5


class Silent(RuntimeError):
    """A message did not reach the page in time."""


def measure(arena: Arena) -> list[Figure]:
    watch, floor_watch = Stopwatch(MARK.encode()), Stopwatch(MARK.encode())
    page = arena.visitor.page(heard=watch)
    dialog = arena.writers.clients[0]
    page.hello(dialog=dialog[0])
    below = Page(arena.floor.port, heard=floor_watch)
    _wake(Loop(arena.ours.port, (page,)), arena.hook, watch, lambda: arena.writers.update(dialog))
    _wake(Loop(arena.floor.port, (below,)), arena.floor_line, floor_watch,
          lambda: arena.writers.floor_message("/push", dialog))
    count = arena.many(60)
    pair = paired(
        arena.rounds,
        lambda: _median(arena.hook, page, watch, arena.writers, lambda: arena.writers.update(dialog), count),
        lambda: _median(arena.floor_line, below, floor_watch, arena.writers,
                        lambda: arena.writers.floor_message("/push", dialog), count))
    arena.taken += count * arena.rounds
    busy, rate = _under_load(arena, page, watch, dialog)
    page.close()
    below.close()
    return [
        Figure("P4", "post → open page, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 2),
        Figure("P4", f"post → open page at {rate:.0f}/s, p95", ms(busy), "", busy * 1000, 60, "ms"),
    ]


def _wake(loop: Loop, line: Line, watch: Stopwatch, make) -> None:
    """Send until the page hears: the floor loses what comes before its subscription stands."""
    for _ in range(20):
        line.ask(make())
        if loop.watch(lambda: bool(watch.seen), SETTLE):
            return
    raise Silent("the page hears nothing at all")


def _median(line: Line, page: Page, watch: Stopwatch, writers: Writers, make, count: int) -> float:
    delays = []
    with quiet():
        loop = Loop(line.port, (page,))
        for _ in range(count):
            writers.sent.clear()
            data = make()
            (number,) = writers.sent
            sent = clock()
            line.begin(data)
            if not loop.watch(lambda number=number: number in watch.seen, PATIENCE):
                raise Silent(f"message {number} is not on the page after {PATIENCE} s")
            delays.append(watch.seen[number] - sent)
            while not line.feed():
                pass
    return percentile(delays, 0.5)


def _under_load(arena: Arena, page: Page, watch: Stopwatch, dialog: tuple[int, str, str]) -> tuple[float, float]:
    """p95 in seconds while taking in runs at 80 % of what it can, and that rate."""
    rate = 0.8 * rate_of(arena)
    probes: dict[int, float] = {}
    due = [clock()]

    def make() -> bytes:
        if clock() < due[0]:
            return arena.writers.update()
        due[0] = clock() + EVERY
        data = arena.writers.update(dialog)
        probes[next(reversed(arena.writers.sent))] = clock()
        return data

    shelf = Shelf(arena.url, arena.big.id)
    with quiet():
        outcome = Loop(arena.ours.port, (page,)).open(rate, make, arena.seconds(15))
        Loop(arena.ours.port, (page,)).watch(lambda: probes.keys() <= watch.seen.keys(), PATIENCE)
    arena.taken += len(outcome.samples)
    shelf.drain(60)
    shelf.close()
    if lost := probes.keys() - watch.seen.keys():
        raise Silent(f"{len(lost)} of {len(probes)} messages never came to the page")
    return percentile([watch.seen[number] - at for number, at in probes.items()], 0.95), rate
