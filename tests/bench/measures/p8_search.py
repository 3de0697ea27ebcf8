"""P8: the list searched by any part of a phone, a login or a name."""

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.measures.reading import median_of, samples
from tests.bench.updates import searches
from tests.support.http import request


def measure(arena: Arena) -> list[Figure]:
    visitor = arena.visitor
    # A prime step, so that all kinds of people and all three kinds of parts come up.
    parts = list(searches(range(37, arena.sizes.dialogs, max(1, arena.sizes.dialogs // 97))))
    wanted = [parts[n % len(parts)] for n in range(arena.many(120))]
    ours = [visitor.get(f"/chats/rows?folder=all&q={part}", fragment=True) for part in wanted]
    floor = [request("GET", f"/search?q={part}") for part in wanted]
    samples(visitor.line, ours[:20])
    samples(arena.floor_line, floor[:20])
    pair = paired(arena.rounds, lambda: median_of(visitor.line, ours), lambda: median_of(arena.floor_line, floor))
    what = f"search among {arena.sizes.dialogs} clients, p50"
    return [Figure("P8", what, ms(pair.ours), ms(pair.floor), pair.ratio, 2)]
