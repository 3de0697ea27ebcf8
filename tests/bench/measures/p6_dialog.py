"""P6: open a dialog whose card has five linked clients; 50 messages against 5 000."""

from tests.bench.arena import Arena
from tests.bench.figures import Figure, ms, paired
from tests.bench.measures.reading import median_of, samples
from tests.support.http import request

# Places in the seed's plan: dialogs of 50 messages and long ones, on cards with five clients.
SHORT, LONG = (0, 5, 10, 15), (20, 25)


def measure(arena: Arena) -> list[Figure]:
    visitor, count = arena.visitor, arena.many(120)
    short = [visitor.get(f"/chats/{arena.dialog(SHORT[n % 4])}", fragment=True) for n in range(count)]
    long = [visitor.get(f"/chats/{arena.dialog(LONG[n % 2])}", fragment=True) for n in range(count)]
    floor = [request("GET", f"/chats/{arena.dialog(SHORT[n % 4])}") for n in range(count)]
    for line, requests in ((visitor.line, short), (visitor.line, long), (arena.floor_line, floor)):
        samples(line, requests[:20])
    by_length = paired(arena.rounds, lambda: median_of(visitor.line, long), lambda: median_of(visitor.line, short))
    pair = paired(arena.rounds, lambda: median_of(visitor.line, short), lambda: median_of(arena.floor_line, floor))
    lengths = f"50 → {arena.sizes.deep} messages"
    return [
        Figure("P6", f"dialog, {lengths}, p50", f"{ms(by_length.floor)} → {ms(by_length.ours)}", "",
               by_length.ratio, 1.15),
        Figure("P6", "dialog with card, p50", ms(pair.ours), ms(pair.floor), pair.ratio, 3.5),
    ]
